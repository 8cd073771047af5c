import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Hook } from "../hooks/hook.ts";
import { callEventOf } from "../webhooks/call-event.ts";
import { callRecordOf } from "../webhooks/call-record.ts";
import { decodeQueuedEvent } from "../webhooks/decode-queued-event.ts";
import { UNREADABLE } from "../webhooks/event.ts";
import { ExplainedError } from "../webhooks/explained-error.ts";
import { isProbe } from "../webhooks/probe.ts";
import type { CallRecords } from "./call-records.ts";
import { type Log, logged } from "./log.ts";
import type { Counts } from "./metrics.ts";
import { runHooks } from "./run-hooks.ts";

/** What the worker needs from the world; the entry point supplies the real things. */
export interface WorkerOptions {
  records: CallRecords;
  hooks: readonly Hook[];
  /** How long records are kept, in days. */
  retentionDays: number;
  /** Takes what is counted, with the application where it is known. */
  count: (counts: Counts, application?: string) => void;
  log: Log;
  now?: () => Date;
}

/**
 * Makes the Lambda handler behind the queue: record, then do the owner's slow work.
 *
 * A message that fails is reported by itself and delivered again; the rest of its batch is done. Recording it again
 * changes nothing, and hooks that were done are not run again. After as many attempts as the queue allows, the message
 * is among the dead letters, and so is one that is malformed.
 *
 * Of several deliveries of one event the one that was recorded runs the hooks, however often its message has to be
 * tried; the others are only counted. So two at once do not run a hook twice.
 *
 * @example export const handler = createWorker({ records: callRecords(table), hooks, retentionDays: 90, count, log });
 */
export function createWorker(
  options: WorkerOptions,
): (event: SQSEvent, context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">) => Promise<SQSBatchResponse> {
  const { records, hooks, retentionDays, count, log, now = () => new Date() } = options;

  return async (batch, context) => {
    const handle = async ({ body, messageId, attributes }: SQSRecord): Promise<void> => {
      const message = { request_id: context.awsRequestId, message_id: messageId };
      try {
        await handleEvent(body, message);
      } catch (error) {
        log.error("not done", { ...message, attempt: attributes?.ApproximateReceiveCount, ...logged(error) });
        throw error;
      }
    };

    const handleEvent = async (body: string, message: Record<string, unknown>): Promise<void> => {
      const queued = decodeQueuedEvent(body);
      const record = callRecordOf(queued, now(), retentionDays);
      const kept = await records.record(record);
      const { callId: call_id, event, eventKey: event_key, deliveryId: delivery_id } = record;
      const about = { ...message, call_id, event, event_key, delivery_id };
      log.info(kept.outcome, about);

      const probe = isProbe(queued.event);
      const application = record.applicationId;
      const ours = kept.deliveryId === queued.deliveryId;
      if (probe) return;
      if (kept.outcome === "recorded") count({ EventsRecorded: 1 }, application);
      if (!ours) return count({ EventsDuplicate: 1 }, application);
      if (queued.event.callId !== undefined) await records.list(record);
      if (record.standing === "quarantined" || record.event === UNREADABLE) return;

      const failed = await runHooks(hooks, callEventOf(queued), {
        key: [record.callId, record.eventKey],
        done: kept.hooksDone,
        markDone: (hook) => records.markDone(record, hook),
        remainingMs: context.getRemainingTimeInMillis,
        log: withProperties(log, about),
      });
      if (failed.length === 0) return;
      count({ HookFailures: failed.length }, application);
      throw new ExplainedError(`hooks failed: ${failed.join(", ")}`);
    };

    // A batch that fails as a whole is reported like any other: thrown, it would count as a crash of the function.
    return processPartialResponse(batch, handle, new BatchProcessor(EventType.SQS), {
      throwOnFullBatchFailure: false,
    });
  };
}

const withProperties = (log: Log, properties: Record<string, unknown>) => ({
  info: (message: string, more?: Record<string, unknown>) => log.info(message, { ...properties, ...more }),
  error: (message: string, more?: Record<string, unknown>) => log.error(message, { ...properties, ...more }),
});
