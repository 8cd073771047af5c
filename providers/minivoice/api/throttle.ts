import { setImmediate, setTimeout as sleep } from "node:timers/promises";

/**
 * Lets at most `concurrency` requests run at once and `requestsPerSecond` start in a second (a burst of one second's
 * worth is allowed), and goes slower when the API says that it is too fast: halved on each 429, then slowly back up.
 */
export class Throttle {
  readonly #concurrency: number;
  readonly #fullRate: number;
  #rate: number;
  #tokens: number;
  #filledAt = performance.now();
  #running = 0;
  #pausedUntil = 0;
  readonly #waiting: (() => void)[] = [];
  #onIdle: (() => void)[] = [];

  constructor(limits: { concurrency: number; requestsPerSecond: number }) {
    this.#concurrency = limits.concurrency;
    this.#fullRate = limits.requestsPerSecond;
    this.#rate = limits.requestsPerSecond;
    this.#tokens = Math.max(1, limits.requestsPerSecond);
  }

  /** Runs `task` once there is room for it. Rejects without having run it when `signal` aborts first. */
  async run<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    await this.#slot(signal);
    try {
      await this.#token(signal);
      return await task();
    } finally {
      this.#running--;
      if (this.#running === 0 && this.#waiting.length === 0) for (const go of this.#onIdle.splice(0)) go();
      this.#waiting.shift()?.();
    }
  }

  /** Resolves once nothing runs or waits for its turn, and nothing follows at once from what ended last. */
  async idle(): Promise<void> {
    do {
      if (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
      await setImmediate();
    } while (this.#running > 0);
  }

  /** The API answered 429: everything waits out `pause` milliseconds, and then goes on at half the rate. */
  slowDown(pause: number): void {
    this.#rate = Math.max(0.5, this.#rate / 2);
    this.#tokens = Math.min(this.#tokens, 0);
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + pause);
  }

  /** The API answered normally: one step of twenty back towards the full rate. */
  speedUp(): void {
    this.#rate = Math.min(this.#fullRate, this.#rate + this.#fullRate / 20);
  }

  async #slot(signal: AbortSignal): Promise<void> {
    while (this.#running >= this.#concurrency) {
      await new Promise<void>((resolve, reject) => {
        const abort = () => {
          this.#waiting.splice(this.#waiting.indexOf(go), 1);
          reject(signal.reason);
        };
        const go = () => {
          signal.removeEventListener("abort", abort);
          resolve();
        };
        if (signal.aborted) return reject(signal.reason);
        this.#waiting.push(go);
        signal.addEventListener("abort", abort, { once: true });
      });
    }
    this.#running++;
  }

  async #token(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = performance.now();
      this.#tokens = Math.min(Math.max(1, this.#rate), this.#tokens + ((now - this.#filledAt) / 1_000) * this.#rate);
      this.#filledAt = now;
      const pause = this.#pausedUntil - now;
      if (pause <= 0 && this.#tokens >= 1) {
        this.#tokens -= 1;
        return;
      }
      const refill = ((1 - this.#tokens) / this.#rate) * 1_000;
      await sleep(Math.max(1, pause, refill), undefined, { signal });
    }
  }
}
