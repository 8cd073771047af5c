import { createHmac } from "node:crypto";
import type { Assumptions } from "../assumptions.ts";

/** The time of signing as `X-MiniVoice-Timestamp` writes it: its format is not documented. */
export function signatureTimestamp(now: Date, { webhookTimestamp }: Assumptions): string {
  if (webhookTimestamp === "rfc3339") return now.toISOString();
  return String(webhookTimestamp === "seconds" ? Math.floor(now.getTime() / 1_000) : now.getTime());
}

/** `X-MiniVoice-Signature: v1=<hex HMAC-SHA-256(secret, timestamp + "." + raw body)>` beside its time stamp. */
export const signatureHeaders = (secret: string, timestamp: string, body: string): Record<string, string> => ({
  "x-minivoice-timestamp": timestamp,
  "x-minivoice-signature": `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`,
});
