import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readDaemon } from "../../src/background/control.ts";
import { declaredBy } from "../../src/cli/declared.ts";
import { csvOf } from "../../src/cli/pending-list.ts";
import { SandboxControl } from "../../src/sandbox/control-client.ts";
import { Checkout, printed } from "./checkout.ts";

describe("minivoice up on an account whose API only does what is documented", () => {
  let checkout: Checkout;
  let control: SandboxControl;
  beforeAll(async () => {
    checkout = new Checkout();
    const config = checkout.path("stacks", "Pulumi.local.yaml");
    writeFileSync(
      config,
      checkout.read("stacks", "Pulumi.local.yaml").replace("capabilities: managed", "capabilities: documented"),
    );
    const started = await checkout.minivoice("start");
    expect(started.code).toBe(1);
    const daemon = await readDaemon(checkout.local("sandbox"));
    control = new SandboxControl(String(daemon?.url), String(daemon?.controlToken));
    await control.setCapabilities("documented");
  });
  afterAll(() => checkout.remove());

  const idOf = async (name: string) =>
    (await control.listApplications()).find((application) => application.name === name)?.id ?? "";

  test("makes a support ticket of what is to be done by hand", async () => {
    const pending = await checkout.minivoice("pending", "--format", "csv");
    expect(pending.code).toBe(2);
    expect(pending.stdout.split("\r\n")).toContain(
      `assign number,+15551230001,Support IVR (local),route,unassigned,${await idOf("Support IVR (local)")}`,
    );
  });

  test("lists all of it, waits for it, and goes on until nothing is pending", async () => {
    const { child, ended } = checkout.begin(["up", "--wait", "--every", "1 second", "--", "--yes", "--skip-preview"]);
    const assignments = {
      "+15551230001": "Support IVR (local)",
      "+15551230002": "Sales menu (local)",
      "+15551230003": "Appointment reminders (local)",
    };
    await new Promise<void>((resolve) => {
      let shown = "";
      child.stdout?.on("data", (chunk) => {
        shown += chunk;
        if (shown.includes("To be done by hand")) resolve();
      });
    });
    for (const [number, name] of Object.entries(assignments)) await control.assign(number, await idOf(name));
    await control.assign("+15551230009", null, "reject");
    const run = await ended.finally(() => child.kill());
    expect(run.stdout).toContain("To be done by hand in the account setup (4)");
    expect(run.stdout).toMatch(
      new RegExp(
        `assign number +\\+15551230001 +route of "Support IVR \\(local\\)" +\\S+ +→ ${await idOf("Support IVR (local)")}`,
      ),
    );
    expect(run.stderr).toContain("all of it is done by hand: going on");
    expect(run.code).toBe(0);

    const pending = await checkout.minivoice("pending");
    expect(pending).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing is pending") });
  });

  test("says where a voice file is wrong, and nothing else", async () => {
    const file = checkout.path("stacks", "Voice.local.yaml");
    writeFileSync(
      file,
      checkout.read("stacks", "Voice.local.yaml").replace('"+15551230002": sales', '"+15551230002": nobody'),
    );
    const broken = await checkout.minivoice("pending");
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/Voice\.local\.yaml:\d+:\d+: .*nobody/);
    expect(printed(broken).split("\n").length).toBeLessThan(8);
  });

  test("without a terminal it asks nobody, and says how to go on", async () => {
    const refused = await checkout.minivoice("up", "--", "--refresh");
    expect(refused).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining("add --yes") });
  });

  test.each([["up"], ["pending"], ["verify"]])(
    "%s refuses a stack that is only a copy here, and names the way to the real one",
    async (command) => {
      const refused = await checkout.minivoice(command, "-s", "test");
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("set PULUMI_BACKEND_URL") });
    },
  );
});

describe("what a preview declares", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const state = (kind: string, inputs: object, more: object = {}) => ({
    type: `pulumi-nodejs:dynamic/minivoice:${kind}`,
    inputs: { ...inputs },
    ...more,
  });

  test("tells known numbers from those that wait for an application", () => {
    const { routes, waiting } = declaredBy([
      {
        op: "create",
        newState: state("DidRouteTable", { routes: { "+15551230001": unknown, "+15551230002": "app_1" } }),
      },
      { op: "create", newState: state("DidRoute", { number: "+15551230003", mode: "reject" }) },
    ]);
    expect(routes).toEqual([
      { number: "+15551230002", entry: "app_1" },
      { number: "+15551230003", entry: "reject" },
    ]);
    expect(waiting).toEqual(["+15551230001"]);
  });

  test("finds the numbers that leave the program, unless another resource declares them or they are to stay", () => {
    const { dropped } = declaredBy([
      {
        op: "delete",
        oldState: state("DidRoute", {}, { outputs: { number: "+15551230001", applicationId: "app_1" } }),
      },
      {
        op: "delete",
        oldState: state("DidRoute", {}, { outputs: { number: "+15551230002", applicationId: "app_1" } }),
      },
      {
        op: "delete",
        oldState: state(
          "DidRoute",
          { onDelete: "leave" },
          { outputs: { number: "+15551230003", applicationId: "app_1" } },
        ),
      },
      {
        op: "update",
        oldState: state(
          "DidRouteTable",
          {},
          { outputs: { routes: { "+15551230004": "app_2" }, written: { "+15551230004": ["app_1"] } } },
        ),
        newState: state("DidRouteTable", { routes: { "+15551230002": "app_1" } }),
      },
    ]);
    expect(dropped).toEqual([
      { number: "+15551230001", written: ["app_1"] },
      { number: "+15551230004", written: ["app_2", "app_1"] },
    ]);
  });

  test("leaves out what only an up can tell of an application", () => {
    const { applications } = declaredBy([
      {
        op: "update",
        newState: state(
          "Application",
          { name: "Support", answerUrl: unknown, webhookUrl: "https://example.com" },
          { id: "app_1" },
        ),
        detailedDiff: { webhookSecret: {} },
      },
      {
        op: "same",
        newState: state("Application", { name: "Sales", answerUrl: "[secret]" }, { id: "app_2" }),
      },
    ]);
    expect(applications).toEqual([
      {
        id: "app_1",
        inputs: { name: "Support", webhookUrl: "https://example.com" },
        unknown: ["answer_url"],
        secretChanged: true,
      },
      { id: "app_2", inputs: { name: "Sales" }, unknown: ["answer_url"], secretChanged: false },
    ]);
  });
});

test("a CSV cell never becomes a formula, and quotes what has to be quoted", () => {
  const csv = csvOf([
    { kind: "edit application", object: "app_1", name: '=1+1, "x"', field: "name", from: "a", to: "b" },
  ]);
  expect(csv.split("\r\n")[1]).toBe(`edit application,app_1,"'=1+1, ""x""",name,a,b`);
});
