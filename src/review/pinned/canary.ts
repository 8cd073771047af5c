import type { NumberMove } from "./pinned-review.ts";

/**
 * Chooses the numbers that move first: one of each kind of change in turn, so that as many of the applications as possible
 * show that they answer.
 *
 * @param waiting - those that have not moved yet.
 * @example canaryOf(numbers, ["+15551230001", "+15551230002", "+15551230003"], 2)
 */
export function canaryOf(
  numbers: Readonly<Record<string, NumberMove>>,
  waiting: readonly string[],
  count: number,
): string[] {
  const kinds = Map.groupBy(waiting, (number) => `${numbers[number]?.to.target} ${numbers[number]?.from.target}`);
  // An application that answers is more to see than a number that is silent.
  const queues = [...kinds].sort(([one], [other]) => Number(isSilent(one)) - Number(isSilent(other)));
  const chosen: string[] = [];
  for (let turn = 0; chosen.length < Math.min(count, waiting.length); turn++)
    for (const [, queue] of queues) {
      const next = queue[turn];
      if (next !== undefined && chosen.length < count) chosen.push(next);
    }
  return chosen.sort();
}

const isSilent = (kind: string): boolean => /^(reject|undefined) /.test(kind);
