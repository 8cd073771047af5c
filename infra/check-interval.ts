import { type Duration, defaultRequestsPerSecond, milliseconds } from "pulumi-minivoice/api";
import type { WatchedAccount } from "./drift-watch.ts";
import { refusal } from "./refusal.ts";

/** As long as a function may take. */
const LONGEST_SECONDS = 900;

/** How much of that is for reading; the rest is for what is asked a second time. */
const READING_SHARE = 0.9;

/**
 * The time from one check of the watch over drift to the next, in minutes.
 *
 * @throws RunError, which the engine shows without a stack trace.
 * @example wholeMinutes("2 hours") // 120
 */
export function wholeMinutes(every: Duration | string): number {
  const minutes = (milliseconds(every) ?? Number.NaN) / 60_000;
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 24 * 60) return minutes;
  throw refusal(
    `voice:driftWatch is "${every}": expected the time from one check to the next in whole minutes, up to a day, such as ` +
      '"15 minutes"',
  );
}

/** Seconds that a check may take: the next one begins after it. */
export const timeLimit = (minutes: number): number => Math.min(60 * minutes, LONGEST_SECONDS);

/**
 * Where each number is a request of its own, there are tables that no function can read in time.
 *
 * @throws RunError, which the engine shows without a stack trace.
 */
export function assertInTime(numbers: number, settings: WatchedAccount["settings"], timeout: number): void {
  if (settings["minivoice:capabilities"] === "managed") return;
  const rate = Number(settings["minivoice:requestsPerSecond"] ?? defaultRequestsPerSecond);
  const needed = Math.ceil(numbers / rate);
  const given = Math.floor(READING_SHARE * timeout);
  if (needed <= given) return;
  throw refusal(
    `voice:driftWatch: ${numbers} numbers, read one by one at minivoice:requestsPerSecond ${rate}, take ${needed} seconds, and a ` +
      `check has ${given}: raise minivoice:requestsPerSecond if the account allows it, check less often (up to 15 minutes are ` +
      "given), or run `minivoice drift` on a machine of your own instead",
  );
}
