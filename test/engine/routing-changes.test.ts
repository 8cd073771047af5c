import { beforeAll, describe, expect, test } from "@jest/globals";
import { application, forAllTests } from "./environment.ts";
import type { Outcome } from "./project.ts";

const numbers = Array.from({ length: 9 }, (_, index) => `+1555123000${index + 1}`);
const [moved, renamed, first, second, third, fourth, gathered, kept] = numbers as [
  ...[string, string, string, string, string, string, string, string],
];

const support = application("support");
const sales = application("sales");
const route = (name: string, number: string, target: string) =>
  `new DidRoute("${name}", { number: "${number}", applicationId: ${target}.applicationId });\n`;
const table = (routes: string, options = "") =>
  `new DidRouteTable("numbers", { routes: { ${routes} }, ${options} });\n`;

/** Nothing is left to do: an engine test ends with this. */
const nothing = { failed: false, steps: [], text: "" };
const unrefreshed = (outcome: Outcome) => outcome.steps.filter((step) => !step.startsWith("refresh"));

describe("a number never goes dark, whatever a program changes at once,", () => {
  const account = forAllTests({ numbers });
  const written: Record<string, unknown[]> = {};
  const writesTo = async (number: string) => written[await account.pathOf(number)] ?? [];
  const to = async (name: string) => ({ application_id: await account.idOf(name), route_mode: "webhook" });
  let applicationsBefore: string[];
  let preview: Outcome;
  let up: Outcome;
  let again: Outcome;

  const applicationIds = async () => (await account.sandbox.control.listApplications()).map(({ id }) => id);

  beforeAll(async () => {
    const { project, sandbox } = account;
    await project.write(
      [
        support + sales + application("help"),
        route("moved", moved, "support") + route("old-name", renamed, "support"),
        route("swap-1", first, "support") + route("swap-2", second, "sales"),
        route("same-1", third, "support") + route("same-2", fourth, "support"),
        route("single", gathered, "support") + route("kept", kept, "help"),
      ].join(""),
    );
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    applicationsBefore = await applicationIds();

    sandbox.faults.arm(
      ({ method }) => method !== "GET",
      async ({ request, answer }) => {
        const { pathname } = new URL(request.url);
        written[pathname] = [...(written[pathname] ?? []), await request.clone().json()];
        return answer();
      },
      Number.POSITIVE_INFINITY,
    );
    await project.write(
      [
        support + sales + application("help").replace('new Application("help"', 'new Application("desk"'),
        route("moved", moved, "sales") + route("new-name", renamed, "support"),
        route("swap-1", second, "support") + route("swap-2", first, "sales"),
        route("same-1", fourth, "support") + route("same-2", third, "support"),
        table(`"${gathered}": support.applicationId`) + route("kept", kept, "help"),
      ].join(""),
    );
    preview = await project.preview();
    up = await project.up();
    again = await project.up();
  });

  test("when it moves to another application: that is one field in the preview, and one write", async () => {
    expect(preview.diffs["update DidRoute moved"]).toEqual(["applicationId"]);
    expect(up.steps).toContain("update DidRoute moved");
    expect(await writesTo(moved)).toEqual([await to("sales")]);
    expect(await account.live(moved)).toBe("webhook sales");
  });

  test("when its resource is renamed: nothing is written", async () => {
    expect(up.steps).toEqual(expect.arrayContaining(["create DidRoute new-name", "delete DidRoute old-name"]));
    expect(await writesTo(renamed)).toEqual([]);
    expect(await account.live(renamed)).toBe("webhook support");
  });

  test("when two resources swap their numbers, and with them the applications: that is one direct write each", async () => {
    expect(await writesTo(first)).toEqual([await to("sales")]);
    expect(await writesTo(second)).toEqual([await to("support")]);
    expect(await account.live(first)).toBe("webhook sales");
    expect(await account.live(second)).toBe("webhook support");
  });

  test("when two resources of one application swap their numbers: nothing is written", async () => {
    for (const number of [third, fourth]) {
      expect(await writesTo(number)).toEqual([]);
      expect(await account.live(number)).toBe("webhook support");
    }
  });

  test("when it moves from a DidRoute into a table: nothing is written", async () => {
    expect(up.steps).toEqual(expect.arrayContaining(["create DidRouteTable numbers", "delete DidRoute single"]));
    expect(await writesTo(gathered)).toEqual([]);
    expect(await account.live(gathered)).toBe("webhook support");
  });

  test("when its application is renamed as a resource: the application stays, and so does the number", async () => {
    expect(await writesTo(kept)).toEqual([]);
    expect(await account.live(kept)).toBe("webhook help");
    expect(await applicationIds()).toEqual(applicationsBefore);
  });

  test("and the next run finds nothing to do", () => {
    expect(up).toMatchObject({ failed: false });
    expect(again).toMatchObject(nothing);
  });

  test("when its table is replaced", async () => {
    const { project } = account;
    account.forgetRequests();
    const replaced = await project.up({ replace: [await project.urnOf("numbers")] });
    expect(replaced.failed).toBe(false);
    expect(replaced.steps).toContain("delete-replaced DidRouteTable numbers");
    expect(account.writes()).toEqual([]);
    expect(await account.live(gathered)).toBe("webhook support");
    expect(await project.up()).toMatchObject(nothing);
  });
});

describe("a number that leaves the program", () => {
  const account = forAllTests({ numbers });
  let preview: Outcome;
  let up: Outcome;

  beforeAll(async () => {
    const { project, sandbox } = account;
    const rest = table(`"${first}": support.applicationId`);
    const leaving = table(`"${first}": support.applicationId, "${second}": support.applicationId`);
    await project.write(support + leaving + route("main", moved, "support") + route("lost", kept, "support"));
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    const portal = (await sandbox.control.listApplications()).find((application) => application.portal);
    await sandbox.control.assign(kept, portal?.id ?? "", "webhook");

    account.forgetRequests();
    await project.write(support + rest);
    preview = await project.preview();
    up = await project.up();
  });

  test("is out of service, never gone", async () => {
    expect(up).toMatchObject({ failed: false });
    expect(up.steps).toContain("delete DidRoute main");
    expect(await account.live(moved)).toBe("reject nobody");
    expect(account.writes().filter((write) => write.startsWith("DELETE"))).toEqual([]);
  });

  test("leaves a table the same way, and the preview names it", async () => {
    expect(preview.diffs["update DidRouteTable numbers"]).toEqual([`routes["${second}"]`]);
    expect(await account.live(second)).toBe("reject nobody");
    expect(await account.live(first)).toBe("webhook support");
  });

  test("is left alone when somebody has moved it meanwhile", async () => {
    expect(up.steps).toContain("delete DidRoute lost");
    expect(up.text).toContain(`${kept} stays as it is`);
    expect(account.writes()).toHaveLength(2);
    expect(await account.project.up()).toMatchObject(nothing);
  });

  test("stays as it is where its table says onDelete leave, which is an update without a request", async () => {
    const { project } = account;
    account.forgetRequests();
    await project.write(support + table(`"${first}": support.applicationId`, 'onDelete: "leave"'));
    expect((await project.up()).steps).toEqual(["update DidRouteTable numbers"]);
    expect(account.sandbox.requests).toEqual([]);

    await project.write(support);
    expect((await project.up()).text).toContain(`${first} stays as it is`);
    expect(await account.live(first)).toBe("webhook support");
    expect(await project.up()).toMatchObject(nothing);
  });
});

describe("drift", () => {
  const account = forAllTests({ numbers });

  test("is noticed number by number, and put back, also where a stranger's application holds the number now", async () => {
    const { project, sandbox } = account;
    const routes = table(`"${first}": support.applicationId, "${second}": sales.applicationId`);
    await project.write(support + sales + routes + route("main", moved, "support"));
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    const stranger = await sandbox.control.createApplication({ name: "stranger" });
    await sandbox.control.assign(second, null, "reject");
    await sandbox.control.assign(moved, stranger.id, "webhook");

    const preview = await project.preview({ refresh: true });
    expect(preview.diffs["update DidRouteTable numbers"]).toEqual([`routes["${second}"]`]);
    expect(preview.diffs["update DidRoute main"]).toEqual(["applicationId"]);

    account.forgetRequests();
    expect(await project.up({ refresh: true })).toMatchObject({ failed: false });
    expect(account.writes()).toHaveLength(2);
    expect(await account.live(second)).toBe("webhook sales");
    expect(await account.live(moved)).toBe("webhook support");
    expect(unrefreshed(await project.up({ refresh: true }))).toEqual([]);
  });
});
