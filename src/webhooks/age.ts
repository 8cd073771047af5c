/**
 * How an event stands by the age of its signature. `accepted`: signed just now. `late`: signed a while ago, as after an
 * outage; treated like any other. `quarantined`: signed so long ago that it may be a replay; kept, but nothing is done for it.
 */
export type Standing = "accepted" | "late" | "quarantined";

/** Deliveries take seconds; a signature that is older than this has been waiting, here or there. */
export const LATE_AFTER_MS = 5 * 60_000;
/** Clocks differ; more than this is no clock but somebody who saves a signature for later. */
export const MAX_AHEAD_MS = 5 * 60_000;
/** What `WEBHOOK_MAX_AGE_HOURS` is unless it is set: an outage of a day loses nothing. */
export const DEFAULT_MAX_AGE_HOURS = 24;

const HOUR_MS = 3_600_000;

/**
 * Judges the age of a valid signature. Age is a rule about replays and not about validity: the vendor does not say for how
 * long it retries, nor whether a retry is signed anew.
 *
 * @returns `future` for one that is refused.
 */
export function standingOf(signedAt: Date, receivedAt: Date, maxAgeHours: number): Standing | "future" {
  const age = receivedAt.getTime() - signedAt.getTime();
  if (age < -MAX_AHEAD_MS) return "future";
  if (age > maxAgeHours * HOUR_MS) return "quarantined";
  return age > LATE_AFTER_MS ? "late" : "accepted";
}

/**
 * What is wrong with a maximal age, if anything: beyond the life of a record, a replay would find no record of the first
 * delivery, and be taken for new.
 *
 * @param retentionDays - how long records are kept, and with them what tells a repetition.
 * @example maxAgeProblem(48, 1) // "must not be longer than …"
 */
export function maxAgeProblem(maxAgeHours: number, retentionDays: number): string | undefined {
  if (!Number.isSafeInteger(maxAgeHours) || maxAgeHours < 1) return "must be a whole number of hours, 1 or more";
  if (maxAgeHours <= retentionDays * 24) return undefined;
  return (
    `must not be longer than call records are kept, which is ${retentionDays} days (${retentionDays * 24} hours): ` +
    "a repeated delivery would be taken for a new one"
  );
}
