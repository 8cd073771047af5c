import { eventKeyOf, type WebhookEvent } from "./event.ts";

/** One event of one call, as it is kept: the partition key is the call, the sort key the event. */
export interface CallRecord {
  callId: string;
  eventKey: string;
  event: string;
  /** As the vendor sent it; sort by this, not by arrival. */
  createdAt: string;
  receivedAt: string;
  /** The body as it was signed. */
  body: string;
  /** Unix seconds, when the table may forget it. */
  expiresAt: number;
  applicationId?: string;
  customerId?: string;
  status?: string;
  direction?: string;
  from?: string;
  to?: string;
}

/** Where events that are about no call are kept: the contract promises new events, not that all of them name a call. */
export const NO_CALL = "-";

/**
 * Makes the record of a verified event.
 *
 * @param about.signedAt - stands in for a missing `created_at`.
 * @param about.retentionDays - how long the record is kept, in days.
 */
export function callRecordOf(
  event: WebhookEvent,
  body: string,
  about: { signedAt: Date; receivedAt: Date; retentionDays: number },
): CallRecord {
  const { signedAt, receivedAt, retentionDays } = about;
  const known = Object.fromEntries(Object.entries(event.call).filter(([, value]) => value !== undefined));
  return {
    callId: event.callId ?? NO_CALL,
    eventKey: eventKeyOf(event, body),
    event: event.event,
    createdAt: event.createdAt ?? signedAt.toISOString(),
    receivedAt: receivedAt.toISOString(),
    body,
    expiresAt: Math.floor(receivedAt.getTime() / 1000) + retentionDays * 86_400,
    ...known,
  };
}
