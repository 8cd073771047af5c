import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { callRecordOf } from "../webhooks/call-record.ts";
import { parseEvent } from "../webhooks/event.ts";
import { SIGNATURE_HEADER, TIMESTAMP_HEADER, verifyWebhook, type WebhookSecrets } from "../webhooks/signature.ts";
import type { RecordCall } from "./call-records.ts";
import { rawBody } from "./request.ts";
import { json, refusal } from "./response.ts";

/** Retries may carry the timestamp of the first attempt, so a signature stays acceptable for a day. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
/** Clocks differ; more than this is no clock but somebody saving a signature for later. */
const MAX_AHEAD_MS = 5 * 60 * 1000;
/** A DynamoDB item holds 400 KB; the largest events that the contract knows are below 2 KB. */
const MAX_BODY_BYTES = 350_000;

/** What the handler needs from the world; the entry point supplies the real things. */
export interface WebhookHandlerOptions {
  secrets: WebhookSecrets;
  /** Keeps the event. A throw is answered with 503, so that the vendor delivers it again. */
  record: RecordCall;
  /** How long records are kept, in days. */
  retentionDays: number;
  log: {
    info(message: string, properties: Record<string, unknown>): void;
    warn(message: string, properties: Record<string, unknown>): void;
    error(message: string, properties: Record<string, unknown>): void;
  };
  now?: () => Date;
}

/**
 * Makes the Lambda handler of the `webhook_url`: verify, record, accept. 2xx means that the event is kept, now or
 * before. Refusals say why in the vendor's error envelope: 401 for what is not signed by MiniVoice, 400 and 413 for
 * signed bodies that cannot be kept, 503 when the store fails.
 *
 * @example export const handler = createWebhookHandler({ secrets, record: callRecords(table), retentionDays: 90, log });
 */
export function createWebhookHandler(
  options: WebhookHandlerOptions,
): (event: LambdaFunctionURLEvent, context?: Context) => Promise<LambdaFunctionURLResult> {
  const { secrets, record, retentionDays, log, now = () => new Date() } = options;

  return async (request, context) => {
    const about = { request_id: context?.awsRequestId };
    const refuse = (status: number, code: string, message: string, headers?: Record<string, string>) => {
      log.warn("refused", { ...about, code });
      return refusal(status, code, message, headers);
    };
    if (request.requestContext?.http?.method !== "POST")
      return refuse(405, "method_not_allowed", "webhooks are delivered with POST", { allow: "POST" });

    const receivedAt = now();
    const raw = rawBody(request);
    const verified = verifyWebhook(
      secrets,
      { timestamp: request.headers?.[TIMESTAMP_HEADER], signature: request.headers?.[SIGNATURE_HEADER], body: raw },
      receivedAt,
    );
    if (!verified.ok) return refuse(401, verified.problem, explanations[verified.problem]);
    const age = receivedAt.getTime() - verified.signedAt.getTime();
    if (age > MAX_AGE_MS) return refuse(401, "timestamp_too_old", "the signature is more than 24 hours old");
    if (age < -MAX_AHEAD_MS) return refuse(401, "timestamp_in_future", "the signature is from the future");

    if (raw.length > MAX_BODY_BYTES)
      return refuse(413, "body_too_large", `a body must not exceed ${MAX_BODY_BYTES} bytes`);
    const body = raw.toString("utf8");
    const event = parseEvent(body);
    if ("problem" in event) return refuse(400, "invalid_event", event.problem);

    const kept = callRecordOf(event, body, { signedAt: verified.signedAt, receivedAt, retentionDays });
    const properties = { ...about, event: kept.event, call_id: kept.callId, event_key: kept.eventKey };
    try {
      const outcome = await record(kept);
      log.info(outcome, properties);
      return json(200, JSON.stringify({ outcome }));
    } catch (error) {
      log.error("not recorded", { ...properties, reason: error instanceof Error ? error.name : "unknown" });
      return refusal(503, "store_unavailable", "the event could not be recorded; deliver it again");
    }
  };
}

const explanations = {
  signature_missing: `${TIMESTAMP_HEADER} and ${SIGNATURE_HEADER} are required`,
  timestamp_malformed: `${TIMESTAMP_HEADER} must be Unix seconds, milliseconds or RFC 3339`,
  signature_malformed: `${SIGNATURE_HEADER} must be v1= and 64 hexadecimal digits`,
  signature_mismatch: "the signature does not match the body: another secret, or a changed body",
};
