import type { NumberMove } from "../review/pinned/pinned-review.ts";
import type { Standing } from "../review/pinned/standings.ts";
import type { Finding } from "../verify/report.ts";
import type { Pending } from "./pending.ts";
import type { PinnedRun } from "./review-again.ts";
import type { Told } from "./told.ts";

/** What `minivoice apply --json` tells beside how it ended. Absent is what it did not come to. */
export interface Applied {
  stack?: string;
  /** Of the review. */
  digest?: string;
  /** Each reviewed number with its way, and how it stands to it in the end. */
  numbers?: Record<string, NumberMove & { standing: Standing }>;
  /** The numbers that moved first, and what there was to see of them. */
  canary?: { numbers: string[]; evidence?: Finding[] };
  /** What is left for a person to do in the account setup. */
  pending?: Pending;
}

/** One run of `minivoice apply`. */
export interface Applying extends PinnedRun {
  told: Told<Applied>;
}

/** Notes how the numbers stand, for programs. */
export function noteNumbers({ review, told }: Applying, standings: ReadonlyMap<string, Standing>): void {
  const unknown: Standing = { kind: "unknown", why: "it was not read" };
  told.found.numbers = Object.fromEntries(
    Object.entries(review.numbers).map(([number, move]) => [
      number,
      { ...move, standing: standings.get(number) ?? unknown },
    ]),
  );
}

/** Of each number, where it was reviewed to come from: it is written nowhere else. */
export const fromOf = (numbers: Readonly<Record<string, NumberMove>>): Record<string, string> =>
  Object.fromEntries(Object.entries(numbers).map(([number, { from }]) => [number, from.route]));

/** What was left alone makes Pulumi's run a failed one, and is no failure of this one. */
export function exitCodeOf(standings: ReadonlyMap<string, Standing>, code: number): number {
  const kinds = new Set([...standings.values()].map(({ kind }) => kind));
  if (kinds.has("unknown")) return code || 1;
  return kinds.has("waits") || kinds.has("elsewhere") || kinds.has("absent") ? 2 : code;
}

/** What can be done after an interruption. */
export const goOn = (file: string): string =>
  `what was deployed stays: minivoice apply ${file} goes on from here, minivoice undo ${file} puts the numbers back`;
