import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AttributeValue, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { WorkerSize } from "../../../infra/webhook-pipeline.ts";
import { SandboxControl } from "../../../src/sandbox/control-client.ts";
import { Project } from "../../../test/engine/project.ts";
import { removeAtExit } from "../temporary.ts";
import { TableDoor } from "./table-door.ts";

export const NUMBER = "+15551230001";

/** A resource in the state of the stack. */
interface Resource {
  urn: string;
  type: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

interface Services {
  logs: string;
  aws: {
    url: string;
    token: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  sandbox: { url: string; apiKey: string; controlToken: string };
}

/**
 * A voice environment that the engine deploys to the local AWS and the sandbox; its worker finds the table behind a
 * {@link TableDoor}.
 *
 * @example
 * await using stack = await LocalStack.open();
 * await stack.deploy();
 * await stack.sandbox.placeCall({ to: NUMBER, press: ["1"] });
 */
export class LocalStack {
  readonly door: TableDoor;
  readonly sandbox: SandboxControl;
  readonly #child: ChildProcess;
  readonly #services: Services;
  readonly #project: Project;
  readonly #tables: DynamoDBClient;
  readonly #queues: SQSClient;
  #resources: Resource[] = [];

  private constructor(child: ChildProcess, services: Services, door: TableDoor, project: Project) {
    this.#child = child;
    this.#services = services;
    this.door = door;
    this.#project = project;
    this.sandbox = new SandboxControl(services.sandbox.url, services.sandbox.controlToken);
    const { endpoint, credentials } = services.aws;
    const client = { endpoint, credentials, region: "eu-central-1" };
    this.#tables = new DynamoDBClient(client);
    this.#queues = new SQSClient({ ...client, useQueueUrlAsEndpoint: false });
  }

  static async open(): Promise<LocalStack> {
    const child = fork(join(import.meta.dirname, "services.ts"), [NUMBER], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [services] = (await once(child, "message")) as [Services];
    const { aws, sandbox } = services;
    const door = await TableDoor.open(aws.endpoint);
    const project = await Project.create({
      environment: {
        MINIVOICE_API_KEY: sandbox.apiKey,
        MINIVOICE_BASE_URL: sandbox.url,
        AWS_LOCAL_URL: aws.url,
        AWS_LOCAL_TOKEN: aws.token,
        BENCH_NUMBER: NUMBER,
        BENCH_TABLE_URL: door.url,
      },
      config: { "aws:region": "eu-central-1", "minivoice:capabilities": "managed", "voice:local": "true" },
    });
    removeAtExit(project.directory);
    return new LocalStack(child, services, door, project);
  }

  /** Runs `up`. @param worker - where it differs from what the environment gives it by itself. */
  async deploy(worker: WorkerSize = {}): Promise<void> {
    const program = join(import.meta.dirname, "program.ts");
    await this.#project.write(
      `process.env.BENCH_WORKER = ${JSON.stringify(JSON.stringify(worker))};\n` +
        `const program = await import(${JSON.stringify(program)});\nexport const { answerUrl, webhookUrl } = program;`,
    );
    const { failed, text } = await this.#project.up();
    if (failed) throw new Error(`the environment could not be deployed: ${text}`);
    const { deployment } = JSON.parse(await this.#project.pulumi(["stack", "export"]));
    this.#resources = deployment.resources;
  }

  get webhookUrl(): string {
    return String(this.#one("aws:lambda/functionUrl:FunctionUrl", /-webhook$/).outputs.functionUrl);
  }

  /** All resources of a type, such as `aws:cloudwatch/metricAlarm:MetricAlarm`. */
  resources(type: string): Resource[] {
    return this.#resources.filter((resource) => resource.type === type);
  }

  /** What MiniVoice signs with. */
  async webhookSecret(): Promise<string> {
    const { endpoint, credentials } = this.#services.aws;
    const client = new SSMClient({ endpoint, credentials, region: "eu-central-1" });
    const { outputs } = this.#one("aws:ssm/parameter:Parameter", /./);
    const { Parameter } = await client.send(
      new GetParameterCommand({ Name: String(outputs.name), WithDecryption: true }),
    );
    client.destroy();
    return JSON.parse(Parameter?.Value ?? "{}").current;
  }

  /** What a function wrote and Lambda wrote about it; `name` is the end of its name, such as `answer`. */
  async log(name: string): Promise<string> {
    const { outputs } = this.#one("aws:cloudwatch/logGroup:LogGroup", new RegExp(`-${name}$`));
    return readFile(join(this.#services.logs, `${outputs.name}.log`), "utf8");
  }

  /** Every item of the table of call records. */
  async items(): Promise<Record<string, AttributeValue>[]> {
    const { outputs } = this.#one("aws:dynamodb/table:Table", /./);
    const items: Record<string, AttributeValue>[] = [];
    for await (const { Items = [] } of paginateScan({ client: this.#tables }, { TableName: String(outputs.name) }))
      items.push(...Items);
    return items;
  }

  /** Messages in a queue, whether they wait, are delayed or are being worked on. `name`: the end of the queue's name. */
  async messages(name: "events" | "dead-letters"): Promise<number> {
    const { outputs } = this.#one("aws:sqs/queue:Queue", new RegExp(`-${name}$`));
    const { Attributes = {} } = await this.#queues.send(
      new GetQueueAttributesCommand({
        QueueUrl: String(outputs.url),
        AttributeNames: [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed",
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }

  /** Waits until the queue of events is empty. @throws Error when it still is not after `withinMs`. */
  async quiet(withinMs = 240_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while ((await this.messages("events")) > 0) {
      if (Date.now() > deadline) throw new Error(`events are still waiting after ${withinMs / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tables.destroy();
    this.#queues.destroy();
    await this.#project.remove();
    await this.door.close();
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }

  #one(type: string, name: RegExp): Resource {
    const found = this.resources(type).find(({ urn }) => name.test(urn));
    if (!found) throw new Error(`the stack has no ${type} whose name matches ${name}`);
    return found;
  }
}
