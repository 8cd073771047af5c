import { describe, expect, test } from "@jest/globals";
import { application, type Context, didRoute, didRouteTable } from "pulumi-minivoice/lifecycle";
import { inputsOf, main, partOf, testAccount } from "./account.ts";

/**
 * A number moved from one resource to another, and the run failed before the first one gave it up, so the state of both
 * holds it. Then the program goes back: the first resource believes that nothing has changed.
 */
async function wentBack() {
  const account = await testAccount();
  const [support, sales] = [await account.create("Support"), await account.create("Sales")];
  const route = inputsOf(didRoute, { resourceName: "route", number: main, applicationId: support });
  const table = inputsOf(didRouteTable, { resourceName: "table", routes: { [main]: sales } });
  const before = await didRoute.create(account.run(), route);
  const first = account.run();
  first.claims.keepApplication(support, "Support", "support");
  const after = await didRouteTable.create(first, table);
  expect(await account.live(main)).toBe(`webhook ${sales}`);
  account.writes();

  const back = (context: Context) => {
    context.claims.declare("route", [`number ${main}`]);
    didRoute.beforeUpdate?.(context, before.id, before.outputs, route);
    return context.claims.isInDoubt("route");
  };
  return { account, support, sales, route, before, after, back };
}

describe("a number that two resources hold in the state after a failed run", () => {
  test("is put right by the one that gives it up, where the other one has not looked", async () => {
    const { account, support, after, back } = await wentBack();
    const run = account.run();
    expect(back(run)).toBe(false);
    await didRouteTable.remove(run, after.id, after.outputs);
    expect(await account.live(main)).toBe(`webhook ${support}`);
    expect(account.writes()).toHaveLength(1);
  });

  test("is looked at by the one that declares it, where the other one has given it up before", async () => {
    const { account, support, route, before, after, back } = await wentBack();
    const run = account.run();
    run.claims.announce([`number ${main}`]);
    await didRouteTable.update(run, after.id, after.outputs, inputsOf(didRouteTable, { routes: {} }));
    expect(account.writes()).toEqual([]);
    expect(back(run)).toBe(true);
    run.claims.keepApplication(after.outputs.routes[main] ?? "", "Sales", "sales");
    expect(await didRoute.update(run, before.id, before.outputs, route)).toEqual(before.outputs);
    expect(await account.live(main)).toBe(`webhook ${support}`);
  });

  test("is put right alike where a table is the one that has not looked", async () => {
    const { account, support, before, after } = await wentBack();
    const table = inputsOf(didRouteTable, { resourceName: "table", routes: after.outputs.routes });
    await account.sandbox.control.assign(main, support);
    const run = account.run();
    run.claims.declare("table", [`number ${main}`]);
    didRouteTable.beforeUpdate?.(run, after.id, after.outputs, table);
    await didRoute.remove(run, before.id, before.outputs);
    expect(await account.live(main)).toBe(`webhook ${after.outputs.routes[main]}`);
  });

  test("stays where somebody else has put it meanwhile", async () => {
    const { account, after, back } = await wentBack();
    const stranger = await account.create("stranger");
    await account.sandbox.control.assign(main, stranger);
    const run = account.run();
    back(run);
    await didRouteTable.remove(run, after.id, after.outputs);
    expect(await account.live(main)).toBe(`webhook ${stranger}`);
  });

  test("is left to a person where the account cannot assign, and stays in the state until it is done", async () => {
    const { account, support, after, back } = await wentBack();
    const run = account.run({ capabilities: "documented" });
    back(run);
    const { outputs, message } = await partOf(
      didRouteTable.update(run, after.id, after.outputs, inputsOf(didRouteTable, { routes: {} })),
    );
    expect(message).toContain(`pending: assign ${main} to application ${support}`);
    expect(outputs.routes).toHaveProperty([main]);
    await account.sandbox.control.assign(main, support);
    await didRouteTable.remove(run, after.id, outputs);
  });

  test("costs no request where it is as declared, or is declared anew", async () => {
    const { account, after } = await wentBack();
    const run = account.run();
    run.claims.declare("another", [`number ${main}`]);
    const before = account.sandbox.requests.length;
    await didRouteTable.remove(run, after.id, after.outputs);
    expect(account.sandbox.requests).toHaveLength(before);
  });
});

test("an application is not deleted while a resource of this run declares its name and has not looked yet", async () => {
  const account = await testAccount();
  const declared = inputsOf(application, { name: "Support" });
  const { id, outputs } = await application.create(account.run(), declared);
  account.writes();
  const run = account.run();
  run.claims.declare("renamed", ["application named Support"]);
  await application.remove(run, id, outputs);
  expect(await account.named("Support")).toEqual([id]);

  run.claims.keepApplication("app_other", "Support", "renamed");
  await application.remove(run, id, outputs);
  expect(await account.named("Support")).toEqual([]);
});
