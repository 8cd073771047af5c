/** Queues that are emptied into functions: each function notes what it gets in a file. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { SQSRecord } from "aws-lambda";
import { resourceTypes } from "../../../../../providers/aws-local/resources/index.ts";
import { eventually } from "../../../../eventually.ts";
import { allow, LocalAws } from "../../local-aws.ts";

const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const QUEUE = "aws:sqs/queue:Queue";
const CONSUME = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], "*");

let aws: LocalAws;
let sqs: SQSClient;
let count = 0;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.allow(CONSUME);
  connect();
});
afterAll(() => aws.remove());

const connect = () => {
  sqs = new SQSClient({ ...aws.sdk, maxAttempts: 1 });
};
const withDefaults = (type: string, inputs: object) => ({ ...resourceTypes.get(type)?.defaults, ...inputs });

/** A queue with its dead letters, a function behind it, and a mapping between them. */
class Pipeline {
  readonly name = `pipeline-${++count}`;
  readonly #notes = join(aws.stateDir, `${this.name}.notes`);
  url = "";
  deadUrl = "";
  mapping: Record<string, unknown> = {};
  id = "";

  /** @param answer Body of the function behind the note of its records: `records` is at hand. */
  static async create({ answer = "", queue = {}, mapping = {}, inputs = {} } = {}): Promise<Pipeline> {
    const pipeline = new Pipeline();
    const { name } = pipeline;
    const create = async (name: string, more: object) =>
      String((await aws.create(QUEUE, withDefaults(QUEUE, { name, ...more }))).attributes.url);
    pipeline.deadUrl = await create(`${name}-dead`, {});
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(`${name}-dead`), maxReceiveCount: 2 });
    pipeline.url = await create(name, { redrivePolicy, visibilityTimeoutSeconds: 3, ...queue });
    const note = `appendFileSync(${JSON.stringify(pipeline.#notes)}, JSON.stringify(records) + "\\n");`;
    const files = {
      "index.mjs": `import { appendFileSync } from "node:fs";
        let running = 0;
        export const handler = async ({ Records: records }) => { ${note} ${answer} };`,
    };
    await aws.createFunction({ name, files, inputs });
    pipeline.mapping = withDefaults(MAPPING, { eventSourceArn: arnOf(name), functionName: name, ...mapping });
    pipeline.id = (await aws.create(MAPPING, pipeline.mapping)).id;
    return pipeline;
  }

  /** The records of each invocation. */
  get invocations(): SQSRecord[][] {
    if (!existsSync(this.#notes)) return [];
    const lines = readFileSync(this.#notes, "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line));
  }

  /** The bodies of all records, as often as they came. */
  get bodies(): string[] {
    return this.invocations.flat().map(({ body }) => body);
  }

  async send(...bodies: string[]): Promise<void> {
    for (let first = 0; first < bodies.length; first += 10) {
      const Entries = bodies.slice(first, first + 10).map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: this.url, Entries }));
    }
  }

  /** How many messages a queue holds, on their way or not. */
  async depth(QueueUrl = this.url): Promise<number> {
    const AttributeNames = ["ApproximateNumberOfMessages" as const, "ApproximateNumberOfMessagesNotVisible" as const];
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Object.values(Attributes).reduce((sum, text) => sum + Number(text), 0);
  }

  async empty(): Promise<void> {
    await eventually(async () => (await this.depth()) === 0);
  }

  change(more: object) {
    return aws.update(MAPPING, this.id, { ...this.mapping, ...more });
  }
}

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const letters = (length: number) => Array.from({ length }, (_, index) => `message ${String(index).padStart(3, "0")}`);

describe("a message", () => {
  test("arrives in the shape of Lambda's event, and is deleted", async () => {
    const pipeline = await Pipeline.create();
    const MessageAttributes = {
      kind: { DataType: "String", StringValue: "call" },
      raw: { DataType: "Binary", BinaryValue: Buffer.from("bytes") },
    };
    const { MessageId } = await sqs.send(
      new SendMessageCommand({ QueueUrl: pipeline.url, MessageBody: "hello", MessageAttributes }),
    );
    await pipeline.empty();
    expect(pipeline.invocations).toEqual([
      [
        {
          messageId: MessageId,
          receiptHandle: expect.any(String),
          body: "hello",
          attributes: {
            ApproximateReceiveCount: "1",
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            kind: { stringValue: "call", stringListValues: [], binaryListValues: [], dataType: "String" },
            raw: {
              binaryValue: Buffer.from("bytes").toString("base64"),
              stringListValues: [],
              binaryListValues: [],
              dataType: "Binary",
            },
          },
          md5OfBody: "5d41402abc4b2a76b9719d911017c592",
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: "aws:sqs",
          eventSourceARN: arnOf(pipeline.name),
          awsRegion: "us-east-1",
        },
      ],
    ]);
    expect((await aws.read(MAPPING, pipeline.id))?.attributes.lastProcessingResult).toBe("OK");
  });
});

describe("batches", () => {
  test("hold no more than their size", async () => {
    const pipeline = await Pipeline.create({ mapping: { batchSize: 4 } });
    await pipeline.send(...letters(10));
    await pipeline.empty();
    expect(pipeline.bodies.toSorted()).toEqual(letters(10));
    expect(Math.max(...pipeline.invocations.map(({ length }) => length))).toBeLessThanOrEqual(4);
  });

  test("are gathered until they are full, where there is a window", async () => {
    const pipeline = await Pipeline.create({
      mapping: { batchSize: 25, maximumBatchingWindowInSeconds: 300 },
      queue: { visibilityTimeoutSeconds: 600 },
    });
    await pipeline.send(...letters(25));
    await pipeline.empty();
    expect(pipeline.invocations.map(({ length }) => length)).toEqual([25]);
  });

  test("go off when the window closes", async () => {
    const pipeline = await Pipeline.create({ mapping: { batchSize: 25, maximumBatchingWindowInSeconds: 1 } });
    await pipeline.send(...letters(3));
    await pipeline.empty();
    expect(pipeline.bodies.toSorted()).toEqual(letters(3));
  });

  test("run side by side up to the maximum", async () => {
    const answer = `
      running++;
      appendFileSync(process.env.RUNNING, "+");
      await new Promise((resolve) => setTimeout(resolve, 100));
      appendFileSync(process.env.RUNNING, "-");`;
    const running = join(aws.stateDir, "running");
    const pipeline = await Pipeline.create({
      answer,
      mapping: { batchSize: 1, scalingConfig: { maximumConcurrency: 2 } },
      queue: { visibilityTimeoutSeconds: 600 },
      inputs: { environment: { variables: { RUNNING: running } } },
    });
    await pipeline.send(...letters(8));
    await pipeline.empty();
    let [now, most] = [0, 0];
    for (const sign of readFileSync(running, "utf8")) {
      now += sign === "+" ? 1 : -1;
      most = Math.max(most, now);
    }
    expect(most).toBe(2);
  });
});

describe("failures", () => {
  test("of the function bring the whole batch back, and then to the dead letters", async () => {
    const pipeline = await Pipeline.create({
      answer: 'throw new Error("no");',
      queue: { visibilityTimeoutSeconds: 1 },
      inputs: { timeout: 1 },
    });
    await pipeline.send("one", "two");
    await eventually(async () => (await pipeline.depth(pipeline.deadUrl)) === 2);
    expect(pipeline.bodies.toSorted()).toEqual(["one", "one", "two", "two"]);
    expect((await aws.read(MAPPING, pipeline.id))?.attributes.lastProcessingResult).toBe(
      "PROBLEM: Function call failed",
    );
  });

  test("of single messages bring those back alone", async () => {
    const answer = `
      const bad = records.filter(({ body }) => body === "bad");
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };`;
    const pipeline = await Pipeline.create({
      answer,
      mapping: { functionResponseTypes: ["ReportBatchItemFailures"] },
      queue: { visibilityTimeoutSeconds: 1 },
      inputs: { timeout: 1 },
    });
    await pipeline.send("good", "bad", "fine");
    await eventually(async () => (await pipeline.depth(pipeline.deadUrl)) === 1);
    expect(pipeline.bodies.toSorted()).toEqual(["bad", "bad", "fine", "good"]);
  });

  test("that make no sense bring the whole batch back", async () => {
    const pipeline = await Pipeline.create({
      answer: 'return { batchItemFailures: [{ itemIdentifier: "nobody" }] };',
      mapping: { functionResponseTypes: ["ReportBatchItemFailures"] },
      queue: { visibilityTimeoutSeconds: 1 },
      inputs: { timeout: 1 },
    });
    await pipeline.send("one", "two");
    await eventually(async () => (await pipeline.depth(pipeline.deadUrl)) === 2);
    expect(pipeline.bodies.toSorted()).toEqual(["one", "one", "two", "two"]);
  });

  test("are not looked for where the mapping does not ask for them", async () => {
    const answer = "return { batchItemFailures: [{ itemIdentifier: records[0].messageId }] };";
    const pipeline = await Pipeline.create({ answer });
    await pipeline.send("one");
    await pipeline.empty();
    expect(pipeline.bodies).toEqual(["one"]);
  });
});

describe("a mapping", () => {
  test("rests while it is disabled, and ends when it is deleted", async () => {
    const pipeline = await Pipeline.create({ mapping: { enabled: false } });
    await pipeline.send("one");
    expect((await aws.read(MAPPING, pipeline.id))?.attributes.state).toBe("Disabled");
    expect(await pipeline.depth()).toBe(1);
    expect((await pipeline.change({ enabled: true }))?.attributes.state).toBe("Enabled");
    await pipeline.empty();
    await aws.delete(MAPPING, pipeline.id);
    await pipeline.send("two");
    expect(await pipeline.depth()).toBe(1);
    expect(pipeline.bodies).toEqual(["one"]);
  });

  test("goes on after a restart", async () => {
    const pipeline = await Pipeline.create({ mapping: { enabled: false } });
    await pipeline.change({ enabled: true });
    await aws.restart();
    connect();
    await pipeline.send("one");
    await pipeline.empty();
    expect(pipeline.bodies).toEqual(["one"]);
  });

  test("waits while the role may not read the queue", async () => {
    const pipeline = await Pipeline.create();
    const Statement = { Effect: "Deny", Action: "sqs:ReceiveMessage", Resource: arnOf(pipeline.name) };
    const deny = await aws.allow(JSON.stringify({ Statement }));
    // What is being received may still come.
    await pipeline.send("one");
    const result = async () => String((await aws.read(MAPPING, pipeline.id))?.attributes.lastProcessingResult);
    await eventually(async () => (await result()).includes("is not authorized to perform: sqs:ReceiveMessage"));
    await pipeline.send("two");
    expect(pipeline.bodies).not.toContain("two");
    await aws.delete("aws:iam/rolePolicy:RolePolicy", deny.id, deny.inputs);
    await pipeline.empty();
    expect(pipeline.bodies.toSorted()).toEqual(["one", "two"]);
  });

  test.each([
    [
      "a function that does not exist",
      { functionName: "none" },
      "ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:none",
    ],
    ["a queue that does not exist", { eventSourceArn: arnOf("none") }, "AWS.SimpleQueueService.NonExistentQueue"],
  ])("is refused for %s", async (_name, more, message) => {
    const { mapping } = await Pipeline.create({ mapping: { enabled: false } });
    await expect(aws.create(MAPPING, { ...mapping, ...more })).rejects.toThrow(message);
  });

  test("is refused for a queue whose messages would come back before the function is through", async () => {
    await expect(Pipeline.create({ inputs: { timeout: 30 } })).rejects.toThrow(
      "InvalidParameterValueException: Queue visibility timeout: 3 seconds is less than Function timeout: 30 seconds",
    );
  });

  test.each(["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])(
    "is refused for a role without sqs:%s",
    async (missing) => {
      const name = `without-${missing}`;
      const { attributes } = await aws.createRole(name);
      const allowed = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].filter(
        (operation) => operation !== missing,
      );
      await aws.allow(
        allow(
          allowed.map((operation) => `sqs:${operation}`),
          "*",
        ),
        name,
      );
      await expect(Pipeline.create({ inputs: { role: attributes.arn } })).rejects.toThrow(
        `The function execution role does not have permissions to call ${missing} on SQS`,
      );
    },
  );

  test("is there only once for a queue and a function", async () => {
    const { mapping } = await Pipeline.create({ mapping: { enabled: false } });
    await expect(aws.create(MAPPING, mapping, { urn: "urn:other" })).rejects.toThrow("ResourceConflictException");
  });
});
