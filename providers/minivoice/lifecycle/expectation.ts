import { readFileSync } from "node:fs";
import { ConfigurationError } from "../api/errors.ts";
import type { Did } from "../api/schema.ts";
import { e164 } from "./arguments.ts";
import { describeLive } from "./target.ts";

/**
 * The routing changes that somebody has reviewed: for each number that may be written, where it routed when it was reviewed.
 * A number that is not in it, or that routes elsewhere by now, is left alone.
 *
 * Comes from a file named by `MINIVOICE_EXPECT`, such as `{"+15551230001": "app_123", "+15551230002": "reject"}`;
 * `unassigned` stands for a number without an application. It holds for one run and is never stored.
 */
export class Expectation {
  readonly #from: Readonly<Record<string, string>>;

  constructor(from: Readonly<Record<string, string>>) {
    this.#from = from;
  }

  /** @throws ConfigurationError when the file cannot be read or says something else */
  static read(path: string): Expectation {
    try {
      const reviewed: unknown = JSON.parse(readFileSync(path, "utf8"));
      const problems = problemsIn(reviewed);
      if (problems.length > 0) throw new Error(problems.join("; "));
      return new Expectation(reviewed as Record<string, string>);
    } catch (error) {
      throw new ConfigurationError(
        `MINIVOICE_EXPECT names ${path}, which is no list of reviewed numbers (${(error as Error).message}): ` +
          'expected {"+15551230001": "<id of the application it routed to>"}, or unset MINIVOICE_EXPECT',
      );
    }
  }

  /** Why this number must not be written now, if so. */
  objectionTo(live: Did): string | undefined {
    const reviewed = this.#from[live.number_e164];
    if (reviewed === undefined) return "it is not part of the reviewed change";
    const now = describeLive(live);
    return now === reviewed ? undefined : `it was reviewed as routing to ${reviewed}, but now routes to ${now}`;
  }
}

/** By hand, because every run loads this and hardly any reads such a file: a schema library would cost each a start. */
function problemsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["it holds no object"];
  return Object.entries(value).flatMap(([number, from]) => {
    const target =
      typeof from === "string" && from !== "" ? undefined : `${JSON.stringify(from)} of ${number} is no id`;
    return [e164(number), target].filter((problem) => problem !== undefined);
  });
}
