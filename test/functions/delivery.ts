import type { LambdaFunctionURLEvent } from "aws-lambda";
import { signWebhook } from "../../src/webhooks/signature.ts";
import { functionUrlEvent } from "./function-url-event.ts";

export const secret = "mv_test_not_a_real_secret";

/** A delivery as MiniVoice sends it: signed at the time of the vendor's own sample, unless told otherwise. */
export function delivery(
  body: string | Buffer,
  {
    timestamp = "1780056600",
    key = secret,
    method = "POST",
    headers = {},
  }: { timestamp?: string; key?: string; method?: string; headers?: Record<string, string> } = {},
): LambdaFunctionURLEvent {
  const signed = {
    "content-type": "application/json",
    "x-minivoice-timestamp": timestamp,
    "x-minivoice-signature": signWebhook(key, timestamp, body),
  };
  return functionUrlEvent({ method, path: "/", headers: { ...signed, ...headers }, body });
}

/** A log that can be looked at. */
export function recordedLog() {
  const lines: Record<string, unknown>[] = [];
  const write = (level: string) => (message: string, properties: Record<string, unknown>) =>
    void lines.push({ level, message, ...properties });
  return { lines, info: write("INFO"), warn: write("WARN"), error: write("ERROR") };
}

/** What was counted, summed up by name and, with a slash, by application and name. */
export function recordedCounts() {
  const sums: Record<string, number> = {};
  const count = (counts: Record<string, number | undefined>, application?: string) => {
    for (const [name, value = 0] of Object.entries(counts))
      for (const key of application ? [name, `${application}/${name}`] : [name]) sums[key] = (sums[key] ?? 0) + value;
  };
  return { sums, count };
}
