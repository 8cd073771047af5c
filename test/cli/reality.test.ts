import { describe, expect, test } from "@jest/globals";
import { readReality } from "../../src/cli/reality.ts";
import { CouldNotReview } from "../../src/review/could-not-review.ts";
import { answerWith, reset } from "../../src/sandbox/faults.ts";
import { main, second, type TestAccount, testAccount } from "../providers/minivoice/lifecycle/account.ts";

const parent = "urn:pulumi:test::voice::voice:index:VoiceEnvironment$";
const resource = (kind: string, name: string, id: string, outputs: object) => ({
  urn: `${parent}pulumi-nodejs:dynamic/minivoice:${kind}::${name}`,
  type: `pulumi-nodejs:dynamic/minivoice:${kind}`,
  id,
  outputs,
});

/** An account with two numbers of one application, and the state that an `up` left of it. */
async function deployed(): Promise<{ account: TestAccount; state: unknown; support: string }> {
  const account = await testAccount({ numbers: [main, second] });
  const support = await account.create("Support");
  for (const number of [main, second]) await account.sandbox.control.assign(number, support);
  const resources = [
    resource("Application", "support", support, { name: "Support", customerId: "cust_sandbox" }),
    resource("DidRouteTable", "numbers", "did-routes:numbers", { routes: { [main]: support, [second]: support } }),
  ];
  return { account, state: { version: 3, deployment: { resources } }, support };
}

describe("the account, held against what was deployed", () => {
  test("has no difference where nobody changed it, whatever else it holds, and is only read", async () => {
    const { account, state } = await deployed();
    await account.create("Somebody else's");
    account.writes();
    expect(await readReality(account.run({ readOnly: true }), state)).toEqual({ differences: [], unread: [] });
    expect(account.writes()).toEqual([]);
  });

  test("tells a number and an application that somebody changed, and one that somebody deleted", async () => {
    const { account, state, support } = await deployed();
    await account.sandbox.control.assign(main, null);
    await account.sandbox.control.editApplication(support, { name: "Help desk" });
    expect((await readReality(account.run(), state)).differences).toEqual([
      {
        kind: "application",
        subject: "support",
        name: "Help desk",
        fields: [{ field: "name", deployed: "Support", live: "Help desk" }],
      },
      {
        kind: "number",
        subject: main,
        name: main,
        fields: [{ field: "route", deployed: "Help desk", live: "reject" }],
      },
    ]);
    await account.sandbox.control.assign(second, null);
    await account.sandbox.control.deleteApplication(support);
    // A list of one would prove nothing: it may be the key's own.
    for (const name of ["One", "Another"]) await account.create(name);
    expect((await readReality(account.run(), state)).differences[0]).toEqual({
      kind: "application",
      subject: "support",
      name: "Support",
      fields: [],
    });
  });

  test("of a stack that was never deployed is not asked", async () => {
    const { account } = await deployed();
    expect(await readReality(account.run(), { deployment: { resources: [] } })).toEqual({
      differences: [],
      unread: [],
    });
    expect(account.sent("GET")).toBe(0);
  });

  test.each([
    ["that does not answer", "GET", reset, /the account cannot be read \(.*did not answer.*without --live$/],
    ["that takes no key", "GET", answerWith(401), /the account cannot be read \(.*MINIVOICE_API_KEY/],
    ["that hides a number", `GET /v1/dids`, answerWith(500), new RegExp(`\\${main} and 1 more cannot be read`)],
  ])("%s cannot be reviewed", async (_, request, fault, message) => {
    const { account, state } = await deployed();
    account.arm(request, fault, Number.POSITIVE_INFINITY);
    const failure = await readReality(account.run({ retries: 0 }), state).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CouldNotReview);
    expect((failure as Error).message).toMatch(message);
  });
});
