import { describe, expect, test } from "@jest/globals";
import { application, didRoute, didRouteTable } from "pulumi-minivoice/lifecycle";
import { answerWith, loseAnswer, reset } from "../../../../src/sandbox/faults.ts";
import { failureOf, inputsOf, main, partOf, second, type TestAccount, testAccount } from "./account.ts";

/** The write happens, but nobody hears of it, and no read succeeds for a while. */
function loseTrackOf(account: TestAccount): void {
  account.arm("PATCH", loseAnswer, Number.POSITIVE_INFINITY);
  account.arm("GET /v1/dids/by-number", ({ answer }) => answer());
  account.arm("GET /v1/dids/by-number", answerWith(503), Number.POSITIVE_INFINITY);
}

describe("a write that an attempt made and another one was refused", () => {
  const refusals = [403, 404, 405, 422, 429].map((status) => [status, { "retry-after": "86400" }] as const);

  test.each(refusals)("is looked up, and succeeded if it shows (%i)", async (status, headers) => {
    const account = await testAccount();
    const [support, sales] = [await account.create("Support"), await account.create("Sales")];
    const { id, outputs } = await didRoute.create(
      account.run(),
      inputsOf(didRoute, { number: main, applicationId: support }),
    );
    account.arm("PATCH", loseAnswer);
    account.arm("PATCH", answerWith(status, "", headers));
    const moved = inputsOf(didRoute, { number: main, applicationId: sales });
    expect(await didRoute.update(account.run(), id, outputs, moved)).toMatchObject({ applicationId: sales });
  });

  test("names the numbers that keep an application from being deleted", async () => {
    const account = await testAccount();
    const { id, outputs } = await application.create(account.run(), inputsOf(application, { name: "Support" }));
    await account.sandbox.control.assign(main, id);
    account.arm("DELETE", reset);
    const failure = await failureOf(application.remove(account.run(), id, outputs));
    expect(failure.message).toContain(`still carried by ${main}`);
  });
});

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

  test("finds the number that was to leave a table, and puts it back", async () => {
    const { account, support } = await setting();
    const back = inputsOf(didRouteTable, { routes: { [main]: support, [second]: "reject" } });
    const { id, outputs } = await didRouteTable.create(account.run(), back);
    loseTrackOf(account);
    const without = inputsOf(didRouteTable, { routes: { [second]: "reject" } });
    const lost = await partOf(didRouteTable.update(account.run(), id, outputs, without));
    account.sandbox.faults.clear();
    expect(await account.live(main)).toBe("reject nobody");

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

describe("a deletion that was not finished says that the state does not show it", () => {
  const wayBack = /a program that takes it back needs up --refresh$/;

  test("of a route whose write nobody saw: then a refresh finds the number, and an update puts it back", async () => {
    const account = await testAccount();
    const inputs = inputsOf(didRoute, { number: main, applicationId: await account.create("Support") });
    const { id, outputs } = await didRoute.create(account.run(), inputs);
    loseTrackOf(account);
    expect((await failureOf(didRoute.remove(account.run(), id, outputs))).message).toMatch(wayBack);
    account.sandbox.faults.clear();

    const found = await didRoute.read(account.run(), id, outputs);
    expect(found?.outputs).toMatchObject({ mode: "reject" });
    expect(await didRoute.update(account.run(), id, found?.outputs ?? outputs, inputs)).toEqual(outputs);
  });

  test("of a table of which one number is done", async () => {
    const account = await testAccount();
    const support = await account.create("Support");
    const inputs = inputsOf(didRouteTable, { routes: { [main]: support, [second]: support } });
    const { id, outputs } = await didRouteTable.create(account.run(), inputs);
    account.arm("PATCH", answerWith(403));
    const failure = await failureOf(didRouteTable.remove(account.run(), id, outputs));
    expect(failure.message).toMatch(wayBack);
    expect(failure.message).toContain("403");
  });

  test("but not of a table of which nothing was written", async () => {
    const account = await testAccount();
    const support = await account.create("Support");
    const table = await didRouteTable.create(
      account.run(),
      inputsOf(didRouteTable, { routes: { [main]: support, [second]: support } }),
    );
    account.arm("PATCH", answerWith(403), Number.POSITIVE_INFINITY);
    const failure = await failureOf(didRouteTable.remove(account.run(), table.id, table.outputs));
    expect(failure.message).not.toMatch(wayBack);
  });

  test("of an application whose end nobody could see", async () => {
    const account = await testAccount();
    const { id, outputs } = await application.create(account.run(), inputsOf(application, { name: "Support" }));
    account.arm("DELETE", loseAnswer);
    account.arm("GET /v1/applications", ({ answer }) => answer());
    account.arm("GET /v1/applications", answerWith(503), Number.POSITIVE_INFINITY);
    const failure = await failureOf(application.remove(account.run(), id, outputs));
    expect(failure.message).toMatch(wayBack);
    expect(failure.message).toContain(`the deletion of the application "Support" (${id})`);
  });
});
