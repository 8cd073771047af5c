import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigurationError } from "../api/errors.ts";
import type { Did } from "../api/schema.ts";
import { isE164 } from "./arguments.ts";
import { describeLive } from "./target.ts";

const fileSchema = z.record(z.string().refine(isE164, "is not E.164"), z.string().min(1));

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
      const parsed = fileSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
      if (parsed.success) return new Expectation(parsed.data);
      throw new Error(z.prettifyError(parsed.error).replace(/\s*\n\s*/g, "; "));
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
