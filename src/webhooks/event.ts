import { createHash } from "node:crypto";

/** A webhook event as far as it is needed to file it. Everything else stays in the body, known or not. */
export interface WebhookEvent {
  /** Such as `call.completed`. Names that are not known yet are kept, not refused. */
  event: string;
  /** As sent; events of a call are ordered by it. */
  createdAt: string | undefined;
  /** Absent for an event that is about no call. */
  callId: string | undefined;
  /** Absent, `null` and `""` are the same: absent. */
  call: Readonly<Record<"applicationId" | "customerId" | "status" | "direction" | "from" | "to", string | undefined>>;
  /** The vendor's own key for this event, where it sends one. */
  eventKey: string | undefined;
}

/**
 * Reads a webhook body. Tolerant on purpose: a signed event that is refused would be retried and then lost.
 *
 * @returns the event, or the rule that the body breaks.
 * @example parseEvent('{"event":"call.completed","call":{"id":"call_123"}}')
 */
export function parseEvent(body: string): WebhookEvent | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { problem: "the body must be JSON" };
  }
  if (!isObject(json)) return { problem: "the body must be a JSON object" };
  const event = text(json.event);
  if (event === undefined) return { problem: "event must be a text that is not empty" };
  const call = isObject(json.call) ? json.call : {};
  const data = isObject(json.data) ? json.data : {};
  return {
    event,
    createdAt: text(json.created_at),
    callId: text(call.id),
    call: {
      applicationId: text(call.application_id),
      customerId: text(call.customer_id),
      status: text(call.status),
      direction: text(call.direction),
      from: text(call.from),
      to: text(call.to),
    },
    eventKey: text(data.event_key),
  };
}

/**
 * What tells an event from its own repetition: the vendor's key, else a digest of all that makes it this event.
 * The vendor suggests call ID and event name, which would swallow the second `call.gathered` of a call.
 */
export function eventKeyOf({ event, createdAt, callId, eventKey }: WebhookEvent, body: string): string {
  if (eventKey !== undefined && Buffer.byteLength(eventKey) <= MAX_KEY_BYTES) return eventKey;
  const parts = JSON.stringify([callId, event, createdAt, body]);
  return `sha256:${createHash("sha256").update(parts).digest("hex")}`;
}

/** DynamoDB's limit for a sort key. */
const MAX_KEY_BYTES = 1024;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
