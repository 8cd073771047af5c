import { createHash } from "node:crypto";

/** A webhook event as far as it is needed to file it. Everything else stays in the body, known or not. */
export interface WebhookEvent {
  /** Such as `call.completed`. Names that are not known yet are kept, not refused. */
  event: string;
  /** As sent; events of a call are ordered by it. */
  createdAt?: string | undefined;
  /** Absent for an event that is about no call. */
  callId?: string | undefined;
  /** Absent, `null`, `""` and what is too long to be one are the same: absent. */
  call: CallFields;
  /** The vendor's own key for this event, where it sends one. */
  eventKey?: string | undefined;
}

/** What an event says about its call, beside the ID. */
export type CallFields = Partial<
  Record<"applicationId" | "customerId" | "status" | "direction" | "from" | "to", string | undefined>
>;

/** Where events that are about no call are kept: the contract promises new events, not that all of them name a call. */
export const NO_CALL = "-";

/** What a signed body is filed under that is no event. No event of the vendor has a name without a dot. */
export const UNREADABLE = "unreadable";

/**
 * Reads a webhook body. Tolerant on purpose: whoever signed it will deliver it again and again until it is accepted.
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
  const event = text(json.event, Number.POSITIVE_INFINITY)?.slice(0, MAX_TEXT);
  if (event === undefined) return { problem: "event must be a text that is not empty" };
  const call = isObject(json.call) ? json.call : {};
  const data = isObject(json.data) ? json.data : {};
  return {
    event,
    createdAt: text(json.created_at),
    callId: callIdOf(call.id),
    call: {
      applicationId: text(call.application_id),
      customerId: text(call.customer_id),
      status: text(call.status),
      direction: text(call.direction),
      from: text(call.from),
      to: text(call.to),
    },
    eventKey: text(data.event_key, MAX_KEY_BYTES),
  };
}

/**
 * What tells an event from its own repetition: the vendor's key, else a digest of all that makes it this event.
 * The vendor suggests call ID and event name, which would swallow the second `call.gathered` of a call.
 *
 * @param body - as it was signed.
 */
export function eventKeyOf({ event, createdAt, callId, eventKey }: WebhookEvent, body: string | Uint8Array): string {
  const usable = eventKey !== undefined && Buffer.byteLength(eventKey) <= MAX_KEY_BYTES && !OURS.test(eventKey);
  if (usable) return eventKey;
  const hash = createHash("sha256").update(JSON.stringify([callId, event, createdAt]));
  return `sha256:${hash.update(body).digest("hex")}`;
}

/** An ID that no table could hold, or that means something else there, is replaced by its digest. */
function callIdOf(value: unknown): string | undefined {
  const id = text(value, Number.POSITIVE_INFINITY);
  if (id === undefined || (Buffer.byteLength(id) <= MAX_KEY_BYTES && id !== NO_CALL && !OURS.test(id))) return id;
  return `sha256:${createHash("sha256").update(id).digest("hex")}`;
}

/** Of 1,024 bytes that DynamoDB allows in a sort key; the rest is for a prefix of ours. */
const MAX_KEY_BYTES = 1_000;
/** Keys that we make ourselves begin so. */
const OURS = /^(?:sha256:|quarantined#|calls#)/;
/** Longer ones are no names, numbers or IDs, and an item has to hold them beside the body. */
const MAX_TEXT = 256;

const text = (value: unknown, limit = MAX_TEXT): string | undefined =>
  typeof value === "string" && value !== "" && value.length <= limit ? value : undefined;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
