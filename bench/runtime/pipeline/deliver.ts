import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { SIGNATURE_HEADER, signWebhook, TIMESTAMP_HEADER } from "../../../src/webhooks/signature.ts";

/** At once: a vendor does not wait for one answer before it sends the next event. */
const CONCURRENCY = 8;
const ATTEMPTS = 20;
const PAUSE_MS = 1_000;

export interface Delivered {
  accepted: number;
  /** Attempts that were not accepted, and were made again. */
  retries: number;
  seconds: number;
}

/** Delivers as MiniVoice does: signed, several at once, and again whatever is not accepted. */
export async function deliver(deliveries: readonly string[], url: string, secret: string): Promise<Delivered> {
  const dispatcher = new Agent({ connections: CONCURRENCY });
  const delivered = { accepted: 0, retries: 0, seconds: 0 };
  const started = performance.now();
  const rest = deliveries.values();
  const work = async () => {
    for (const body of rest) {
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const headers = {
        "content-type": "application/json",
        [TIMESTAMP_HEADER]: timestamp,
        [SIGNATURE_HEADER]: signWebhook(secret, timestamp, body),
      };
      for (let attempt = 1; ; attempt++) {
        const status = await post(url, headers, body, dispatcher);
        if (status >= 200 && status < 300) break;
        if (attempt === ATTEMPTS) throw new Error(`a webhook is not accepted: ${status || "no answer"}`);
        delivered.retries++;
        await sleep(PAUSE_MS);
      }
      delivered.accepted++;
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } finally {
    await dispatcher.destroy();
  }
  delivered.seconds = (performance.now() - started) / 1_000;
  return delivered;
}

/** The status; 0 when there was no answer. */
async function post(url: string, headers: Record<string, string>, body: string, dispatcher: Agent): Promise<number> {
  try {
    const response = await request(url, { method: "POST", headers, body, dispatcher });
    await response.body.dump();
    return response.statusCode;
  } catch {
    return 0;
  }
}
