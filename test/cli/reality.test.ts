import { describe, expect, test } from "@jest/globals";
import { type DidRouteInputs, didRoute, NumberNotFound, NumberTaken } from "pulumi-minivoice/lifecycle";
import { deployedIn } from "../../src/cli/deployed-stack.ts";
import { readReality } from "../../src/cli/reality.ts";
import { CouldNotReview } from "../../src/review/could-not-review.ts";
import { answerWith, reset } from "../../src/sandbox/faults.ts";
import { inputsOf, main, second, type TestAccount, testAccount } from "../providers/minivoice/lifecycle/account.ts";
import { previewOf, tableStep } from "../review/engine-previews.ts";

const parent = "urn:pulumi:test::voice::voice:index:VoiceEnvironment$";
const resource = (kind: string, name: string, id: string, outputs: object) => ({
  urn: `${parent}pulumi-nodejs:dynamic/minivoice:${kind}::${name}`,
  type: `pulumi-nodejs:dynamic/minivoice:${kind}`,
  id,
  outputs,
});

const nothingPlanned = previewOf({});
const asDeployed = { differences: [], newNumbers: [], unread: [] };

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
    expect(await readReality(account.run({ readOnly: true }), state, nothingPlanned)).toEqual(asDeployed);
    expect(account.writes()).toEqual([]);
  });

  test("tells a number and an application that somebody changed, and one that somebody deleted", async () => {
    const { account, state, support } = await deployed();
    await account.sandbox.control.assign(main, null);
    await account.sandbox.control.editApplication(support, { name: "Help desk" });
    expect((await readReality(account.run(), state, nothingPlanned)).differences).toEqual([
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
    expect((await readReality(account.run(), state, nothingPlanned)).differences[0]).toEqual({
      kind: "application",
      subject: "support",
      name: "Support",
      fields: [],
    });
  });

  test("of a stack that was never deployed is not asked", async () => {
    const { account } = await deployed();
    expect(await readReality(account.run(), { deployment: { resources: [] } }, nothingPlanned)).toEqual(asDeployed);
    expect(account.sent("GET")).toBe(0);
  });

  test.each([
    ["that does not answer", "GET", reset, /the account cannot be read \(.*did not answer.*without --live$/],
    ["that takes no key", "GET", answerWith(401), /the account cannot be read \(.*MINIVOICE_API_KEY/],
    ["that hides a number", `GET /v1/dids`, answerWith(500), new RegExp(`\\${main} and 1 more cannot be read`)],
  ])("%s cannot be reviewed", async (_, request, fault, message) => {
    const { account, state } = await deployed();
    account.arm(request, fault, Number.POSITIVE_INFINITY);
    const failure = await readReality(account.run({ retries: 0 }), state, nothingPlanned).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(CouldNotReview);
    expect((failure as Error).message).toMatch(message);
  });
});

describe("numbers that are new in the code", () => {
  const added = ["+15551230003", "+15551230004", "+15551230005", "+15551230006", "+15551230007"] as const;
  const [held, free, ours, carried, absent] = added;
  const at = (account: TestAccount, number: string, application: string | null, mode: "webhook" | "reject") =>
    account.sandbox.control.assign(number, application, mode);

  /** The account, and what the engine would change: each of them is to go to the application of the stack. */
  async function adding(numbers: readonly string[], takeover?: string[]) {
    const account = await testAccount({ numbers: [main, second, held, free, ours, carried] });
    const [support, stranger] = [await account.create("Support"), await account.create("Hotline")];
    for (const number of [main, second]) await account.sandbox.control.assign(number, support);
    const routes = { [main]: support, [second]: support };
    const state = {
      version: 3,
      deployment: {
        resources: [
          resource("Application", "support", support, { name: "Support", customerId: "cust_sandbox" }),
          resource("DidRouteTable", "numbers", "did-routes:numbers", { routes }),
        ],
      },
    };
    const step = tableStep(routes, { ...routes, ...Object.fromEntries(numbers.map((number) => [number, support])) });
    Object.assign(step.newState?.inputs ?? {}, takeover && { takeover });
    return { account, state, support, stranger, planned: previewOf({ deployed: deployedIn(state), steps: [step] }) };
  }

  test("are read, and told with what they do now, and refused where the deployment refuses them", async () => {
    const { account, state, support, stranger, planned } = await adding(added);
    await at(account, held, stranger, "webhook");
    await at(account, free, null, "reject");
    await at(account, ours, support, "webhook");
    await at(account, carried, stranger, "reject");
    const { differences, newNumbers } = await readReality(account.run({ readOnly: true }), state, planned);
    expect(differences).toEqual([]);
    expect(newNumbers).toEqual([
      { number: held, live: "Hotline", refused: "held by another application" },
      { number: free, live: "reject" },
      { number: ours, live: "Support" },
      { number: carried, live: "reject, still carrying Hotline", refused: "held by another application" },
      { number: absent, refused: "not in the account" },
    ]);
    const isRefused = added.map(async (number) => {
      const run = account.run();
      run.claims.announce(["application named Support"]);
      const inputs = inputsOf<DidRouteInputs>(didRoute, { number, applicationId: support });
      return didRoute.create(run, inputs).then(
        () => false,
        (error: unknown) => error instanceof NumberTaken || error instanceof NumberNotFound,
      );
    });
    expect(await Promise.all(isRefused)).toEqual(newNumbers.map(({ refused }) => refused !== undefined));
  });

  test("cost one request each where the account does not list its numbers, and none where it does", async () => {
    const { account, state, planned } = await adding([held, free]);
    await readReality(account.run({ readOnly: true, capabilities: "documented" }), state, planned);
    expect(account.sent("GET /v1/dids/by-number/")).toBe(4);
    await readReality(account.run({ readOnly: true }), state, planned);
    expect(account.sent("GET /v1/dids/by-number/")).toBe(4);
    expect(account.sent("GET /v1/dids?")).toBe(1);
    expect(account.sent("GET /v1/applications")).toBe(2);
    expect(account.writes().filter((line) => !line.startsWith("POST /v1/applications"))).toEqual([]);
  });

  test("may be taken from the application that takeover names, and from one that the program adopts", async () => {
    const { account, state, stranger, planned } = await adding([held]);
    await at(account, held, stranger, "webhook");
    const { planned: named } = await adding([held], [stranger]);
    expect((await readReality(account.run(), state, named)).newNumbers).toEqual([{ number: held, live: "Hotline" }]);
    const steps = planned.applications;
    const adopted = new Map(steps).set("urn:hotline", {
      key: "hotline",
      fromVoiceFile: true,
      becomes: { name: "Hotline", hidden: [] },
      fields: [],
    });
    const { newNumbers } = await readReality(account.run(), state, { ...planned, applications: adopted });
    expect(newNumbers).toEqual([{ number: held, live: "Hotline" }]);
  });

  test("of another customer are told as such, also where nothing was ever deployed", async () => {
    const { account, planned } = await adding([held, free]);
    account.arm(`GET /v1/dids/by-number/${held}`, async ({ answer }) =>
      Response.json({ ...((await (await answer()).json()) as object), customer_id: "cust_other" }),
    );
    const run = account.run({ customerId: "cust_sandbox", capabilities: "documented" });
    expect((await readReality(run, { deployment: { resources: [] } }, planned)).newNumbers).toEqual([
      { number: held, refused: "another customer's" },
      { number: free, live: "unassigned" },
    ]);
    expect(account.sent("GET /v1/dids")).toBe(2);
  });

  test("of which one cannot be read leave nothing to review", async () => {
    const { account, state, planned } = await adding([held]);
    account.arm(`GET /v1/dids/by-number/${held}`, answerWith(500), Number.POSITIVE_INFINITY);
    const run = account.run({ retries: 0, capabilities: "documented" });
    const failure = await readReality(run, state, planned).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CouldNotReview);
    expect((failure as Error).message).toMatch(new RegExp(`\\${held} cannot be read in the account .*without --live$`));
  });
});
