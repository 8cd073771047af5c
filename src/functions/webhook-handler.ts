import { randomUUID } from "node:crypto";
import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { standingOf } from "../webhooks/age.ts";
import { isProbe } from "../webhooks/probe.ts";
import { queuedEvent } from "../webhooks/queued-event.ts";
import {
  isSignedBy,
  readSignature,
  SIGNATURE_HEADER,
  type Signature,
  TIMESTAMP_HEADER,
} from "../webhooks/signature.ts";
import type { Enqueue } from "./event-queue.ts";
import { type Log, logged } from "./log.ts";
import type { Counts } from "./metrics.ts";
import { rawBody } from "./request.ts";
import { json, refusal } from "./response.ts";
import type { SecretStore } from "./webhook-secrets.ts";

/** What the handler needs from the world; the entry point supplies the real things. */
export interface WebhookHandlerOptions {
  secrets: SecretStore;
  /** A throw is answered with 503, so that the vendor delivers the event again. */
  enqueue: Enqueue;
  /** How old a signature may be before its event is only quarantined, in hours. */
  maxAgeHours: number;
  /** Takes what is counted, with the application where it is known. */
  count: (counts: Counts, application?: string) => void;
  log: Log;
  now?: () => Date;
}

/**
 * Makes the Lambda handler of the `webhook_url`: verify, hand over to the queue, accept. 2xx means that the queue has the
 * event. Nothing that MiniVoice signed is refused but what is from the future, because whatever is refused is delivered
 * again and again. Refusals are in the vendor's error envelope: 405 and 401 for what MiniVoice did not send, 503 when
 * secrets or queue cannot be reached.
 *
 * @example export const handler = createWebhookHandler({ secrets, enqueue: eventQueue(url), maxAgeHours: 24, count, log });
 */
export function createWebhookHandler(
  options: WebhookHandlerOptions,
): (event: LambdaFunctionURLEvent, context?: Context) => Promise<LambdaFunctionURLResult> {
  const { secrets, enqueue, maxAgeHours, count, log, now = () => new Date() } = options;

  /** Whether the secrets made the signature; newer ones are fetched before that is denied. */
  const isOurs = async (signature: Signature, raw: Buffer, at: Date): Promise<boolean> =>
    isSignedBy(await secrets.current(), signature, raw, at) || isSignedBy(await secrets.newest(), signature, raw, at);

  return async (request, context) => {
    const about = { request_id: context?.awsRequestId };
    const refuse = (status: number, code: keyof typeof explanations, headers?: Record<string, string>) => {
      log.warn("refused", { ...about, code });
      count({ WebhooksRefused: 1 });
      return refusal(status, code, explanations[code], headers);
    };
    const unavailable = (code: "secrets_unavailable" | "queue_unavailable", error: unknown) => {
      log.error("not accepted", { ...about, code, ...logged(error) });
      count({ WebhooksUnavailable: 1 });
      return refusal(503, code, explanations[code]);
    };

    if (request.requestContext?.http?.method !== "POST") return refuse(405, "method_not_allowed", { allow: "POST" });
    const receivedAt = now();
    const signature = readSignature(request.headers?.[TIMESTAMP_HEADER], request.headers?.[SIGNATURE_HEADER]);
    if (typeof signature === "string") return refuse(401, signature);
    const raw = rawBody(request);
    try {
      if (!(await isOurs(signature, raw, receivedAt))) return refuse(401, "signature_mismatch");
    } catch (error) {
      return unavailable("secrets_unavailable", error);
    }
    const standing = standingOf(signature.signedAt, receivedAt, maxAgeHours);
    if (standing === "future") return refuse(401, "timestamp_in_future");

    const deliveryId = randomUUID();
    const queued = queuedEvent(raw, { deliveryId, standing, signedAt: signature.signedAt, receivedAt });
    const { event, body } = queued;
    try {
      await enqueue(queued);
    } catch (error) {
      return unavailable("queue_unavailable", error);
    }
    const truncated = "omitted" in body;
    log.info(standing, {
      ...about,
      delivery_id: deliveryId,
      event: event.event,
      event_key: event.eventKey,
      call_id: event.callId,
      ...(truncated && { truncated, bytes: raw.length }),
    });
    if (!isProbe(event)) {
      const counts: Counts = {
        ...(standing === "quarantined" ? { WebhooksQuarantined: 1 } : { WebhooksAccepted: 1 }),
        ...(standing === "late" && { WebhooksLate: 1 }),
        ...(truncated && { WebhooksTooLarge: 1 }),
      };
      count(counts, event.call.applicationId);
    }
    return json(200, JSON.stringify({ outcome: standing, ...(truncated && { truncated }) }));
  };
}

const explanations = {
  method_not_allowed: "webhooks are delivered with POST",
  signature_missing: `${TIMESTAMP_HEADER} and ${SIGNATURE_HEADER} are required`,
  timestamp_malformed: `${TIMESTAMP_HEADER} must be Unix seconds, milliseconds or RFC 3339`,
  signature_malformed: `${SIGNATURE_HEADER} must be v1= and 64 hexadecimal digits`,
  signature_mismatch: "the signature does not match the body: another secret, or a changed body",
  timestamp_in_future: "the signature is from the future: compare the clocks",
  secrets_unavailable: "the signature could not be verified; deliver the event again",
  queue_unavailable: "the event could not be kept; deliver it again",
};
