import { randomBytes } from "node:crypto";
import { type Outcome, request } from "../http/request.ts";
import { PROBE_CALL_PREFIX, PROBE_EVENT } from "../webhooks/probe.ts";
import { BUDGET } from "./budget.ts";

/** A call ID that no call has: whatever carries it is recorded apart and counts in no metric. */
export const probeCallId = (): string => `${PROBE_CALL_PREFIX}${randomBytes(12).toString("hex")}`;

/** An event of our own, to be signed and delivered as MiniVoice does. */
export interface ProbeEvent {
  callId: string;
  /** RFC 3339. */
  at: string;
  /** The same in Unix seconds, for the header. */
  timestamp: string;
  body: string;
}

export function probeEvent(applicationId: string): ProbeEvent {
  const now = new Date();
  const [at, callId] = [now.toISOString(), probeCallId()];
  const body = JSON.stringify({
    event: PROBE_EVENT,
    created_at: at,
    call: { id: callId, application_id: applicationId },
    variables: {},
    data: { event_key: `${callId}:${PROBE_EVENT}` },
  });
  return { callId, at, timestamp: String(Math.floor(now.getTime() / 1_000)), body };
}

/** @param headers - beside the content type: signature and timestamp, or none */
export const deliverProbe = (
  url: string,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Outcome> =>
  request(
    url,
    { method: "POST", headers: { "content-type": "application/json", ...headers }, body },
    { timeoutMs: BUDGET.worstMs + 1_000, signal },
  );
