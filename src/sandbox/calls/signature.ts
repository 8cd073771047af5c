import { SIGNATURE_HEADER, signWebhook, TIMESTAMP_HEADER } from "../../webhooks/signature.ts";
import type { Assumptions } from "../assumptions.ts";

/** The time of signing as `X-MiniVoice-Timestamp` writes it: its format is not documented. */
export function signatureTimestamp(now: Date, { webhookTimestamp }: Assumptions): string {
  if (webhookTimestamp === "rfc3339") return now.toISOString();
  return String(webhookTimestamp === "seconds" ? Math.floor(now.getTime() / 1_000) : now.getTime());
}

/** The two headers of a signed request. */
export const signatureHeaders = (secret: string, timestamp: string, body: string): Record<string, string> => ({
  [TIMESTAMP_HEADER]: timestamp,
  [SIGNATURE_HEADER]: signWebhook(secret, timestamp, body),
});
