import { DEFAULT_MAX_AGE_HOURS, maxAgeProblem } from "../webhooks/age.ts";

/** @throws Error that names a variable which is missing from the function's environment. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set in the function's environment`);
  return value;
}

/** `CALL_RECORDS_RETENTION_DAYS`: how long the table keeps a record, 90 days unless it is set. */
export function retentionDays(): number {
  const text = process.env.CALL_RECORDS_RETENTION_DAYS || "90";
  const days = Number(text);
  if (Number.isInteger(days) && days > 0) return days;
  throw new Error(`CALL_RECORDS_RETENTION_DAYS must be a whole number of days, but is ${JSON.stringify(text)}`);
}

/** `WEBHOOK_MAX_AGE_HOURS`: how old a signature may be, 24 hours unless it is set, and never older than a record gets. */
export function maxAgeHours(): number {
  const text = process.env.WEBHOOK_MAX_AGE_HOURS || String(DEFAULT_MAX_AGE_HOURS);
  const problem = maxAgeProblem(Number(text), retentionDays());
  if (problem === undefined) return Number(text);
  throw new Error(`WEBHOOK_MAX_AGE_HOURS ${problem}, but is ${JSON.stringify(text)}`);
}
