import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { encodeQueuedEvent, type QueuedEvent } from "../webhooks/queued-event.ts";

/** Hands an event over to the worker. Once it resolves, the queue has it. */
export type Enqueue = (event: QueuedEvent) => Promise<void>;

/**
 * Sends events to an SQS queue.
 *
 * @param url - the queue's URL.
 */
export function eventQueue(url: string): Enqueue {
  const client = new SQSClient({
    maxAttempts: 3,
    // The SDK's own settings say where SQS is. The host in a queue's URL is a name that only AWS's resolver knows.
    useQueueUrlAsEndpoint: false,
    // Fails while the function can still say so: the vendor retries a 5xx, not a time-out it may never notice.
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  return async (event) => {
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: encodeQueuedEvent(event) }));
  };
}
