import { describe, expect, test } from "@jest/globals";
import { didRoute, didRouteTable } from "pulumi-minivoice/lifecycle";
import { answerWith } from "../../../../src/sandbox/faults.ts";
import { inputsOf, main, partOf, testAccount } from "./account.ts";

const numbers = Array.from({ length: 150 }, (_, index) => `+1555123${String(1_000 + index)}`);

async function byHand() {
  const account = await testAccount({ capabilities: "documented", numbers });
  const support = await account.create("Support");
  const table = (assignmentTimeout: string) =>
    inputsOf(didRouteTable, {
      routes: Object.fromEntries(numbers.map((number) => [number, support])),
      assignmentTimeout,
    });
  return { account, support, table, run: () => account.run({ capabilities: "documented" }) };
}

describe("many assignments by hand", () => {
  test("are all looked at and said before any is waited for, so that they share one time", async () => {
    const { account, table, run } = await byHand();
    const { outputs, reasons } = await partOf(didRouteTable.create(run(), table("300 milliseconds")));
    const looks = account.sandbox.requests.filter(({ path }) => path.startsWith("/v1/dids/by-number/"));
    // In waves, the first ones would be read again and again before the last one is seen.
    expect(new Set(looks.slice(0, numbers.length).map(({ path }) => path)).size).toBe(numbers.length);
    expect(account.said.filter((line) => line.startsWith("pending: assign"))).toHaveLength(50);
    expect(account.said).toContain("… and 100 more");
    expect(reasons).toContain("… and 100 more");
    expect(outputs.count).toBe(numbers.length);
  });

  test("are done once the last one is made", async () => {
    const { account, support, table, run } = await byHand();
    const [first = "", ...others] = numbers;
    account.arm(`GET /v1/dids/by-number/${first}`, ({ answer }) => answer());
    account.arm(`GET /v1/dids/by-number/${first}`, async ({ answer }) => {
      for (const number of numbers) await account.sandbox.control.assign(number, support);
      return answer();
    });
    const { outputs } = await didRouteTable.create(run(), table("1 minute"));
    expect(outputs).not.toHaveProperty("written");
    expect(outputs.routes).toMatchObject({ [first]: support, [others.at(-1) ?? ""]: support });
  });
});

test("a read that fails while an assignment is waited for leaves the route pending, and in the state", async () => {
  const account = await testAccount({ capabilities: "documented" });
  const support = await account.create("Support");
  account.arm("GET /v1/dids/by-number", ({ answer }) => answer());
  account.arm("GET /v1/dids/by-number", answerWith(503), Number.POSITIVE_INFINITY);
  const args = inputsOf(didRoute, { number: main, applicationId: support, assignmentTimeout: "50 milliseconds" });
  const { outputs, message } = await partOf(didRoute.create(account.run({ capabilities: "documented" }), args));
  expect(message).toContain(`pending: assign ${main} to application ${support}`);
  expect(outputs).toMatchObject({ number: main, didId: expect.any(String) });
});
