import { describe, expect, test } from "@jest/globals";
import { application, forEachTest } from "./environment.ts";

const account = forEachTest();

const support = application("support");
const sales = application("sales");
const route = (name: string, number: string, target: string) =>
  `new DidRoute("${name}", { number: "${number}", applicationId: ${target}.applicationId });\n`;

describe("a number never goes dark", () => {
  test("when it moves to another application: that is one write", async () => {
    const { project } = account;
    await project.write(support + sales + route("main", "+15551230001", "support"));
    await project.up();

    account.forgetRequests();
    await project.write(support + sales + route("main", "+15551230001", "sales"));
    const preview = await project.preview();
    expect(preview.diffs).toEqual({ "update DidRoute main": ["applicationId"] });
    expect((await project.up()).steps).toEqual(["update DidRoute main"]);
    expect(account.writes()).toHaveLength(1);
    expect(await account.live("+15551230001")).toBe("webhook sales");
    expect((await project.up()).steps).toEqual([]);
  });

  test("when its resource is renamed: nothing is written", async () => {
    const { project } = account;
    await project.write(support + route("main", "+15551230001", "support"));
    await project.up();

    account.forgetRequests();
    await project.write(support + route("front-desk", "+15551230001", "support"));
    expect((await project.up()).steps.sort()).toEqual(["create DidRoute front-desk", "delete DidRoute main"]);
    expect(account.writes()).toEqual([]);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });

  test("when two resources swap their numbers, and with them the applications: that is one direct write each", async () => {
    const { project, sandbox } = account;
    await project.write(
      support + sales + route("first", "+15551230001", "support") + route("second", "+15551230002", "sales"),
    );
    await project.up();

    const written: Record<string, unknown> = {};
    sandbox.faults.arm(
      ({ method }) => method === "PATCH",
      async ({ request, answer }) => {
        written[new URL(request.url).pathname] = await request.clone().json();
        return answer();
      },
      Number.POSITIVE_INFINITY,
    );
    account.forgetRequests();
    await project.write(
      support + sales + route("first", "+15551230002", "support") + route("second", "+15551230001", "sales"),
    );
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    expect(account.writes()).toHaveLength(2);
    expect(written).toEqual({
      [await account.pathOf("+15551230001")]: { application_id: await account.idOf("sales"), route_mode: "webhook" },
      [await account.pathOf("+15551230002")]: { application_id: await account.idOf("support"), route_mode: "webhook" },
    });
    expect(await account.live("+15551230001")).toBe("webhook sales");
    expect(await account.live("+15551230002")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });

  test("when two resources of one application swap their numbers: nothing is written", async () => {
    const { project } = account;
    await project.write(
      support + route("first", "+15551230001", "support") + route("second", "+15551230002", "support"),
    );
    await project.up();

    account.forgetRequests();
    await project.write(
      support + route("first", "+15551230002", "support") + route("second", "+15551230001", "support"),
    );
    const swap = await project.up();
    expect(swap).toMatchObject({ failed: false, text: "" });
    expect(account.writes()).toEqual([]);
    for (const number of ["+15551230001", "+15551230002"]) expect(await account.live(number)).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });

  test("when it moves from a DidRoute into a table, and the table is replaced", async () => {
    const { project } = account;
    await project.write(support + route("main", "+15551230001", "support"));
    await project.up();

    account.forgetRequests();
    await project.write(
      `${support}new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId } });`,
    );
    expect((await project.up()).steps.sort()).toEqual(["create DidRouteTable numbers", "delete DidRoute main"]);
    expect(account.writes()).toEqual([]);

    const replaced = await project.up({ replace: [await project.urnOf("numbers")] });
    expect(replaced.failed).toBe(false);
    expect(replaced.steps).toContain("delete-replaced DidRouteTable numbers");
    expect(account.writes()).toEqual([]);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });

  test("when its application is renamed as a resource: the application stays, and so does the number", async () => {
    const { project, sandbox } = account;
    await project.write(support + route("main", "+15551230001", "support"));
    await project.up();
    const before = await sandbox.control.listApplications();

    account.forgetRequests();
    await project.write(
      support.replace('new Application("support"', 'new Application("help"') + route("main", "+15551230001", "support"),
    );
    expect(await project.up()).toMatchObject({ failed: false });
    expect(account.writes().filter((write) => !write.startsWith("PATCH /v1/applications/"))).toEqual([]);
    expect((await sandbox.control.listApplications()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });
});

describe("a number that leaves the program", () => {
  test("is out of service, never gone", async () => {
    const { project } = account;
    await project.write(support + route("main", "+15551230001", "support"));
    await project.up();

    account.forgetRequests();
    await project.write(support);
    expect((await project.up()).steps).toEqual(["delete DidRoute main"]);
    expect(account.writes()).toHaveLength(1);
    expect(await account.live("+15551230001")).toBe("reject nobody");
    expect((await project.up()).steps).toEqual([]);
  });

  test("leaves a table the same way, and one that says onDelete leave stays as it is", async () => {
    const { project } = account;
    const table = (routes: string, onDelete = "") =>
      `${support}new DidRouteTable("numbers", { routes: { ${routes} }, ${onDelete} });`;
    await project.write(table('"+15551230001": support.applicationId, "+15551230002": support.applicationId'));
    await project.up();

    await project.write(table('"+15551230001": support.applicationId'));
    const preview = await project.preview();
    expect(preview.diffs).toEqual({ "update DidRouteTable numbers": ['routes["+15551230002"]'] });
    await project.up();
    expect(await account.live("+15551230002")).toBe("reject nobody");

    account.forgetRequests();
    await project.write(table('"+15551230001": support.applicationId', 'onDelete: "leave"'));
    expect((await project.up()).steps).toEqual(["update DidRouteTable numbers"]);
    expect(account.sandbox.requests).toEqual([]);
    await project.write(support);
    const removed = await project.up();
    expect(removed.text).toMatch(/\+15551230001 stays as it is/);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect(await project.up()).toMatchObject({ steps: [], text: "" });
  });

  test("is left alone when somebody has moved it meanwhile", async () => {
    const { project, sandbox } = account;
    await project.write(support + route("main", "+15551230001", "support"));
    await project.up();
    const portal = (await sandbox.control.listApplications()).find(({ name }) => name !== "support");
    await sandbox.control.assign("+15551230001", portal?.id ?? "", "webhook");

    account.forgetRequests();
    await project.write(support);
    const up = await project.up();
    expect(up.failed).toBe(false);
    expect(up.text).toContain("+15551230001 stays as it is");
    expect(account.writes()).toEqual([]);
    expect(await project.up()).toMatchObject({ steps: [], text: "" });
  });
});

describe("drift", () => {
  test("is noticed by refresh field by field, and put back by up --refresh", async () => {
    const { project, sandbox } = account;
    await project.write(
      `${support + sales}new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId, "+15551230002": sales.applicationId } });`,
    );
    await project.up();
    await sandbox.control.assign("+15551230002", null, "reject");

    const preview = await project.preview({ refresh: true });
    expect(preview.steps).toContain("update DidRouteTable numbers");
    expect(preview.diffs["update DidRouteTable numbers"]).toEqual(['routes["+15551230002"]']);

    account.forgetRequests();
    expect((await project.up({ refresh: true })).failed).toBe(false);
    expect(account.writes()).toHaveLength(1);
    expect(await account.live("+15551230002")).toBe("webhook sales");
    expect((await project.up({ refresh: true })).steps.filter((step) => !step.startsWith("refresh"))).toEqual([]);
  });

  test("of a number that somebody gave to a stranger's application is put back, because the state saw it", async () => {
    const { project, sandbox } = account;
    await project.write(support + route("main", "+15551230001", "support"));
    await project.up();
    const portal = (await sandbox.control.listApplications()).find(({ name }) => name !== "support");
    await sandbox.control.assign("+15551230001", portal?.id ?? "", "webhook");

    await project.refresh();
    expect((await project.up()).steps).toEqual(["update DidRoute main"]);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });
});
