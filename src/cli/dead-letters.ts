import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { decodeQueuedEvent } from "../webhooks/decode-queued-event.ts";
import type { QueuedEvent } from "../webhooks/queued-event.ts";
import { messageOf } from "./cli-error.ts";
import type { DeployedPipeline } from "./deployed-pipeline.ts";

/** A message that the worker gave up. */
export interface DeadLetter {
  messageId: string;
  /** When it came into the queue it died in, RFC 3339. */
  sentAt: string;
  /** What it holds, unless it is malformed. */
  event?: QueuedEvent;
  /** What is wrong with a malformed one. */
  problem?: string;
  body: string;
}

/** How a command works with messages. */
export interface Work {
  signal: AbortSignal;
  /**
   * Seconds to wait for a message before there is none. So long SQS asks all of its servers; without waiting only some
   * are asked, and "none" means nothing (default 1).
   */
  waitSeconds?: number;
}

/** Seconds that messages are hidden while a command has them in hand: whatever becomes of it, they are there again then. */
const IN_HAND_SECONDS = 60;

/** How many messages wait in a queue. SQS counts approximately. */
export async function countMessages(client: SQSClient, QueueUrl: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
  return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
}

/** Looks at dead letters, which stay where they are. */
export async function peekDeadLetters(
  client: SQSClient,
  { deadLetters: { url } }: DeployedPipeline,
  { limit, ...work }: Work & { limit: number },
): Promise<DeadLetter[]> {
  const held = new Map<string, Message>();
  try {
    while (held.size < limit) {
      const before = held.size;
      for (const message of await receive(client, url, work)) held.set(message.MessageId ?? "", message);
      if (held.size === before) break;
    }
  } finally {
    await release(client, url, [...held.values()]);
  }
  return [...held.values()].slice(0, limit).map(deadLetterOf);
}

/**
 * Moves dead letters back by hand, where SQS does not do it: each is sent before it is deleted, so one that is interrupted
 * in between is there twice, which the worker takes for what it is. Messages that die again meanwhile stay.
 *
 * @param onMoved - told how many were moved.
 */
export async function moveByHand(
  client: SQSClient,
  { deadLetters, events }: DeployedPipeline,
  { onMoved, ...work }: Work & { onMoved: (moved: number) => void },
): Promise<number> {
  const begun = Date.now();
  const again: Message[] = [];
  let moved = 0;
  try {
    for (;;) {
      const messages = await receive(client, deadLetters.url, work);
      if (messages.length === 0) return moved;
      for (const message of messages) {
        if (work.signal.aborted) return moved;
        if (sentAt(message) >= begun) again.push(message);
        else {
          await client.send(new SendMessageCommand({ QueueUrl: events.url, MessageBody: message.Body }));
          await client.send(
            new DeleteMessageCommand({ QueueUrl: deadLetters.url, ReceiptHandle: message.ReceiptHandle }),
          );
          moved += 1;
          onMoved(moved);
        }
      }
    }
  } finally {
    await release(client, deadLetters.url, again);
  }
}

async function receive(client: SQSClient, QueueUrl: string, { signal, waitSeconds = 1 }: Work): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: IN_HAND_SECONDS,
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ["SentTimestamp"],
  });
  const { Messages = [] } = await client.send(command, { abortSignal: signal });
  return Messages;
}

/** Best effort: they would come back by themselves. */
async function release(client: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    const Entries = messages.slice(start, start + 10).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined);
  }
}

const sentAt = ({ Attributes }: Message): number => Number(Attributes?.SentTimestamp ?? 0);

function deadLetterOf(message: Message): DeadLetter {
  const { MessageId: messageId = "", Body: body = "" } = message;
  const letter = { messageId, sentAt: new Date(sentAt(message)).toISOString(), body };
  try {
    return { ...letter, event: decodeQueuedEvent(body) };
  } catch (error) {
    return { ...letter, problem: messageOf(error) };
  }
}
