import { createHash } from "node:crypto";
import type { Standing } from "./age.ts";
import { eventKeyOf, parseEvent, UNREADABLE, type WebhookEvent } from "./event.ts";

/** A verified delivery on its way from the webhook function to the worker: the text of one queue message. */
export interface QueuedEvent {
  version: 1;
  /** Of this delivery. A repeated one has another; a message that is delivered or redriven again keeps it. */
  deliveryId: string;
  standing: Standing;
  /** RFC 3339. */
  signedAt: string;
  /** RFC 3339. */
  receivedAt: string;
  event: WebhookEvent & { eventKey: string };
  body: KeptBody;
}

/** The body as it was signed: as text, in Base64 where it is no text, or only what tells it from others. */
export type KeptBody = { utf8: string } | { base64: string } | { omitted: { bytes: number; sha256: string } };

/**
 * What a body may need to be kept whole, in bytes. An item of DynamoDB holds 400 KB, a message of SQS 1 MiB; JSON inside
 * of JSON needs three times as much at most (twice for quotes, three times for emoji), and what is no JSON is kept in Base64,
 * which needs a third more.
 */
export const MAX_BODY_BYTES = 340_000;

/**
 * Makes the queue's event of a delivery whose signature is verified. Nothing signed is refused: what cannot be read is
 * kept under {@link UNREADABLE}, and of what is too large everything is kept but the body.
 */
export function queuedEvent(
  raw: Buffer,
  about: { deliveryId: string; standing: Standing; signedAt: Date; receivedAt: Date },
): QueuedEvent {
  const text = utf8(raw);
  const parsed = text === undefined ? { problem: "the body must be UTF-8" } : parseEvent(text);
  const readable = !("problem" in parsed);
  const event: WebhookEvent = readable ? parsed : { event: UNREADABLE, call: {} };
  const base64 = text === undefined || !readable;
  return {
    version: 1,
    deliveryId: about.deliveryId,
    standing: about.standing,
    signedAt: about.signedAt.toISOString(),
    receivedAt: about.receivedAt.toISOString(),
    event: { ...event, eventKey: eventKeyOf(event, raw) },
    body:
      (base64 ? (raw.length * 4) / 3 : raw.length) > MAX_BODY_BYTES
        ? { omitted: { bytes: raw.length, sha256: createHash("sha256").update(raw).digest("hex") } }
        : base64
          ? { base64: raw.toString("base64") }
          : { utf8: text },
  };
}

/**
 * The text of the message. SQS puts U+FFFD in the place of U+FFFE and U+FFFF without a word, and stand-ins of it refuse what
 * needs two units of UTF-16, so both are escaped.
 */
export const encodeQueuedEvent = (event: QueuedEvent): string =>
  JSON.stringify(event).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(raw: Buffer): string | undefined {
  try {
    return decoder.decode(raw);
  } catch {
    return undefined;
  }
}
