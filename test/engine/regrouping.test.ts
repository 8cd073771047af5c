import { describe, expect, test } from "@jest/globals";
import { delay } from "../../src/sandbox/faults.ts";
import { application, forEachTest } from "./environment.ts";

const account = forEachTest();
const support = application("support");

describe("a number that leaves a table is never out of service on the way", () => {
  test.each([
    ["a route", `new DidRoute("second", { number: "+15551230002", applicationId: sales.applicationId });`],
    ["another table", `new DidRouteTable("more", { routes: { "+15551230002": sales.applicationId } });`],
  ])("to %s whose application is still to be created", async (_name, destination) => {
    const { project, sandbox } = account;
    await project.write(
      `${support}new DidRouteTable("numbers", { routes: {
        "+15551230001": support.applicationId, "+15551230002": support.applicationId } });`,
    );
    expect((await project.up()).failed).toBe(false);

    account.forgetRequests();
    sandbox.faults.arm(({ method }) => method === "POST", delay(1_500));
    await project.write(
      `${support}${application("sales")}
      new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId } });
      ${destination}`,
    );
    expect(await project.up()).toMatchObject({ failed: false, text: "" });
    expect(account.writes().filter((write) => write.startsWith("PATCH /v1/dids"))).toHaveLength(1);
    expect(await account.live("+15551230002")).toBe("webhook sales");
    expect((await project.up()).steps).toEqual([]);
    const { deployment } = JSON.parse(await project.pulumi(["stack", "export"]));
    expect(
      JSON.stringify(deployment.resources.map(({ inputs, outputs }: Record<string, object>) => ({ inputs, outputs }))),
    ).not.toContain("declaredElsewhere");
  });
});

describe("what two components declare is told apart", () => {
  const components = `
    class Office extends pulumi.ComponentResource { constructor(name: string) { super("test:index:Office", name); } }
    class Shop extends pulumi.ComponentResource { constructor(name: string) { super("test:index:Shop", name); } }
    const office = new Office("eu");
    const shop = new Shop("eu");`;
  const main = (parent: string, number: string) =>
    `new DidRoute("main", { number: "${number}", applicationId: support.applicationId }, { parent: ${parent} });`;

  test("where both have a child of the same name: neither forgets the other's number", async () => {
    const { project } = account;
    await project.write(
      `${support}new DidRoute("old", { number: "+15551230001", applicationId: support.applicationId });`,
    );
    await project.up();
    account.forgetRequests();
    await project.write(support + components + main("office", "+15551230001") + main("shop", "+15551230002"));
    expect((await project.up()).failed).toBe(false);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect(await account.live("+15551230002")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });

  test("where both declare one number: that is refused", async () => {
    const { project } = account;
    await project.write(support + components + main("office", "+15551230001") + main("shop", "+15551230001"));
    const preview = await project.preview();
    expect(preview.failed).toBe(true);
    expect(preview.text).toContain("number +15551230001 is declared by");
  });
});

test("resources that are renamed with an alias stay what they are, also where the account is read first", async () => {
  const { project } = account;
  const route = (name: string, options = "") =>
    `new DidRoute("${name}", { number: "+15551230001", applicationId: support.applicationId }, { ${options} });`;
  await project.write(support + route("old"));
  await project.up();

  account.forgetRequests();
  const renamed = support
    .replace('new Application("support"', 'new Application("help"')
    .replace(
      "webhookSecret: supportSecret.value,\n}",
      'webhookSecret: supportSecret.value,\n}, { aliases: [{ name: "support" }] }',
    );
  expect(renamed).toContain("aliases");
  await project.write(renamed + route("new", 'aliases: [{ name: "old" }]'));
  expect(await project.up({ refresh: true })).toMatchObject({ failed: false, text: "" });
  expect(account.writes()).toEqual([]);
  expect(await account.live("+15551230001")).toBe("webhook support");
  expect((await project.up()).steps).toEqual([]);
});

test("a number moves between applications of one program although the engine has not come to the first one yet", async () => {
  const { project } = account;
  await project.write(
    `${support}new DidRoute("old", { number: "+15551230001", applicationId: support.applicationId });`,
  );
  await project.up();
  const late = support.replace(
    'answerUrl: "https://example.com/support"',
    'answerUrl: pulumi.output(new Promise<string>((resolve) => setTimeout(resolve, 3_000, "https://example.com/later")))',
  );
  expect(late).not.toBe(support);
  await project.write(
    `${late}${application("sales")}new DidRoute("fresh", { number: "+15551230001", applicationId: sales.applicationId });`,
  );
  expect(await project.up()).toMatchObject({ failed: false, text: "" });
  expect(await account.live("+15551230001")).toBe("webhook sales");
  expect((await project.up()).steps).toEqual([]);
});

test("a program that goes back after a failed run puts back what that run had moved", async () => {
  const { project } = account;
  const before = `${support}${application("sales")}
    new DidRoute("first", { number: "+15551230001", applicationId: support.applicationId });`;
  await project.write(before);
  expect((await project.up()).failed).toBe(false);

  await project.write(
    `${support}${application("sales")}
    const second = new DidRoute("second", { number: "+15551230001", applicationId: sales.applicationId });
    new DidRoute("missing", { number: "+15559999999", mode: "reject" }, { dependsOn: second });`,
  );
  expect((await project.up()).failed).toBe(true);
  expect(await account.live("+15551230001")).toBe("webhook sales");

  await project.write(before);
  expect(await project.up()).toMatchObject({ failed: false, steps: ["delete DidRoute second"] });
  expect(await account.live("+15551230001")).toBe("webhook support");
  expect((await project.up()).steps).toEqual([]);
});
