import { setTimeout as sleep } from "node:timers/promises";

/**
 * The time in a call. Real work, such as a request, counts as long as it took. Speech and waiting are added: ten
 * seconds of silence cost nobody ten seconds, and every time stamp is still later than the one before.
 */
export class CallClock {
  readonly #real: boolean;
  readonly #signal: AbortSignal;
  #ahead = 0;
  #last = 0;

  /** @param real - whether added time is really waited for. */
  constructor(real: boolean, signal: AbortSignal) {
    this.#real = real;
    this.#signal = signal;
  }

  /** Milliseconds since the epoch; never the same twice. */
  now(): number {
    this.#last = Math.max(Date.now() + this.#ahead, this.#last + 1);
    return this.#last;
  }

  async pass(milliseconds: number): Promise<void> {
    if (this.#real) await sleep(milliseconds, undefined, { signal: this.#signal });
    else this.#ahead += milliseconds;
  }
}
