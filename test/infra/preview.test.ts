import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Outcome, WorkingCopy } from "./working-copy.ts";

let copy: WorkingCopy;
beforeAll(async () => {
  copy = await WorkingCopy.create();
});
afterAll(() => copy.remove());

/** The inputs of the resources of one type, by name. */
const inputsOf = ({ resources }: Outcome, type: string): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(resources).flatMap(([name, { inputs }]) =>
      name.startsWith(`${type} `) ? [[name.slice(type.length + 1), inputs]] : [],
    ),
  );

/** The names of the resources that the engine will refuse to delete. */
const protectedOf = ({ resources }: Outcome): string[] =>
  Object.entries(resources).flatMap(([name, { protect }]) => (protect ? [name] : []));

describe.each([
  { stack: "test", numbers: "+1555124", guards: false },
  { stack: "production", numbers: "+1555125", guards: true },
])("a preview of $stack, on a machine without AWS and without the sandbox", ({ stack, numbers, guards }) => {
  let previewed: Outcome;
  beforeAll(async () => {
    previewed = await copy.preview(stack);
  });

  test("works and shows the environment", () => {
    expect(previewed).toMatchObject({ failed: false });
    expect(previewed.text).toMatch(/support\s*: \{[^}]*flow\s*: "receptionist"/);
    expect(previewed.text).toContain(`${numbers}0001: "support"`);
    expect(previewed.text).toContain(`${numbers}0009: "reject"`);
    expect(previewed.text).toMatch(/capabilities\s*: "documented"/);
    expect(previewed.text).toMatch(/revision\s*: "0123abc"/);
    expect(previewed.text).toContain("44 to create");
  });

  test("declares three small functions on the current runtime, each with its own log that is not kept for ever", () => {
    const functions = inputsOf(previewed, "Function");
    const logs = inputsOf(previewed, "LogGroup");
    const names = ["answer", "webhook", "webhook-worker"].map((name) => `voice-${stack}-${name}`);
    expect(Object.keys(functions).sort()).toEqual(names);
    for (const [name, inputs] of Object.entries(functions)) {
      expect(inputs).toMatchObject({
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        loggingConfig: { logGroup: logs[name]?.name },
        tags: { "voice:stack": stack },
      });
      expect(logs[name]).toMatchObject({ retentionInDays: 30 });
    }
  });

  test("tells the answer function which stack it is, and no secret", () => {
    expect(inputsOf(previewed, "Function")[`voice-${stack}-answer`]?.environment).toEqual({
      variables: { VOICE_STACK: stack },
    });
  });

  test("reserves no concurrency, which a new account could not afford", () => {
    for (const inputs of Object.values(inputsOf(previewed, "Function")))
      expect(inputs.reservedConcurrentExecutions).toBe(-1);
  });

  test("takes events through an encrypted queue that hands nothing out twice, and keeps what cannot be done for long", () => {
    const queues = inputsOf(previewed, "Queue");
    const worker = inputsOf(previewed, "Function")[`voice-${stack}-webhook-worker`];
    const { visibilityTimeoutSeconds, ...events } = queues[`voice-${stack}-webhook-events`] ?? {};
    expect(Number(visibilityTimeoutSeconds)).toBeGreaterThanOrEqual(6 * Number(worker?.timeout));
    expect(events).toMatchObject({ sqsManagedSseEnabled: true, maxMessageSize: 1_048_576 });
    expect(queues[`voice-${stack}-webhook-dead-letters`]).toMatchObject({
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 14 * 86_400,
    });
    expect(inputsOf(previewed, "EventSourceMapping")[`voice-${stack}-webhook`]).toMatchObject({
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 10 },
    });
  });

  test("keeps the webhook secret in the parameter store alone", () => {
    expect(inputsOf(previewed, "Parameter")[`voice-${stack}-webhook-secret`]).toMatchObject({ type: "SecureString" });
    for (const { environment } of Object.values(inputsOf(previewed, "Function")) as { environment: object }[])
      expect(JSON.stringify(environment)).not.toContain('"WEBHOOK_SECRET"');
  });

  test("has alarms that say what they mean and what to do", () => {
    const alarms = inputsOf(previewed, "MetricAlarm");
    expect(Object.keys(alarms)).toHaveLength(11);
    for (const [name, { alarmDescription, treatMissingData }] of Object.entries(alarms)) {
      expect(treatMissingData).toBe("notBreaching");
      const section = name.replace(`voice-${stack}-`, "");
      expect(alarmDescription).toMatch(new RegExp(`No data means that .*docs/runbook.md#${section}$`));
    }
    expect(previewed.text.includes("set voice:alarmTopicArn")).toBe(guards);
  });

  test("leaves the two public statements of a URL to the provider, which writes them when it creates the URL", () => {
    expect(inputsOf(previewed, "FunctionUrl")[`voice-${stack}-answer`]).toMatchObject({ authorizationType: "NONE" });
    expect(inputsOf(previewed, "Permission")).toEqual({});
  });

  test("keeps one item an event, for a time", () => {
    expect(inputsOf(previewed, "Table")[`voice-${stack}-webhook-records`]).toMatchObject({
      hashKey: "callId",
      rangeKey: "eventKey",
      billingMode: "PAY_PER_REQUEST",
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: guards,
    });
  });

  test(`guards ${guards ? "what callers depend on" : "nothing, for it is there to be rebuilt"}`, () => {
    const guarded = ["support", "sales", "reminders"]
      .map((key) => `Application ${key}`)
      .concat(`FunctionUrl voice-${stack}-answer`, `FunctionUrl voice-${stack}-webhook`)
      .concat(["events", "dead-letters"].map((queue) => `Queue voice-${stack}-webhook-${queue}`))
      .concat(`Table voice-${stack}-webhook-records`, "WebhookSecret webhook", "DidRouteTable numbers");
    expect(protectedOf(previewed).sort()).toEqual(guards ? guarded.sort() : []);
  });

  test(`moves no large share of the numbers at once, and ${guards ? "leaves" : "rejects"} one that leaves the file`, () => {
    const { maxChange, onDelete = "reject" } = inputsOf(previewed, "DidRouteTable").numbers ?? {};
    expect({ maxChange, onDelete }).toEqual({ maxChange: "30%", onDelete: guards ? "leave" : "reject" });
  });

  test("puts the stack's name on everything that can carry it", () => {
    const bare = Object.entries(previewed.resources).filter(([, { inputs }]) => inputs.tags?.["voice:stack"] !== stack);
    const components = ["VoiceEnvironment", "VoiceFunction", "WebhookPipeline", "EventQueue", "VoiceAlarms"];
    const engine = ["Stack", "aws", "pulumi-nodejs"];
    const ofAws = ["FunctionUrl", "RolePolicy", "RedriveAllowPolicy"];
    const ofMiniVoice = ["Application", "DidRouteTable", "WebhookSecret"];
    expect(new Set(bare.map(([name]) => name.split(" ")[0]))).toEqual(
      new Set([...components, ...engine, ...ofAws, ...ofMiniVoice]),
    );
  });

  test("shows no secret", () => {
    expect(JSON.stringify(previewed)).not.toContain("mv_test_not_a_real_key");
  });
});

describe("a preview stops before it plans anything, without a stack trace,", () => {
  const expectRefusal = ({ failed, text, resources }: Outcome, stack: string, ...says: string[]): void => {
    expect(failed).toBe(true);
    for (const words of says) expect(text).toContain(words);
    expect(text).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(Object.keys(resources)).toEqual([`Stack voice-${stack}`]);
  };

  test("when a safeguard is broken", async () => {
    const previewed = await copy.preview("local", { MINIVOICE_API_KEY: "" });
    expectRefusal(previewed, "local", "[local-stays-local]", "MINIVOICE_API_KEY", "[api-key]");
  });

  test("and so does an up of production into a state on one machine, which a preview is free to use", async () => {
    expectRefusal(await copy.up("production"), "production", "[production-backend]", "[production-secrets]");
  });

  test("when the voice file is wrong, with the place of each problem", async () => {
    expectRefusal(
      await previewWith((text) => text.replace("flow: salesMenu", "flow: saelsMenu").replace('2": sales', '2": sale')),
      "test",
      'stacks/Voice.test.yaml:4:43: applications.sales.flow: there is no flow "saelsMenu"',
      'stacks/Voice.test.yaml:8:19: routes."+15551240002": there is no application "sale"',
    );
  });

  /** A preview of the stack `test` while its voice file is another. */
  async function previewWith(edit: (text: string) => string): Promise<Outcome> {
    const file = join(copy.stacks, "Voice.test.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, edit(text));
    try {
      return await copy.preview("test");
    } finally {
      writeFileSync(file, text);
    }
  }
});
