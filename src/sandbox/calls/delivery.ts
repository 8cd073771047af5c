import { setTimeout as sleep } from "node:timers/promises";
import { request } from "../../http/request.ts";
import { type Assumptions, durations, milliseconds } from "../assumptions.ts";
import { userAgent } from "../what-this-is.ts";
import type { Delivery } from "./call.ts";
import { signatureHeaders, signatureTimestamp } from "./signature.ts";

/**
 * Sends one webhook until it is accepted or the attempts are used up; each attempt is written into `delivery`.
 * A delivery that was interrupted goes on where it stopped.
 *
 * @param secret - looked up for each attempt, so that a rotated secret signs the next one.
 */
export async function deliver(
  delivery: Delivery,
  { secret, assumptions, signal }: { secret: () => string | undefined; assumptions: Assumptions; signal: AbortSignal },
): Promise<void> {
  const waits = [0, ...(durations(assumptions.webhookRetries) ?? [])];
  for (const wait of waits.slice(delivery.attempts.length)) {
    await sleep(wait, undefined, { signal });
    if (await attempt()) {
      if (assumptions.webhookDelivery === "twice") await attempt();
      delivery.state = "accepted";
      return;
    }
  }
  delivery.state = "given-up";

  async function attempt(): Promise<boolean> {
    const at = new Date();
    const outcome = await request(
      delivery.url,
      {
        method: "POST",
        headers: { ...userAgent, "content-type": "application/json", ...signature(at) },
        body: delivery.body,
      },
      { timeoutMs: milliseconds(assumptions.webhookTimeout), signal },
    );
    const { durationMs } = outcome;
    const result = "error" in outcome ? { error: outcome.error } : { status: outcome.status };
    delivery.attempts.push({ at: at.toISOString(), ...result, durationMs });
    return "status" in outcome && outcome.status >= 200 && outcome.status < 300;
  }

  /** Real time, unlike the event's own stamp: a receiver compares it with its clock. */
  function signature(at: Date): Record<string, string> {
    const key = secret();
    if (key === undefined) return {};
    const fresh = signatureTimestamp(at, assumptions);
    delivery.signedAt = assumptions.webhookRetrySignature === "original" ? (delivery.signedAt ?? fresh) : fresh;
    return signatureHeaders(key, delivery.signedAt, delivery.body);
  }
}
