import { describe, expect, test } from "@jest/globals";
import { didRoute, didRouteTable } from "pulumi-minivoice/lifecycle";
import { inputsOf, main, partOf, type TestAccount, testAccount } from "./account.ts";

/** The write happens, but nobody hears of it, and no read succeeds for a while. */
function loseTrackOf(account: TestAccount): void {
  account.arm("PATCH", ({ answer, cut }) => answer().then(() => cut()), Number.POSITIVE_INFINITY);
  account.arm("GET /v1/dids/by-number", ({ answer }) => answer());
  account.arm("GET /v1/dids/by-number", () => new Response(null, { status: 503 }), Number.POSITIVE_INFINITY);
}

describe("a program that goes back to where it was, after a write of which nobody knows what came of it", () => {
  const targets = [
    ["to another application", "sales"],
    ["out of service", "reject"],
  ] as const;

  async function setting() {
    const account = await testAccount();
    const ids = { support: await account.create("Support"), sales: await account.create("Sales"), reject: "reject" };
    return { account, ...ids, ids };
  }

  test.each(targets)("finds the number %s and puts it back, as a route", async (_name, target) => {
    const { account, support, ids } = await setting();
    const back = inputsOf(didRoute, { number: main, applicationId: support });
    const there = target === "reject" ? { number: main, mode: "reject" } : { number: main, applicationId: ids[target] };
    const { id, outputs } = await didRoute.create(account.run(), back);
    loseTrackOf(account);
    const lost = await partOf(didRoute.update(account.run(), id, outputs, inputsOf(didRoute, there)));
    account.sandbox.faults.clear();

    expect(await didRoute.update(account.run(), id, lost.outputs, back)).toEqual(outputs);
    expect(await account.live(main)).toBe(`webhook ${support}`);
  });

  test.each(targets)("finds the number %s and puts it back, in a table", async (_name, target) => {
    const { account, support, ids } = await setting();
    const back = inputsOf(didRouteTable, { routes: { [main]: support } });
    const { id, outputs } = await didRouteTable.create(account.run(), back);
    loseTrackOf(account);
    const there = inputsOf(didRouteTable, { routes: { [main]: ids[target] } });
    const lost = await partOf(didRouteTable.update(account.run(), id, outputs, there));
    account.sandbox.faults.clear();

    expect(await didRouteTable.update(account.run(), id, lost.outputs, back)).toEqual(outputs);
    expect(await account.live(main)).toBe(`webhook ${support}`);
  });

  test("has its answer once the number was refreshed: nothing is left to remember of a number that stayed", async () => {
    const { account, support } = await setting();
    const { id, outputs } = await didRoute.create(
      account.run(),
      inputsOf(didRoute, { number: main, applicationId: support }),
    );
    const unknown = { ...outputs, written: [support, "reject"].sort() };
    expect(await didRoute.read(account.run(), id, unknown)).toEqual({ id, outputs });
  });
});
