import { existsSync, readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Project } from "../engine/project.ts";

const repository = join(import.meta.dirname, "..", "..");

/** A stranger's project: this package beside the packages that it uses itself. */
let project: Project;
beforeAll(async () => {
  project = await Project.create({
    stackName: "staging",
    config: { "aws:region": "eu-central-1" },
    environment: { MINIVOICE_API_KEY: "mv_test_not_a_real_key" },
    install: async (nodeModules) => {
      await mkdir(nodeModules);
      for (const name of ["@pulumi", "pulumi-minivoice"])
        await symlink(join(repository, "node_modules", name), join(nodeModules, name));
      await symlink(repository, join(nodeModules, "voice-environments"));
    },
  });
});
afterAll(() => project.remove());

const program = `
import * as aws from "@pulumi/aws";
import { defineFlow, VoiceEnvironment, watchResources } from "voice-environments/voice-environment";
const hotline = defineFlow("hotline", {
  start: "desk",
  fallback: "desk",
  steps: { desk: { actions: [{ type: "transfer", destination: "+15550100001" }], end: true } },
});
const voiceFile = { applications: { desk: { name: "Desk", flow: "hotline" } }, routes: { "+15551230001": "desk" } };
`;

/** The inputs of each resource by "<type> <name>". */
async function preview(rest: string): Promise<Record<string, Record<string, unknown>>> {
  await project.write(program + rest);
  const { steps } = JSON.parse(await project.pulumi(["preview", "--json", "--stack", "staging"]));
  return Object.fromEntries(
    steps.map(({ urn, newState }: { urn: string; newState: { type: string; inputs: Record<string, unknown> } }) => [
      `${newState.type.split(":").at(-1)} ${urn.split("::").at(-1)}`,
      newState.inputs,
    ]),
  );
}

describe("a voice environment in another project", () => {
  let resources: Record<string, Record<string, unknown>>;
  beforeAll(async () => {
    resources = await preview(`
      watchResources({});
      const invoke = { action: "lambda:InvokeFunction", function: "answer" };
      new aws.lambda.Permission("service", { ...invoke, principal: "events.amazonaws.com" });
      new aws.lambda.Permission("url", { ...invoke, principal: pulumi.output("*"), invokedViaFunctionUrl: true });
      const voice = new VoiceEnvironment("phone", {
        stack: "staging", voice: voiceFile, flows: { hotline }, capabilities: "managed",
        publicBaseUrl: "https://voice.example.com/staging/", actionSyntax: "keyed",
        answer: { memorySize: 1024, reservedConcurrency: 20 },
        tags: { owner: "telephony" },
        worker: { timeout: "30 seconds", maximumConcurrency: 50, maxReceiveCount: 8 },
        alarmActions: ["arn:aws:sns:eu-central-1:123456789012:on-call"],
        runbook: "https://wiki.example.com/voice",
        transform: {
          answer: {
            function: (args, options) => { args.timeout = 4; options.ignoreChanges = ["tags"]; },
            role: { path: "/voice/" },
            logGroup: (args) => ({ ...args, retentionInDays: 7 }),
            url: { authorizationType: "AWS_IAM" },
          },
          webhook: { policy: (args, _options, name) => { args.name = name; } },
          worker: { role: { maxSessionDuration: 7200 } },
          parameter: { name: "/phone/webhook-secret" },
          queue: { messageRetentionSeconds: 86_400 },
          deadLetterQueue: (args) => { args.sqsManagedSseEnabled = false; },
          redriveAllowPolicy: { redriveAllowPolicy: '{"redrivePermission":"allowAll"}' },
          mapping: { enabled: false },
          alarms: { "answer-latency": { threshold: 3_000 } },
          table: { billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 1 },
          secret: { keeper: "2026-12" },
          application: (args) => { args.name = pulumi.interpolate\`\${args.name} (staging)\`; },
          routes: { maxChange: "10%" },
        },
      });
      export const { answerUrl, webhookUrl } = voice;`);
  });

  test("is made as its arguments and transforms say", () => {
    expect(resources).toMatchObject({
      "Function phone-staging-answer": {
        memorySize: 1024,
        reservedConcurrentExecutions: 20,
        timeout: 4,
        tags: { "voice:stack": "staging", owner: "telephony" },
        environment: {
          variables: { VOICE_STACK: "staging", PUBLIC_BASE_URL: "https://voice.example.com/staging" },
        },
      },
      "Role phone-staging-answer": { path: "/voice/" },
      "LogGroup phone-staging-answer": { retentionInDays: 7 },
      "FunctionUrl phone-staging-answer": { authorizationType: "AWS_IAM" },
      "RolePolicy phone-staging-webhook": { name: "phone-staging-webhook" },
      "Role phone-staging-webhook-worker": { maxSessionDuration: 7200 },
      "Function phone-staging-webhook-worker": { timeout: 30 },
      "Parameter phone-staging-webhook-secret": { name: "/phone/webhook-secret" },
      "Queue phone-staging-webhook-events": { visibilityTimeoutSeconds: 180, messageRetentionSeconds: 86_400 },
      "Queue phone-staging-webhook-dead-letters": { sqsManagedSseEnabled: false },
      "RedriveAllowPolicy phone-staging-webhook-dead-letters": {
        redriveAllowPolicy: '{"redrivePermission":"allowAll"}',
      },
      "EventSourceMapping phone-staging-webhook": { enabled: false, scalingConfig: { maximumConcurrency: 50 } },
      "MetricAlarm phone-staging-answer-latency": {
        threshold: 3_000,
        alarmActions: ["arn:aws:sns:eu-central-1:123456789012:on-call"],
        okActions: ["arn:aws:sns:eu-central-1:123456789012:on-call"],
        alarmDescription: expect.stringMatching(/ https:\/\/wiki.example.com\/voice#answer-latency$/),
      },
      "Permission service": { principal: "events.amazonaws.com" },
      "Permission url": { principal: "*", invokedViaFunctionUrl: true },
      "Table phone-staging-webhook-records": { billingMode: "PROVISIONED", readCapacity: 1 },
      "WebhookSecret webhook": { keeper: "2026-12" },
      "DidRouteTable numbers": { maxChange: "10%" },
      "Application desk": {
        name: "Desk (staging)",
        answerUrl: "https://voice.example.com/staging/answer/desk",
        webhookUrl: "https://voice.example.com/staging/webhook",
      },
    });
  });

  const answerBundle = (): string | undefined => {
    const code = resources["Function phone-staging-answer"]?.code as { assets: Record<string, { path: string }> };
    return code.assets["index.mjs"]?.path;
  };

  test("answers in the syntax that it is given", () => {
    const bundle = readFileSync(join(project.directory, answerBundle() ?? ""), "utf8");
    expect(bundle.replaceAll("\\", "")).toContain('{"transfer":{"destination":"+15550100001"}}');
  });

  test("keeps its bundles in that project, and out of its git", () => {
    expect(answerBundle()).toMatch(/^\.local\/bundles\/[0-9a-f]{32}\.mjs$/);
    expect(existsSync(join(project.directory, ".local", "bundles", ".gitignore"))).toBe(true);
  });
});

describe("refused in preview, without a stack trace, is", () => {
  const voice = (args: string) => `
    new VoiceEnvironment("phone", {
      stack: "staging", voice: voiceFile, flows: { hotline }, capabilities: "managed", ${args} });`;

  test("a queue that hands out again what is still being worked on, after all transforms", async () => {
    expect(await refusalOf(voice("transform: { worker: { function: { timeout: 61 } } }"))).toContain(
      "visibilityTimeoutSeconds is 360: it must be at least 366, six times the worker's time limit",
    );
  });

  test("a queue that gives up too soon, and a permission for everybody to invoke a function past its URL", async () => {
    const text = await refusalOf(`
      watchResources({});
      const open = { action: "lambda:InvokeFunction", function: "answer" };
      const attempts = [
        () => { ${voice("worker: { maxReceiveCount: 4 }")} },
        () => { new aws.lambda.Permission("plain", { ...open, principal: "*" }); },
        () => { new aws.lambda.Permission("wide", { ...open, action: "lambda:*", principal: "*" }); },
        () => {
          const widen = ({ props, opts }) => ({ props: { ...props, principal: "*" }, opts });
          new aws.lambda.Permission("widened", { ...open, principal: "events.amazonaws.com" }, { transformations: [widen] });
        },
      ];
      for (const attempt of attempts) try { attempt(); pulumi.log.warn("let pass"); } catch (error) { pulumi.log.warn(error.message); }
      new aws.lambda.Permission("late", { ...open, principal: pulumi.output("*"), invokedViaFunctionUrl: pulumi.output(false) });`);
    expect(text).toContain("maxReceiveCount is 4: it must be a whole number of 5 or more");
    for (const name of ["plain", "wide", "widened", "late"])
      expect(text).toMatch(new RegExp(`permission "${name}" lets everybody invoke the function.*\\[public-invoke\\]`));
    expect(text).not.toContain("let pass");
  });
});

async function refusalOf(rest: string): Promise<string> {
  await project.write(program + rest);
  const { failed, text } = await project.preview();
  expect(failed).toBe(true);
  expect(text).not.toMatch(/^\s+at /m);
  return text;
}
