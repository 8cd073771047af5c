/** Numbers that follow one another without a gap; `first` and `last` are the same for a single one. */
export interface NumberRange {
  first: string;
  last: string;
  count: number;
}

/** E.164 numbers as a telephone book has them: shorter ones first, then by their digits. */
export const byNumber = (one: string, other: string): number =>
  one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);

/**
 * Folds numbers into as few ranges as there are.
 *
 * @param numbers - E.164, sorted {@link byNumber}, each once.
 * @example foldNumbers(["+15551230001", "+15551230002", "+15551230009"]) // two ranges, of 2 and of 1
 */
export function foldNumbers(numbers: readonly string[]): NumberRange[] {
  const ranges: NumberRange[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    // Fifteen digits at most, so a double holds each of them exactly.
    if (range && range.last.length === number.length && Number(range.last) + 1 === Number(number)) {
      range.last = number;
      range.count += 1;
    } else ranges.push({ first: number, last: number, count: 1 });
  }
  return ranges;
}
