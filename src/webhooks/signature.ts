import { createHmac, timingSafeEqual } from "node:crypto";

/** The headers of a signed delivery, in the lower case that Node and Lambda use. */
export const SIGNATURE_HEADER = "x-minivoice-signature";
export const TIMESTAMP_HEADER = "x-minivoice-timestamp";

/** A secret, and the one before it for as long as events may still be signed with it. */
export interface WebhookSecrets {
  current: string;
  previous?: { value: string; validUntil: Date };
}

/** Why a signature was refused. */
export type SignatureProblem =
  | "signature_missing"
  | "timestamp_malformed"
  | "signature_malformed"
  | "signature_mismatch";

/** What a signature proves: who signed is known, and when they say they did. */
export type Verification = { ok: true; signedAt: Date } | { ok: false; problem: SignatureProblem };

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
 * Verifies a delivery on its raw body, in constant time. How old a signature may be is not decided here: age is a rule
 * about replays, not about who signed.
 *
 * @param now - decides whether the previous secret is still valid.
 * @example verifyWebhook({ current: secret }, { timestamp, signature, body }, new Date())
 */
export function verifyWebhook(
  secrets: WebhookSecrets,
  delivery: { timestamp: string | undefined; signature: string | undefined; body: string | Uint8Array },
  now: Date,
): Verification {
  const { timestamp, signature, body } = delivery;
  if (!timestamp || !signature) return { ok: false, problem: "signature_missing" };
  const signedAt = parseTimestamp(timestamp);
  if (!signedAt) return { ok: false, problem: "timestamp_malformed" };
  const [, hex] = /^v1=([0-9a-f]{64})$/i.exec(signature) ?? [];
  if (hex === undefined) return { ok: false, problem: "signature_malformed" };

  const given = Buffer.from(hex, "hex");
  const { current, previous } = secrets;
  const valid = previous && now <= previous.validUntil ? [current, previous.value] : [current];
  const matches = valid.filter((secret) => timingSafeEqual(given, hmac(secret, timestamp, body)));
  return matches.length > 0 ? { ok: true, signedAt } : { ok: false, problem: "signature_mismatch" };
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
