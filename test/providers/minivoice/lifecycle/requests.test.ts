import { describe, expect, test } from "@jest/globals";
import { application, didRoute, didRouteTable } from "pulumi-minivoice/lifecycle";
import type { Fault } from "../../../../src/sandbox/faults.ts";
import { inputsOf, type TestAccount, testAccount } from "./account.ts";

const numbersOf = (count: number) => Array.from({ length: count }, (_, index) => `+1555${1_000_000 + index}`);
const all = (numbers: readonly string[], target: string) =>
  Object.fromEntries(numbers.map((number) => [number, target]));

/** How many requests that begin like this were under way at once, at the most. */
function watch(account: TestAccount, request: string): () => number {
  let running = 0;
  let most = 0;
  const count: Fault = async ({ answer }) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    return answer();
  };
  account.arm(request, count, Number.POSITIVE_INFINITY);
  return () => most;
}

describe("a refresh that finds everything as it was", () => {
  test("of 100,000 numbers asks for each page of them once, and once for the applications", async () => {
    const numbers = numbersOf(100_000);
    const account = await testAccount({ numbers, pageSize: 1_000 });
    const support = await account.create("Support");
    const outputs = { resourceName: "numbers", count: numbers.length, routes: all(numbers, "unassigned") };
    const run = account.run();
    const [table, app] = await Promise.all([
      didRouteTable.read(run, "numbers", outputs),
      application.read(run, support, { resourceName: "support", applicationId: support, name: "Support" }),
    ]);
    expect(table?.outputs).toEqual(outputs);
    expect(app?.outputs.name).toBe("Support");
    expect(account.sandbox.requests).toHaveLength(100 + 1);
  });

  test("of single routes shares one list among them", async () => {
    const numbers = numbersOf(30);
    const account = await testAccount({ numbers, pageSize: 10 });
    const run = account.run();
    const states = (await account.sandbox.control.listNumbers()).map(({ id, number }) => ({
      id,
      outputs: { resourceName: number, didId: id, number },
    }));
    await Promise.all(states.map(({ id, outputs }) => didRoute.read(run, id, outputs)));
    expect(account.sandbox.requests).toHaveLength(3);
  });

  test("reads each number once where there is no list, with as many requests at once as may be", async () => {
    const numbers = numbersOf(200);
    const account = await testAccount({ numbers, capabilities: "documented" });
    const mostAtOnce = watch(account, "GET");
    const outputs = { resourceName: "numbers", count: numbers.length, routes: all(numbers, "unassigned") };
    const run = account.run({ capabilities: "documented", concurrency: 6 });
    expect((await didRouteTable.read(run, "numbers", outputs))?.outputs).toEqual(outputs);
    expect(account.sent("GET /v1/dids/by-number/")).toBe(200);
    expect(account.sandbox.requests).toHaveLength(200);
    expect(mostAtOnce()).toBe(6);
  });
});

test("many changed numbers are written with as many requests at once as may be", async () => {
  const numbers = numbersOf(100);
  const account = await testAccount({ numbers });
  const support = await account.create("Support");
  const mostAtOnce = watch(account, "PATCH");
  const inputs = inputsOf(didRouteTable, { routes: all(numbers, support) });
  await didRouteTable.create(account.run({ concurrency: 6 }), inputs);
  expect(account.writes()).toHaveLength(100);
  expect(mostAtOnce()).toBe(6);
});

describe("one changed number", () => {
  test("of a large table is one write, and one read before and after it", async () => {
    const numbers = numbersOf(5_000);
    const account = await testAccount({ numbers });
    const [support, sales] = [await account.create("Support"), await account.create("Sales")] as const;
    const [changed = "", ...others] = numbers;
    await account.sandbox.control.assign(changed, support);
    const outputs = {
      resourceName: "test",
      count: numbers.length,
      routes: { ...all(others, "reject"), [changed]: support },
    };
    const inputs = inputsOf(didRouteTable, { routes: { ...outputs.routes, [changed]: sales } });
    await didRouteTable.update(account.run(), "numbers", outputs, inputs);
    expect(account.sandbox.requests.map(({ method, path }) => `${method} ${path.replace(/did_\d+/, "<id>")}`)).toEqual([
      `GET /v1/dids/by-number/${changed}`,
      "PATCH /v1/dids/<id>",
      `GET /v1/dids/by-number/${changed}`,
    ]);
  });

  test("that routes as declared already is one read, and one of which only options changed is none", async () => {
    const account = await testAccount();
    const sales = await account.create("Sales");
    const [number = ""] = (await account.sandbox.control.listNumbers()).map((did) => did.number);
    await account.sandbox.control.assign(number, sales);
    const before = { resourceName: "test", count: 1, routes: { [number]: "reject" } };
    const routed = inputsOf(didRouteTable, { routes: { [number]: sales } });
    const outputs = await didRouteTable.update(account.run(), "numbers", before, routed);
    expect(account.sandbox.requests.map(({ method }) => method)).toEqual(["GET"]);
    await didRouteTable.update(account.run(), "numbers", outputs, { ...routed, onDelete: "leave" });
    expect(account.sandbox.requests).toHaveLength(1);
  });
});
