import { Logger } from "@aws-lambda-powertools/logger";
import type { WebhookSecrets } from "../webhooks/signature.ts";
import { callRecords } from "./call-records.ts";
import { createWebhookHandler } from "./webhook-handler.ts";

/**
 * Lambda entry point: verifies webhooks and records them under their call ID.
 *
 * Environment: `WEBHOOK_SECRET`; `WEBHOOK_SECRET_PREVIOUS` with `WEBHOOK_SECRET_PREVIOUS_VALID_UNTIL` (RFC 3339) during
 * a rotation; `CALL_RECORDS_TABLE`; `CALL_RECORDS_RETENTION_DAYS` (default 90).
 */
export const handler = createWebhookHandler({
  secrets: webhookSecrets(),
  record: callRecords(required("CALL_RECORDS_TABLE")),
  retentionDays: retentionDays(),
  log: new Logger({ serviceName: "webhook" }),
});

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set in the function's environment`);
  return value;
}

function webhookSecrets(): WebhookSecrets {
  const current = required("WEBHOOK_SECRET");
  if (!process.env.WEBHOOK_SECRET_PREVIOUS) return { current };
  const until = required("WEBHOOK_SECRET_PREVIOUS_VALID_UNTIL");
  const validUntil = new Date(until);
  if (Number.isNaN(validUntil.getTime()))
    throw new Error(`WEBHOOK_SECRET_PREVIOUS_VALID_UNTIL must be RFC 3339, but is ${JSON.stringify(until)}`);
  return { current, previous: { value: process.env.WEBHOOK_SECRET_PREVIOUS, validUntil } };
}

function retentionDays(): number {
  const text = process.env.CALL_RECORDS_RETENTION_DAYS || "90";
  const days = Number(text);
  if (Number.isInteger(days) && days > 0) return days;
  throw new Error(`CALL_RECORDS_RETENTION_DAYS must be a whole number of days, but is ${JSON.stringify(text)}`);
}
