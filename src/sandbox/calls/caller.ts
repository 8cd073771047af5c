/** What the caller will do; see `CallToPlace`. */
export interface CallerScript {
  press: string[];
  silence: boolean;
  hangup: boolean;
}

/** What the caller does when asked for digits. */
export type Reply = { press: string } | "silence" | "hangup";

/** The person on the telephone: presses what was planned, then stays silent or hangs up. */
export class Caller {
  readonly #replies: Reply[];
  readonly #atLast: Reply;

  constructor({ press, silence, hangup }: CallerScript) {
    const silentOnce: Reply[] = silence && hangup ? ["silence"] : [];
    this.#replies = [...press.map((keys): Reply => (keys === "" ? "silence" : { press: keys })), ...silentOnce];
    this.#atLast = hangup ? "hangup" : "silence";
  }

  reply(): Reply {
    return this.#replies.shift() ?? this.#atLast;
  }

  /** Keys that were pressed too early, and count for the next question. */
  pressAhead(keys: string): void {
    this.#replies.unshift({ press: keys });
  }

  /** Whether nothing is left to do but to hang up. */
  get wantsToLeave(): boolean {
    return this.#replies.length === 0 && this.#atLast === "hangup";
  }
}
