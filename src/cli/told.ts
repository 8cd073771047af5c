import { CouldNotReview } from "../review/could-not-review.ts";
import { renderJson } from "../review/render/json.ts";
import { messageOf } from "./cli-error.ts";
import type { OutStream } from "./foreground.ts";
import { MovedSince } from "./review-again.ts";

/** How a run that was begun has ended, beside what the command itself found. */
export interface Ending<Outcome extends string> {
  /** Counts up when a field changes its meaning. */
  format: 1;
  outcome: Outcome | "something is left" | "not as reviewed" | "interrupted";
  /** As the process ends. */
  exitCode: number;
  /** What stands against it, one sentence or sentence with its list each; none where all of it is done. */
  reasons: string[];
}

/**
 * What a command tells while it works: text for people on standard output, or, with `--json`, one document for programs
 * in the end, and the text beside it on standard error.
 *
 * @example const told = new Told(json, { numbers: {} }, { done: "applied", failed: "could not be applied" });
 */
export class Told<Found extends object, Outcome extends string = string> {
  /** Where people read. */
  readonly out: OutStream;
  /** What is in the document: filled in as it is found, so that it tells of a run that ends early, too. */
  readonly found: Found;
  readonly #json: boolean;
  readonly #outcomes: { done: Outcome; failed: Outcome };

  constructor(json: true | undefined, found: Found, outcomes: { done: Outcome; failed: Outcome }) {
    this.out = json ? process.stderr : process.stdout;
    this.found = found;
    this.#json = json === true;
    this.#outcomes = outcomes;
  }

  text(text: string): void {
    this.out.write(text);
  }

  /**
   * Runs the command to its end, whatever that is.
   *
   * @returns its exit code.
   * @throws what it throws: the document is printed by then, and whoever reads only that must not take nothing for "done".
   */
  async conclude(work: () => Promise<number>): Promise<number> {
    try {
      const exitCode = await work();
      const isTold = [0, 2].includes(exitCode);
      this.#print(exitCode, isTold ? [] : ["what went wrong is on standard error"]);
      return exitCode;
    } catch (error) {
      this.#print(exitCodeOf(error), reasonsIn(error));
      throw error;
    }
  }

  #print(exitCode: number, reasons: readonly string[]): void {
    if (!this.#json) return;
    const { done, failed } = this.#outcomes;
    const outcomes: Record<number, Ending<Outcome>["outcome"]> = {
      0: done,
      2: "something is left",
      3: "not as reviewed",
      130: "interrupted",
    };
    const ending: Ending<Outcome> = {
      format: 1,
      outcome: outcomes[exitCode] ?? failed,
      exitCode,
      reasons: [...reasons],
    };
    process.stdout.write(renderJson({ ...ending, ...this.found }));
  }
}

const exitCodeOf = (error: unknown): number =>
  error instanceof Error && "exitCode" in error ? Number(error.exitCode) : 1;

function reasonsIn(error: unknown): readonly string[] {
  if (error instanceof MovedSince) return error.moved;
  return error instanceof CouldNotReview ? error.reasons : [messageOf(error)];
}
