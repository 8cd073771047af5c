import type { Queues } from "../queues.ts";
import type { StateStore } from "../state.ts";
import type { Service, ServiceCall } from "./service.ts";
import { lastPart, operations, permissions } from "./service.ts";

const QUEUE_TYPE = "aws:sqs/queue:Queue";
const OF_ONE_QUEUE = [
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
];

/** SQS for functions: messages, not queues. */
export function sqs(queues: Queues, state: StateStore, accountId: string): Service {
  // A queue that does not exist is one of the caller's region, as in AWS.
  const arn = (name: string, { region }: ServiceCall) =>
    String(state.resource(QUEUE_TYPE, name)?.attributes.arn ?? `arn:aws:sqs:${region}:${accountId}:${name}`);
  const queue = (call: ServiceCall) => [arn(lastPart(call.input.QueueUrl), call)];
  return {
    name: "sqs",
    target: "AmazonSQS.",
    contentType: "application/x-amz-json-1.0",
    operations: {
      ...operations("sqs", OF_ONE_QUEUE, queue),
      // A batch needs what a single message needs.
      ChangeMessageVisibilityBatch: permissions("sqs:ChangeMessageVisibility", queue),
      DeleteMessageBatch: permissions("sqs:DeleteMessage", queue),
      SendMessageBatch: permissions("sqs:SendMessage", queue),
      GetQueueUrl: permissions("sqs:GetQueueUrl", (call) => [arn(String(call.input.QueueName), call)]),
    },
    deniedHeaders: { "x-amzn-query-error": "AccessDenied;Sender" },
    answer: (call) => queues.answer(call),
  };
}
