/** The plugin under the real engine: the protocol, previews, state and refusals. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type AwsLocal, startAwsLocal } from "../../../providers/aws-local/index.ts";
import { DaemonClient } from "../../../providers/aws-local/plugin/daemon-client.ts";
import { UNKNOWN } from "../../../providers/aws-local/resources/resource-type.ts";
import { Project } from "../../engine/project.ts";

const SECRET = "mv_test_not_a_real_key";

/** A function behind a public URL and a queue, with its role, logs, table, secret and alarm. */
const program = (functionInputs = "", hashKey = "callId") => `
  import * as aws from "@pulumi/aws";
  import * as pulumi from "@pulumi/pulumi";
  const { accountId } = await aws.getCallerIdentity();
  const role = new aws.iam.Role("answer", {
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
  });
  const table = new aws.dynamodb.Table("records", {
    billingMode: "PAY_PER_REQUEST", hashKey: "${hashKey}", attributes: [{ name: "${hashKey}", type: "S" }],
    ttl: { attributeName: "expiresAt", enabled: true },
  });
  const handler = new aws.lambda.Function("answer", {
    role: role.arn, runtime: "nodejs24.x", architectures: ["arm64"], handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.FileAsset("handler.mjs") }),
    environment: { variables: { TABLE: table.name, API_KEY: pulumi.secret("${SECRET}") } },
    ${functionInputs}
  });
  const deadLetters = new aws.sqs.Queue("dead-letters");
  const queue = new aws.sqs.Queue("events", {
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
  });
  const policy = new aws.iam.RolePolicy("records", {
    role: role.name,
    policy: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "dynamodb:PutItem", Resource: table.arn },
        { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource: queue.arn },
      ],
    },
  });
  const eventSource = new aws.lambda.EventSourceMapping("events", {
    eventSourceArn: queue.arn, functionName: handler.name, scalingConfig: { maximumConcurrency: 2 },
  }, { dependsOn: [policy] });
  const secret = new aws.ssm.Parameter("secret", { name: "/voice/secret", type: "SecureString", value: "${SECRET}" });
  new aws.cloudwatch.MetricAlarm("dead-letters", {
    namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: deadLetters.name },
    statistic: "Maximum", period: 60, evaluationPeriods: 1, threshold: 0, comparisonOperator: "GreaterThanThreshold",
  });
  const logs = new aws.cloudwatch.LogGroup("answer", { name: pulumi.interpolate\`/aws/lambda/\${handler.name}\`, retentionInDays: 7 });
  const url = new aws.lambda.FunctionUrl("answer", { functionName: handler.name, authorizationType: "NONE" });
  export const answerUrl = url.functionUrl;
  export const logGroup = logs.name;
  export const queueUrl = queue.url;
  export const mapping = eventSource.state;
  export const secretVersion = secret.version;
  export const place = pulumi.interpolate\`\${accountId} \${aws.getRegionOutput().region} \${aws.getPartitionOutput().partition}\`;
`;

const answering = (text: string) =>
  `export const handler = async () => [${JSON.stringify(text)}, process.env.TABLE, process.env.API_KEY].join(" ");`;

/** The tests of this group are one story: each goes on where the one before it ended. */
describe("a stack that is marked as local", () => {
  let aws: AwsLocal;
  let stateDir: string;
  let project: Project;
  const write = (text: string) => writeFile(join(project.directory, "index.ts"), text);
  const writeHandler = (text: string) => writeFile(join(project.directory, "handler.mjs"), text);
  const outputs = async () => JSON.parse(await project.pulumi(["stack", "output", "--json"]));
  let answerUrl: string;
  const call = async () => (await fetch(answerUrl)).text();

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), "aws-local-"));
    aws = await startAwsLocal({ stateDir });
    project = await Project.create({
      environment: { AWS_LOCAL_URL: aws.url, AWS_LOCAL_TOKEN: aws.token },
      config: { "voice:local": "true", "aws:region": "eu-central-1" },
    });
    await write(program());
    await writeHandler(answering("one"));
  });
  afterAll(async () => {
    await aws.close();
    await project.remove();
    await rm(stateDir, { recursive: true });
  });

  test("previews show what AWS would show: names and settings known, ARNs not", async () => {
    const inputs = await previewed(project);
    const name = inputs["Function answer"]?.name;
    expect(name).toMatch(/^answer-[0-9a-f]{7}$/);
    expect(inputs["Function answer"]).toMatchObject({
      memorySize: 128,
      role: UNKNOWN,
      environment: { variables: { TABLE: inputs["Table records"]?.name, API_KEY: "[secret]" } },
    });
    expect(inputs["LogGroup answer"]?.name).toBe(`/aws/lambda/${name}`);
    expect(inputs["FunctionUrl answer"]?.functionName).toBe(name);
    expect(inputs["RolePolicy records"]).toMatchObject({ role: inputs["Role answer"]?.name, policy: UNKNOWN });
    expect(inputs["Queue events"]).toMatchObject({ visibilityTimeoutSeconds: 30, redrivePolicy: UNKNOWN });
    expect(inputs["Parameter secret"]).toMatchObject({ name: "/voice/secret", value: "[secret]" });
    expect(inputs["MetricAlarm dead-letters"]?.dimensions).toEqual({ QueueName: inputs["Queue dead-letters"]?.name });
  });

  test("`up` makes it, and the URL answers", async () => {
    const { failed, text, steps } = await project.up();
    expect({ failed, text }).toEqual({ failed: false, text: "" });
    expect(steps.toSorted()).toEqual([
      "create EventSourceMapping events",
      "create Function answer",
      "create FunctionUrl answer",
      "create LogGroup answer",
      "create MetricAlarm dead-letters",
      "create Parameter secret",
      "create Queue dead-letters",
      "create Queue events",
      "create Role answer",
      "create RolePolicy records",
      "create Table records",
    ]);
    const { place, mapping, secretVersion, queueUrl, ...found } = await outputs();
    expect({ mapping, secretVersion }).toEqual({ mapping: "Enabled", secretVersion: 1 });
    expect(queueUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/events-[0-9a-f]{7}$/);
    answerUrl = found.answerUrl;
    expect(await call()).toMatch(new RegExp(`^one records-[0-9a-f]{7} ${SECRET}$`));
    expect(place).toBe("000000000000 eu-central-1 aws");
  });

  test("the engine's state keeps the secret encrypted and holds no code", async () => {
    const state = await project.stateFile();
    expect(state).not.toContain(SECRET);
    expect(state).toContain("ciphertext");
    expect(state).not.toContain("export const handler");
  });

  test("a second `up` and a refresh change nothing", async () => {
    const { steps, diffs } = await project.up({ refresh: true });
    expect(steps.filter((step) => !step.startsWith("refresh "))).toEqual([]);
    expect(diffs).toEqual({});
  });

  test("changed code and settings are one update, named to the property", async () => {
    await write(program("timeout: 5, tags: { flow: 'receptionist' },"));
    await writeHandler(answering("two"));
    const { steps, diffs } = await project.up();
    expect(steps).toEqual(["update Function answer"]);
    expect(diffs["update Function answer"]).toEqual(["code", "tags", "timeout"]);
    expect(await call()).toMatch(/^two /);
  });

  test("a key of a table cannot change in place: a new table comes before the old one goes", async () => {
    const before = await call();
    await write(program("timeout: 5, tags: { flow: 'receptionist' },", "eventKey"));
    const { steps } = await project.up();
    expect(steps).toContain("create-replacement Table records");
    expect(steps).toContain("update Function answer");
    expect(await call()).not.toBe(before);
  });

  test("a handler that does not load fails the update and leaves the one before in service", async () => {
    await writeHandler('import "not-in-the-bundle";');
    const { failed, text } = await project.up();
    expect(failed).toBe(true);
    expect(text).toContain(
      "Runtime.ImportModuleError: the handler does not load: Error: Cannot find package 'not-in-the-bundle' imported from index.mjs",
    );
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/^\s+at /m);
    expect(await call()).toMatch(/^two /);
    await writeHandler(answering("two"));
  });

  test("a refresh sees what was deleted behind the engine's back, and `up` puts it back", async () => {
    const client = new DaemonClient({ AWS_LOCAL_URL: aws.url, AWS_LOCAL_TOKEN: aws.token });
    const { logGroup: id } = await outputs();
    await client.send("delete", { type: "aws:cloudwatch/logGroup:LogGroup", urn: "", region: "eu-central-1", id });
    expect((await project.up({ refresh: true })).steps).toContain("create LogGroup answer");
  });

  test("`destroy` leaves nothing behind", async () => {
    expect((await project.destroy()).failed).toBe(false);
    await expect(fetch(answerUrl)).rejects.toThrow();
    const { resources, policies } = JSON.parse(await readFile(join(stateDir, "state.json"), "utf8"));
    const left = Object.values(resources as Record<string, object>).flatMap((byKey) => Object.keys(byKey));
    expect({ left, policies }).toEqual({ left: [], policies: {} });
  });
});

describe("any other stack", () => {
  let project: Project;
  const write = (text: string) => writeFile(join(project.directory, "index.ts"), text);

  beforeAll(async () => {
    project = await Project.create({ stackName: "production", config: { "aws:region": "us-east-1" } });
    await writeFile(join(project.directory, "handler.mjs"), answering("live"));
  });
  afterAll(() => project.remove());

  test("is previewed, without the background process", async () => {
    await write(program());
    const { failed, text, steps } = await project.preview();
    expect({ failed, text }).toEqual({ failed: false, text: "" });
    expect(steps).toHaveLength(11);
  });

  test("is not deployed", async () => {
    const { failed, text } = await project.up();
    expect(failed).toBe(true);
    expect(text).toContain(
      'The local AWS refuses to create resources of the stack "production", which is not marked as local',
    );
    expect(text).toContain("voice:local: true");
  });

  test("is refused in preview what the local AWS does not implement, by name", async () => {
    await write('import * as aws from "@pulumi/aws"; new aws.sns.Topic("events");');
    const type = await project.preview();
    expect(type.failed).toBe(true);
    expect(type.text).toContain("the resource type aws:sns/topic:Topic is not implemented by the local AWS");
    await write(program("layers: ['arn:aws:lambda:us-east-1:000000000000:layer:tools:1'],"));
    const property = await project.preview();
    expect(property.failed).toBe(true);
    expect(property.text).toContain(
      'property "layers" of aws:lambda/function:Function is not implemented by the local AWS',
    );
  });

  test("is refused functions and provider settings that the local AWS does not implement", async () => {
    await write('import * as aws from "@pulumi/aws"; await aws.ec2.getVpc();');
    expect((await project.preview()).text).toContain(
      "The function aws:ec2/getVpc:getVpc is not implemented by the local AWS",
    );
    await write(`
      import * as aws from "@pulumi/aws";
      new aws.Provider("other", { assumeRoles: [{ roleArn: "arn:aws:iam::111122223333:role/deploy" }] });
    `);
    expect((await project.preview()).text).toContain("the setting aws:assumeRoles is not implemented by the local AWS");
  });
});

/** Inputs of each resource as the preview shows them, by type and name. */
async function previewed(project: Project): Promise<Record<string, Record<string, unknown>>> {
  const { steps } = JSON.parse(await project.pulumi(["preview", "--json"]));
  return Object.fromEntries(
    steps.map(({ newState }: { newState: { urn: string; type: string; inputs: Record<string, unknown> } }) => [
      `${newState.type.split(":").at(-1)} ${newState.urn.split("::").at(-1)}`,
      newState.inputs,
    ]),
  );
}
