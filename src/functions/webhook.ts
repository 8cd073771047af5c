import { Logger } from "@aws-lambda-powertools/logger";
import { maxAgeHours, required } from "./environment.ts";
import { eventQueue } from "./event-queue.ts";
import { metricLine } from "./metrics.ts";
import { readParameter } from "./read-parameter.ts";
import { createWebhookHandler } from "./webhook-handler.ts";
import { openSecretStore } from "./webhook-secrets.ts";

/**
 * Lambda entry point: verifies webhooks and hands them over to the worker.
 *
 * Environment: `WEBHOOK_SECRET_PARAMETER`, the name of an SSM SecureString; `EVENTS_QUEUE_URL`; `WEBHOOK_MAX_AGE_HOURS`
 * (default 24); `CALL_RECORDS_RETENTION_DAYS` (default 90), which the former must not exceed; `VOICE_STACK`.
 */
const log = new Logger({ serviceName: "webhook" });
const stack = required("VOICE_STACK");

export const handler = createWebhookHandler({
  secrets: await openSecretStore(readParameter(required("WEBHOOK_SECRET_PARAMETER")), log),
  enqueue: eventQueue(required("EVENTS_QUEUE_URL")),
  maxAgeHours: maxAgeHours(),
  count: (counts, application) => void process.stdout.write(`${metricLine(stack, counts, application)}\n`),
  log,
});
