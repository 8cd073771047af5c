/** Says how far long work has come, every five seconds; short work says nothing. */
export class Progress {
  readonly #total: number;
  #count = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(say: (message: string) => void, what: string, total: number) {
    this.#total = total;
    const started = performance.now();
    this.#timer = setInterval(() => {
      const left = ((performance.now() - started) / 1_000 / Math.max(1, this.#count)) * (this.#total - this.#count);
      say(
        `${this.#count.toLocaleString("en")} of ${this.#total.toLocaleString("en")} ${what}, about ${Math.ceil(left)} s left`,
      );
    }, 5_000);
    this.#timer.unref();
  }

  step(): void {
    this.#count++;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
