import type { Standing } from "./age.ts";
import { type CallFields, NO_CALL } from "./event.ts";
import { isProbe, PROBE_RETENTION_DAYS } from "./probe.ts";
import type { QueuedEvent } from "./queued-event.ts";
import { parseTimestamp } from "./signature.ts";

/** One event of one call, as it is kept: the partition key is the call, the sort key the event. */
export interface CallRecord extends CallFields {
  callId: string;
  eventKey: string;
  event: string;
  /** As the vendor sent it, else the time of signing; sort by this, not by arrival. */
  createdAt: string;
  standing: Standing;
  /** RFC 3339, like the next two. */
  signedAt: string;
  receivedAt: string;
  recordedAt: string;
  /** The delivery that was recorded: its message runs the hooks, those of repeated deliveries do not. */
  deliveryId: string;
  /** The body as it was signed; in Base64 where it is no text, absent where it is too large. */
  body?: string;
  bodyEncoding?: "base64";
  /** Of a body that is absent. */
  bodyBytes?: number;
  bodySha256?: string;
  /** Unix seconds, when the table may forget it. */
  expiresAt: number;
}

/**
 * Makes the record of a queued event.
 *
 * A quarantined event has a key of its own. It may be a replay, so it must not stand in the way of the same event when
 * that is delivered with a fresh signature.
 *
 * @param retentionDays - how long it is kept, from when it is recorded or was signed, whichever is later.
 */
export function callRecordOf(queued: QueuedEvent, recordedAt: Date, retentionDays: number): CallRecord {
  const { event, standing, signedAt, receivedAt, deliveryId } = queued;
  const days = isProbe(event) ? Math.min(PROBE_RETENTION_DAYS, retentionDays) : retentionDays;
  const from = Math.max(recordedAt.getTime(), Date.parse(signedAt));
  return {
    callId: event.callId ?? NO_CALL,
    eventKey: standing === "quarantined" ? `quarantined#${event.eventKey}` : event.eventKey,
    event: event.event,
    createdAt: event.createdAt ?? signedAt,
    standing,
    signedAt,
    receivedAt,
    recordedAt: recordedAt.toISOString(),
    deliveryId,
    ...bodyOf(queued),
    expiresAt: Math.ceil(from / 1000) + days * 86_400,
    ...Object.fromEntries(Object.entries(event.call).filter(([, value]) => value !== undefined)),
  };
}

/** When an event happened, as far as can be told. */
export const instantOf = ({ createdAt, signedAt }: Pick<CallRecord, "createdAt" | "signedAt">): Date =>
  parseTimestamp(createdAt) ?? new Date(signedAt);

/** The partition that lists the calls of a day, in UTC: one item a call, so that recent calls are found without a scan. */
export const callListOf = (instant: Date): string => `calls#${instant.toISOString().slice(0, 10)}`;

function bodyOf({ body }: QueuedEvent): Pick<CallRecord, "body" | "bodyEncoding" | "bodyBytes" | "bodySha256"> {
  if ("utf8" in body) return { body: body.utf8 };
  if ("base64" in body) return { body: body.base64, bodyEncoding: "base64" };
  return { bodyBytes: body.omitted.bytes, bodySha256: body.omitted.sha256 };
}
