import type { PutBack } from "../review/pinned/put-back.ts";
import type { Review } from "../review/review.ts";

/** What `minivoice undo --json` tells beside how it ended. Absent is what it did not come to. */
export interface Undone {
  stack?: string;
  /** Of the review that is undone. */
  digest?: string;
  numbers?: Record<string, UndoneNumber>;
  /** What callers notice of it, as `minivoice review --format json` tells it; absent where no number moves. */
  review?: Review;
  /** For `git apply`: makes the voice file say the same; empty where it does. */
  patch?: string;
}

/** How a number of the review stands in the end. */
export type UndoneNumber =
  /** Put back, or still to be: `from` and `route` in the words of the account, `target` in those of the voice file. */
  | { kind: "back" | "waits"; from: string; route: string; target: string }
  /** Where it came from before anything was done. */
  | { kind: "already"; target: string }
  | { kind: "left"; why: string };

/** @param isBack - whether a number that goes back is there already. */
export function undoneNumbers(
  { back, already, left }: PutBack,
  isBack: (number: string) => boolean,
): Record<string, UndoneNumber> {
  return Object.fromEntries<UndoneNumber>([
    ...[...back].map(([number, { now, route, target }]): [string, UndoneNumber] => [
      number,
      { kind: isBack(number) ? "back" : "waits", from: now, route, target },
    ]),
    ...[...already].map(([number, { target }]): [string, UndoneNumber] => [number, { kind: "already", target }]),
    ...[...left].map(([number, why]): [string, UndoneNumber] => [number, { kind: "left", why }]),
  ]);
}
