import { beforeAll, describe, expect, test } from "@jest/globals";
import { delay } from "../../src/sandbox/faults.ts";
import { application, forAllTests } from "./environment.ts";
import type { Outcome } from "./project.ts";

const [one, two, three, four] = ["+15551230001", "+15551230002", "+15551230003", "+15551230004"] as const;
const numbers = [one, two, three, four];
const support = application("support");
const sales = application("sales");
const route = (name: string, number: string, application: string, options = "") =>
  `new DidRoute("${name}", { number: "${number}", applicationId: ${application}.applicationId }, { ${options} });\n`;

describe("a number that leaves a table for an application that is still to be created", () => {
  const account = forAllTests({ numbers });
  let up: Outcome;

  beforeAll(async () => {
    const { project, sandbox } = account;
    const table = (...held: string[]) =>
      `new DidRouteTable("numbers", { routes: { ${held.map((number) => `"${number}": support.applicationId`)} } });`;
    await project.write(support + table(one, two, three));
    expect((await project.up()).failed).toBe(false);

    account.forgetRequests();
    sandbox.faults.arm(({ method }) => method === "POST", delay(1_000));
    await project.write(
      `${support + sales + table(one) + route("second", two, "sales")}
      new DidRouteTable("more", { routes: { "${three}": sales.applicationId } });`,
    );
    up = await project.up();
  });

  test.each([
    ["a route", two],
    ["another table", three],
  ])("is never out of service on the way to %s: that is one write", async (_name, number) => {
    expect(up).toMatchObject({ failed: false, text: "" });
    const path = await account.pathOf(number);
    expect(account.writes().filter((write) => write === `PATCH ${path}`)).toHaveLength(1);
    expect(await account.live(number)).toBe("webhook sales");
  });

  test("leaves nothing to do, and what resources told each other is not in the state", async () => {
    expect((await account.project.up()).steps).toEqual([]);
    const { checkpoint } = JSON.parse(await account.project.stateFile());
    const kept = checkpoint.latest.resources.map(({ inputs, outputs }: Record<string, object>) => ({
      inputs,
      outputs,
    }));
    expect(JSON.stringify(kept)).toContain("routes");
    expect(JSON.stringify(kept)).not.toContain("declaredElsewhere");
  });
});

describe("resources are told apart, and recognised,", () => {
  const account = forAllTests({ numbers });
  const components = `
    class Office extends pulumi.ComponentResource { constructor(name: string) { super("test:index:Office", name); } }
    class Shop extends pulumi.ComponentResource { constructor(name: string) { super("test:index:Shop", name); } }
    const office = new Office("eu");
    const shop = new Shop("eu");`;

  beforeAll(async () => {
    const { project } = account;
    await project.write(support + route("single", one, "support") + route("old", three, "support"));
    expect((await project.up()).failed).toBe(false);

    account.forgetRequests();
    const renamed = support
      .replace('new Application("support"', 'new Application("help"')
      .replace(
        "webhookSecret: supportSecret.value,\n}",
        'webhookSecret: supportSecret.value,\n}, { aliases: [{ name: "support" }] }',
      );
    expect(renamed).toContain("aliases");
    await project.write(
      renamed +
        components +
        route("main", one, "support", "parent: office") +
        route("main", two, "support", "parent: shop") +
        route("new", three, "support", 'aliases: [{ name: "old" }]'),
    );
    expect(await project.up({ refresh: true })).toMatchObject({ failed: false, text: "" });
  });

  test("where two components have a child of the same name: neither forgets the other's number", async () => {
    expect(account.writes()).toEqual([`PATCH ${await account.pathOf(two)}`]);
    expect(await account.live(one)).toBe("webhook support");
    expect(await account.live(two)).toBe("webhook support");
  });

  test("where they are renamed with an alias, also where the account is read first: nothing is written", async () => {
    expect(await account.live(three)).toBe("webhook support");
    expect((await account.project.up()).steps).toEqual([]);
  });

  test("where two of them declare one number: that is refused in preview", async () => {
    const { project } = account;
    await project.write(
      support +
        components +
        route("main", one, "support", "parent: office") +
        route("main", one, "support", "parent: shop"),
    );
    const preview = await project.preview();
    expect(preview.failed).toBe(true);
    expect(preview.text).toContain(`number ${one} is declared by`);
  });
});

describe("a number moves between the applications of a program", () => {
  const account = forAllTests({ numbers });

  test("although the engine has not come to the first one yet", async () => {
    const { project } = account;
    await project.write(support + route("old", one, "support"));
    expect((await project.up()).failed).toBe(false);
    const late = support.replace(
      'answerUrl: "https://example.com/support"',
      'answerUrl: pulumi.output(new Promise<string>((resolve) => setTimeout(resolve, 2_000, "https://example.com/later")))',
    );
    expect(late).not.toBe(support);
    await project.write(late + sales + route("fresh", one, "sales"));
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    expect(await account.live(one)).toBe("webhook sales");
    expect((await project.up()).steps).toEqual([]);
  });

  test("and back, where the program goes back after a run that failed", async () => {
    const { project } = account;
    const before = `${support}${sales}${route("fresh", one, "sales")}`;
    await project.write(
      `${support}${sales}const second = ${route("second", one, "support")}
      new DidRoute("missing", { number: "+15559999999", mode: "reject" }, { dependsOn: second });`,
    );
    expect((await project.up()).failed).toBe(true);
    expect(await account.live(one)).toBe("webhook support");

    await project.write(before);
    const back = await project.up();
    expect(back.failed).toBe(false);
    expect(back.steps).toContain("delete DidRoute second");
    expect(await account.live(one)).toBe("webhook sales");
    expect((await project.up()).steps).toEqual([]);
  });
});
