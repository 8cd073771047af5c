import { existsSync } from "node:fs";
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
      const voice = new VoiceEnvironment("phone", {
        stack: "staging", voice: voiceFile, flows: { hotline }, capabilities: "managed",
        publicBaseUrl: "https://voice.example.com/staging/",
        answer: { memorySize: 1024, reservedConcurrency: 20 },
        tags: { owner: "telephony" },
        transform: {
          answer: {
            function: (args, options) => { args.timeout = 4; options.ignoreChanges = ["tags"]; },
            role: { path: "/voice/" },
            logGroup: (args) => ({ ...args, retentionInDays: 7 }),
            url: { authorizationType: "AWS_IAM" },
          },
          webhook: { policy: (args, _options, name) => { args.name = name; } },
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

  test("keeps its bundles in that project, and out of its git", () => {
    const assets = resources["Function phone-staging-answer"]?.code as { assets: Record<string, { path: string }> };
    expect(assets.assets["index.mjs"]?.path).toMatch(/^\.local\/bundles\/[0-9a-f]{32}\.mjs$/);
    expect(existsSync(join(project.directory, ".local", "bundles", ".gitignore"))).toBe(true);
  });
});

describe("a permission that lets everybody invoke a function past its URL is refused in preview,", () => {
  const permissions = (args: string) => `
    watchResources({});
    new aws.lambda.Permission("open", { action: "lambda:InvokeFunction", function: "answer", ${args} });`;

  test("without a stack trace, also when it is known late or a transform makes it so", async () => {
    const plain = await refusalOf(permissions('principal: "*"'));
    expect(plain).toMatch(/permission "open" lets everybody invoke the function.*\[public-invoke\]/);
    expect(plain).not.toMatch(/^\s+at /m);
    const late = await refusalOf(
      permissions('principal: pulumi.output("*"), invokedViaFunctionUrl: pulumi.output(false)'),
    );
    expect(late).toContain("[public-invoke]");
    expect(late).not.toMatch(/^\s+at /m);
  });

  test("and is fine for one AWS service, or through the URL alone", async () => {
    const resources = await preview(`
      watchResources({});
      const shared = { action: "lambda:InvokeFunction", function: "answer" };
      new aws.lambda.Permission("service", { ...shared, principal: "events.amazonaws.com" });
      new aws.lambda.Permission("url", { ...shared, principal: pulumi.output("*"), invokedViaFunctionUrl: true });`);
    expect(Object.keys(resources)).toEqual(expect.arrayContaining(["Permission service", "Permission url"]));
  });
});

async function refusalOf(rest: string): Promise<string> {
  await project.write(program + rest);
  const { failed, text } = await project.preview();
  expect(failed).toBe(true);
  return text;
}
