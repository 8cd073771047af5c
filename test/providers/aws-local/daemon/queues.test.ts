import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { resourceTypes } from "../../../../providers/aws-local/resources/index.ts";
import { inOwnProcess, LocalAws } from "../local-aws.ts";

const TYPE = "aws:sqs/queue:Queue";

let aws: LocalAws;
let sqs: SQSClient;
let count = 0;

beforeAll(async () => {
  aws = await LocalAws.start();
  connect();
});
afterAll(() => aws.remove());

const connect = () => {
  sqs = new SQSClient({ ...aws.sdk, maxAttempts: 1 });
};
const inputsOf = (more: object = {}) => ({ ...resourceTypes.get(TYPE)?.defaults, ...more });
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

async function createQueue(more: object = {}): Promise<{ name: string; QueueUrl: string; inputs: object }> {
  const inputs = inputsOf({ name: `queue-${++count}`, ...more }) as { name: string };
  const { attributes } = await aws.create(TYPE, inputs);
  return { name: inputs.name, QueueUrl: String(attributes.url), inputs };
}
const send = (QueueUrl: string, MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (QueueUrl: string, more: object = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
const bodies = async (QueueUrl: string, more: object = {}) =>
  (await receive(QueueUrl, more)).map(({ Body }) => Body).sort();
const attribute = async (QueueUrl: string, name: QueueAttributeName) =>
  (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes?.[name];

describe("a queue", () => {
  test("hands out what was sent, until it is deleted", async () => {
    const { QueueUrl, name } = await createQueue();
    await send(QueueUrl, "one");
    const [message] = await receive(QueueUrl);
    expect(message).toMatchObject({ Body: "one", MD5OfBody: "f97c5d29941bfb1b2fdab0874906ab82" });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    expect(await attribute(QueueUrl, "QueueArn")).toBe(arnOf(name));
    expect(await receive(QueueUrl, { VisibilityTimeout: 0 })).toEqual([]);
  });

  test("gives a message again when its visibility ends, at once if it is so asked", async () => {
    const { QueueUrl } = await createQueue();
    await send(QueueUrl, "one");
    const [message] = await receive(QueueUrl);
    expect(await receive(QueueUrl)).toEqual([]);
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect(await bodies(QueueUrl, { WaitTimeSeconds: 5 })).toEqual(["one"]);
  });

  test("refuses a message over its limit", async () => {
    const { QueueUrl } = await createQueue({ maxMessageSize: 1024 });
    await send(QueueUrl, "x".repeat(1024));
    await expect(send(QueueUrl, "x".repeat(1025))).rejects.toThrow("Message must be shorter than 1024 bytes");
  });

  test("changes its settings in place", async () => {
    const { QueueUrl, inputs } = await createQueue();
    const dead = await createQueue();
    await send(QueueUrl, "one");
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dead.name), maxReceiveCount: 5 });
    await aws.update(TYPE, QueueUrl, { ...inputs, visibilityTimeoutSeconds: 90, redrivePolicy });
    expect(await attribute(QueueUrl, "VisibilityTimeout")).toBe("90");
    expect(await attribute(QueueUrl, "RedrivePolicy")).toBe(redrivePolicy);
    await aws.update(TYPE, QueueUrl, inputsOf(inputs));
    expect(await attribute(QueueUrl, "RedrivePolicy")).toBeUndefined();
    expect(await bodies(QueueUrl)).toEqual(["one"]);
  });

  test("is gone with its messages", async () => {
    const { QueueUrl, name } = await createQueue();
    await send(QueueUrl, "one");
    await aws.delete(TYPE, QueueUrl);
    await expect(receive(QueueUrl)).rejects.toMatchObject({ name: "QueueDoesNotExist" });
    await createQueue({ name });
    expect(await receive(QueueUrl)).toEqual([]);
  });

  test("belongs to the program: nobody creates one with the SDK", async () => {
    await expect(sqs.send(new CreateQueueCommand({ QueueName: "mine" }))).rejects.toThrow(
      "CreateQueue is not implemented by the local AWS. Implemented: GetQueueUrl, ",
    );
  });
});

describe("dead letters", () => {
  test("go to their queue after as many receptions as the policy allows", async () => {
    const dead = await createQueue();
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dead.name), maxReceiveCount: 2 });
    const { QueueUrl } = await createQueue({ redrivePolicy });
    await send(QueueUrl, "poison");
    const again = { VisibilityTimeout: 0, WaitTimeSeconds: 1 };
    expect(await bodies(QueueUrl, again)).toEqual(["poison"]);
    expect(await bodies(QueueUrl, again)).toEqual(["poison"]);
    expect(await bodies(QueueUrl, { WaitTimeSeconds: 1 })).toEqual([]);
    expect(await bodies(dead.QueueUrl)).toEqual(["poison"]);
  });

  test.each([
    ["that does not exist", {}, "Reason: Dead letter target does not exist."],
    [
      "that allows no source",
      { redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) },
      "The redrive allow policy of the dead letter target does not allow arn:aws:sqs:us-east-1:000000000000:queue-",
    ],
    [
      "that allows other sources",
      { redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arnOf("other")] }) },
      "does not allow arn:aws:sqs:us-east-1:000000000000:queue-",
    ],
  ])("cannot go to a queue %s", async (_name, inputs, message) => {
    const target = Object.keys(inputs).length > 0 ? (await createQueue(inputs)).name : "none";
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(target), maxReceiveCount: 2 });
    await expect(createQueue({ redrivePolicy })).rejects.toThrow(message);
  });
});

describe("a redrive allow policy of its own", () => {
  const ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";
  const allowing = (...names: string[]) =>
    JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: names.map(arnOf) });
  const sendingTo = (dead: string) => ({
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 5 }),
  });

  test("names the source of a queue that was there before it, outlives a change of that queue, and can be taken back", async () => {
    const dead = await createQueue();
    const source = await createQueue(sendingTo(dead.name));
    const inputs = { queueUrl: dead.QueueUrl, redriveAllowPolicy: allowing(source.name) };
    const { id } = await aws.create(ALLOW, inputs);
    await aws.update(TYPE, dead.QueueUrl, { ...dead.inputs, visibilityTimeoutSeconds: 90 });
    expect(await attribute(dead.QueueUrl, "RedriveAllowPolicy")).toBe(inputs.redriveAllowPolicy);
    await expect(createQueue(sendingTo(dead.name))).rejects.toThrow("does not allow");
    await aws.delete(ALLOW, id, inputs);
    await expect(createQueue(sendingTo(dead.name))).resolves.toMatchObject({ name: expect.any(String) });
  });

  test("is about a queue that exists", async () => {
    const inputs = { queueUrl: "http://127.0.0.1:1/000000000000/none", redriveAllowPolicy: allowing("any") };
    await expect(aws.create(ALLOW, inputs)).rejects.toThrow("The specified queue does not exist");
  });
});

test("a restart loses neither queues nor messages, nor which of them are on their way", async () => {
  const { QueueUrl } = await createQueue({ visibilityTimeoutSeconds: 600 });
  await send(QueueUrl, "on its way");
  const [message] = await receive(QueueUrl);
  await send(QueueUrl, "waiting");
  await aws.restart();
  connect();
  expect(await bodies(QueueUrl)).toEqual(["waiting"]);
  const ReceiptHandle = message?.ReceiptHandle;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  expect(await bodies(QueueUrl, { WaitTimeSeconds: 5 })).toEqual(["on its way"]);
});

test("neither does a background process that is killed", async () => {
  const doomed = await LocalAws.start(inOwnProcess);
  const QueueUrl = String((await doomed.create(TYPE, inputsOf({ name: "events" }))).attributes.url);
  const connected = () => new SQSClient({ ...doomed.sdk, maxAttempts: 1 });
  await connected().send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
  await doomed.stop();
  await doomed.resume();
  const { Messages = [] } = await connected().send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages.map(({ Body }) => Body)).toEqual(["one"]);
  await doomed.remove();
});
