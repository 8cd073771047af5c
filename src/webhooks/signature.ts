import { createHmac, timingSafeEqual } from "node:crypto";

/** The headers of a signed delivery, in the lower case that Node and Lambda use. */
export const SIGNATURE_HEADER = "x-minivoice-signature";
export const TIMESTAMP_HEADER = "x-minivoice-timestamp";

/** A secret, and the one before it for as long as events may still be signed with it. */
export interface WebhookSecrets {
  current: string;
  previous?: { value: string; validUntil: Date };
}

/** A signature as it came, in a form that can be compared. Whose it is is not known yet. */
export interface Signature {
  /** The text of the timestamp header, which is part of what was signed. */
  timestamp: string;
  signedAt: Date;
  digest: Buffer;
}

/** Why a delivery carries no signature. */
export type SignatureProblem = "signature_missing" | "timestamp_malformed" | "signature_malformed";

/**
 * Signs a webhook body as MiniVoice does.
 *
 * @param timestamp - exactly the text of the timestamp header.
 * @returns the text of the signature header, `v1=<64 hexadecimal digits>`.
 * @example signWebhook("mv_test_not_a_real_secret", "1780056600", body)
 */
export const signWebhook = (secret: string, timestamp: string, body: string | Uint8Array): string =>
  `v1=${hmac(secret, timestamp, body).toString("hex")}`;

/**
 * Reads the two headers of a delivery. No secret is needed to refuse what has no signature.
 *
 * @example readSignature(headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER])
 */
export function readSignature(timestamp: unknown, signature: unknown): Signature | SignatureProblem {
  if (typeof timestamp !== "string" || typeof signature !== "string" || !timestamp || !signature)
    return "signature_missing";
  const signedAt = parseTimestamp(timestamp);
  if (!signedAt) return "timestamp_malformed";
  const [, hex] = /^v1=([0-9a-f]{64})$/i.exec(signature) ?? [];
  return hex === undefined ? "signature_malformed" : { timestamp, signedAt, digest: Buffer.from(hex, "hex") };
}

/**
 * Whether one of the secrets made a signature, compared in constant time. How old it may be is not decided here: age is
 * a rule about replays, not about who signed.
 *
 * @param body - as it was sent, byte for byte.
 * @param now - decides whether the previous secret is still valid.
 */
export function isSignedBy(
  { current, previous }: WebhookSecrets,
  { timestamp, digest }: Signature,
  body: string | Uint8Array,
  now: Date,
): boolean {
  const valid = previous && now <= previous.validUntil ? [current, previous.value] : [current];
  return valid.filter((secret) => timingSafeEqual(digest, hmac(secret, timestamp, body))).length > 0;
}

/**
 * Reads a timestamp header. The contract does not document its format, so Unix seconds, milliseconds and RFC 3339 are
 * all understood; 12 digits or more are milliseconds (as seconds they would lie beyond the year 5000).
 *
 * @example parseTimestamp("1780056600")?.toISOString() // "2026-05-29T12:10:00.000Z"
 */
export function parseTimestamp(text: string): Date | undefined {
  const unix = /^\d{1,14}$/.test(text) ? Number(text) * (text.length >= 12 ? 1 : 1000) : undefined;
  if (unix === undefined && !/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text))
    return undefined;
  const date = new Date(unix ?? text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const hmac = (secret: string, timestamp: string, body: string | Uint8Array): Buffer =>
  createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
