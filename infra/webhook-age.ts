import * as pulumi from "@pulumi/pulumi";
import { type Duration, milliseconds } from "pulumi-minivoice/api";
import { maxAgeProblem } from "../src/webhooks/age.ts";

const HOUR_MS = 3_600_000;

/**
 * How old a signed webhook may be, in whole hours as the webhook function takes it.
 *
 * @throws RunError, which the engine shows without a stack trace, with the value and the limits.
 * @example webhookMaxAgeHours("24 hours", 90) // 24
 */
export function webhookMaxAgeHours(age: Duration | string, recordRetentionDays: number): number {
  const hours = (milliseconds(age) ?? Number.NaN) / HOUR_MS;
  const problem = Number.isNaN(hours)
    ? 'expected a time such as "24 hours" or "2 days"'
    : maxAgeProblem(hours, recordRetentionDays);
  if (problem) throw new pulumi.RunError(`voice:webhookMaxAge is "${age}": ${problem}`);
  return hours;
}
