import type { PutBack } from "../review/pinned/put-back.ts";
import type { Review } from "../review/review.ts";
import { plural } from "./apply-screen.ts";
import { CliError } from "./cli-error.ts";
import { plainText } from "./plain-text.ts";

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

/** What there is to say of numbers that were to go back, once they were read back. */
interface ReadBack {
  count: number;
  /** Those that are not where they came from. */
  wrong: readonly string[];
  /** Whether a person has to assign them. */
  byHand: boolean;
  /** What the engine has against it. */
  said: string | undefined;
}

/**
 * Says how undoing has ended.
 *
 * @returns `some` where a person has to do the rest, or the engine left somebody else's numbers alone.
 * @throws CliError where numbers are not back, and nobody else is to put them back.
 */
export function readBack(
  stack: string,
  { count, wrong, byHand, said }: ReadBack,
): { done: "all" | "some"; lines: string[] } {
  if (wrong.length > 0 && !byHand)
    throw new CliError(`read back otherwise: ${shortened(wrong).join(", ")}\n${said ?? ""}`.trim());
  const back = count - wrong.length;
  const lines = [
    ...(back > 0
      ? [`read back: ${plural(back, "number")} ${back === 1 ? "goes where it" : "go where they"} came from`]
      : []),
    ...(said === undefined ? [] : [plainText(said)]),
    ...(wrong.length > 0
      ? [
          `to be done by hand: minivoice pending -s ${stack} lists ${plural(wrong.length, "number")}, once the patch is applied`,
        ]
      : []),
  ];
  return { done: said === undefined && wrong.length === 0 ? "all" : "some", lines };
}

/** Nobody reads ten thousand lines. */
export const shortened = (lines: readonly string[], most = 20): string[] =>
  lines.length <= most + 1 ? [...lines] : [...lines.slice(0, most), `… and ${lines.length - most} more`];
