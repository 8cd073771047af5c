/** A time with its unit, e.g. `"30 minutes"`, `"5 seconds"`. A bare number has none, so it is no duration. */
export type Duration = `${number} ${"millisecond" | "second" | "minute" | "hour" | "day"}${"" | "s"}`;

const unitInMilliseconds = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Milliseconds of a duration, or `undefined` when the text is none.
 *
 * @example milliseconds("30 minutes") // 1_800_000
 */
export function milliseconds(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) (millisecond|second|minute|hour|day)s?$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Number(amount) * unitInMilliseconds[unit as keyof typeof unitInMilliseconds];
}
