/** How long an answer may take, in milliseconds. The vendor documents no limit; others wait between 1 and 5 seconds. */
export const BUDGET = {
  /** How often each address is asked. */
  tries: 3,
  /** What the fastest of them may take: a function that is awake. */
  usualMs: 1_000,
  /** What any of them may take, a cold start included. */
  worstMs: 5_000,
};

/**
 * What is wrong with these times, if anything is.
 *
 * @param milliseconds - of each try.
 * @example judgeTimes([1_840, 12, 9]) // undefined: a cold start, then quick
 */
export function judgeTimes(
  milliseconds: readonly number[],
  { usualMs, worstMs } = BUDGET,
): { expected: string; found: string } | undefined {
  const worst = Math.max(...milliseconds);
  if (worst > worstMs) return { expected: `never over ${worstMs} ms`, found: `${worst} ms` };
  const best = Math.min(...milliseconds);
  if (best > usualMs) return { expected: `within ${usualMs} ms when awake`, found: `${best} ms at best` };
  return undefined;
}

/** @example inMilliseconds([34, 3, 2]) // "34, 3 and 2 ms" */
export const inMilliseconds = (times: readonly number[]): string =>
  `${new Intl.ListFormat("en", { type: "conjunction" }).format(times.map(String)).replace(", and", " and")} ms`;
