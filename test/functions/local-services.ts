import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import dynalite from "dynalite";
import { buildApp } from "fauxqs";

/**
 * SQS, DynamoDB and the parameter store on loopback, and the environment that leads the SDK there: for tests that run the
 * functions' handlers as they are.
 */
export class LocalServices {
  readonly #dynalite = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  readonly #fauxqs = buildApp({ logger: false });
  readonly #parameters = createServer((request, response) => {
    const answer = this.parameter;
    let sent = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      sent += chunk;
    });
    request.on("end", () => {
      this.parameterRequests.push(JSON.parse(sent));
      const known = answer !== undefined;
      response.writeHead(known ? 200 : 500, { "content-type": "application/x-amz-json-1.1" });
      response.end(
        JSON.stringify(known ? { Parameter: { Value: answer } } : { __type: "InternalServerError", message: "down" }),
      );
    });
  });
  readonly #environment = { ...process.env };
  /** What the parameter store holds; it answers with an error while this is `undefined`. */
  parameter: string | undefined;
  readonly parameterRequests: unknown[] = [];
  database!: DynamoDBClient;
  queues!: SQSClient;

  async start(): Promise<void> {
    this.#dynalite.listen(0, "127.0.0.1");
    this.#parameters.listen(0, "127.0.0.1");
    await Promise.all([
      once(this.#dynalite, "listening"),
      once(this.#parameters, "listening"),
      this.#fauxqs.listen({ port: 0, host: "127.0.0.1" }),
    ]);
    const url = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_DYNAMODB: url(this.#dynalite),
      AWS_ENDPOINT_URL_SQS: url(this.#fauxqs.server),
      AWS_ENDPOINT_URL_SSM: url(this.#parameters),
    });
    this.database = new DynamoDBClient({});
    this.queues = new SQSClient({ useQueueUrlAsEndpoint: false });
  }

  async stop(): Promise<void> {
    this.database.destroy();
    this.queues.destroy();
    this.#parameters.closeAllConnections();
    this.#parameters.close();
    await Promise.all([this.#fauxqs.close(), new Promise((resolve) => this.#dynalite.close(resolve))]);
    process.env = this.#environment;
  }

  /** A table of call records of its own; a deleted one is gone only after a while, and its name with it. */
  async table(): Promise<Table> {
    const TableName = `call-records-${randomUUID()}`;
    await this.database.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "callId", AttributeType: "S" },
          { AttributeName: "eventKey", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "callId", KeyType: "HASH" },
          { AttributeName: "eventKey", KeyType: "RANGE" },
        ],
      }),
    );
    return new Table(this.database, TableName);
  }

  /** A queue of its own with its dead letters, as the environment has them. */
  async queue(): Promise<Queue> {
    const name = `events-${randomUUID()}`;
    const create = async (QueueName: string, Attributes: Record<string, string>) =>
      (await this.queues.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
    const deadLetters = await create(`${name}-dead`, {});
    const arn = await arnOf(this.queues, deadLetters);
    const redrive = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 });
    const settings = { VisibilityTimeout: "0", RedrivePolicy: redrive };
    return new Queue(this.queues, await create(name, settings), deadLetters, settings);
  }
}

const arnOf = async (client: SQSClient, QueueUrl: string): Promise<string> =>
  (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }))).Attributes?.QueueArn ??
  "";

/** A table, as a test looks at it. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  /** All items, as plain values. */
  async items(): Promise<Record<string, unknown>[]> {
    const { Items = [] } = await this.#client.send(new ScanCommand({ TableName: this.name }));
    return Items.map((item) => Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)])));
  }

  /** The events, without the lists of calls. */
  async events(): Promise<Record<string, unknown>[]> {
    return (await this.items()).filter(({ callId }) => !String(callId).startsWith("calls#"));
  }

  async delete(): Promise<void> {
    await this.#client.send(new DeleteTableCommand({ TableName: this.name }));
  }
}

const plain = ({ S, N, SS }: AttributeValue): unknown => S ?? SS ?? Number(N);

/** A queue, as a test looks at it and as Lambda's event source mapping works it off. */
export class Queue {
  readonly #client: SQSClient;
  readonly url: string;
  readonly deadLettersUrl: string;
  readonly #settings: Record<string, string>;
  #kept: string[] = [];

  constructor(client: SQSClient, url: string, deadLettersUrl: string, settings: Record<string, string>) {
    this.#client = client;
    this.#settings = settings;
    this.url = url;
    this.deadLettersUrl = deadLettersUrl;
  }

  /** Takes up to ten messages; they can be received again at once. */
  async receive(url = this.url): Promise<Message[]> {
    const receive = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    return (await this.#client.send(receive)).Messages ?? [];
  }

  async send(MessageBody: string, QueueUrl = this.url): Promise<void> {
    await this.#client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  deadLetters = (): Promise<Message[]> => this.receive(this.deadLettersUrl);

  /**
   * Hands batches to a worker until the queue is empty: messages that it does not report as failed are deleted, the others
   * come again, until they are dead letters.
   */
  async workOff(worker: (event: SQSEvent) => Promise<SQSBatchResponse>): Promise<void> {
    for (;;) {
      const messages = await this.receive();
      if (messages.length === 0) return;
      const { batchItemFailures } = await worker(sqsEvent(messages));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId, ReceiptHandle } of messages)
        if (!failed.has(MessageId ?? ""))
          await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle }));
    }
  }

  async delete(): Promise<void> {
    await this.#client.send(new DeleteQueueCommand({ QueueUrl: this.url }));
  }

  /** An outage: nothing can be sent, and what is there is there again after {@link resume}. */
  async pause(): Promise<void> {
    this.#kept = (await this.receive()).map(({ Body = "" }) => Body);
    await this.delete();
  }

  async resume(): Promise<void> {
    await this.#client.send(
      new CreateQueueCommand({ QueueName: this.url.split("/").at(-1), Attributes: this.#settings }),
    );
    for (const body of this.#kept) await this.send(body);
  }
}

/** Messages as Lambda hands them to a function. */
export function sqsEvent(messages: readonly Message[]): SQSEvent {
  return {
    Records: messages.map(({ MessageId = "", ReceiptHandle = "", Body = "", Attributes = {} }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: {
        ApproximateReceiveCount: Attributes.ApproximateReceiveCount ?? "1",
        SentTimestamp: "0",
        SenderId: "test",
        ApproximateFirstReceiveTimestamp: "0",
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:events",
      awsRegion: "eu-central-1",
    })),
  };
}
