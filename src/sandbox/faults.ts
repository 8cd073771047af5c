import { setTimeout as sleep } from "node:timers/promises";

/** One request to the API and what may be done with it. */
export interface Exchange {
  request: Request;
  /** Lets the sandbox do what was asked; gives its answer. */
  answer(): Promise<Response>;
  /** Cuts the connection without an answer, or in the middle of one. */
  cut(sent?: string): Response;
}

/** Stands between a client and the API: answers in its place, later, or not at all. */
export type Fault = (exchange: Exchange) => Response | Promise<Response>;

/** Which requests a fault meets. */
export type RequestMatch = (request: { method: string; path: string }) => boolean;

/** What goes wrong next. The first fault that matches a request meets it, as often as it was asked to. */
export class Faults {
  #armed: { match: RequestMatch; fault: Fault; times: number }[] = [];

  /** @example faults.arm(({ method }) => method === "POST", loseAnswer); // once */
  arm(match: RequestMatch, fault: Fault, times = 1): void {
    this.#armed.push({ match, fault, times });
  }

  clear(): void {
    this.#armed = [];
  }

  async meet(exchange: Exchange): Promise<Response> {
    const { pathname, search } = new URL(exchange.request.url);
    const request = { method: exchange.request.method, path: pathname + search };
    const armed = this.#armed.find(({ match, times }) => times > 0 && match(request));
    if (!armed) return exchange.answer();
    armed.times -= 1;
    return armed.fault(exchange);
  }
}

/** The write happens, but nobody hears of it. */
export const loseAnswer: Fault = async ({ answer, cut }) => {
  await answer();
  return cut();
};

/** Nothing happens, and the connection is reset. */
export const reset: Fault = ({ cut }) => cut();

/** Something else answers, and nothing happens. */
export const answerWith =
  (status: number, body = "", headers: Record<string, string> = {}): Fault =>
  () =>
    new Response(body || null, { status, headers });

/** The write happens, and the answer says that it did not. */
export const failAfterwards =
  (status: number): Fault =>
  async ({ answer }) => {
    await answer();
    return new Response("upstream failed", { status });
  };

/** @param ms - milliseconds before the request is looked at. */
export const delay =
  (ms: number): Fault =>
  async ({ answer }) => {
    await sleep(ms);
    return answer();
  };

/** The write happens, and the connection breaks in the middle of the answer. */
export const halveAnswer: Fault = async ({ answer, cut }) => {
  const response = await answer();
  const body = await response.text();
  const head = `HTTP/1.1 ${response.status} OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length + 2}`;
  return cut(`${head}\r\n\r\n${body.slice(0, body.length / 2)}`);
};

/** The write happens, and the answer cannot be read. */
export const garbleAnswer: Fault = async ({ answer }) => {
  const { status } = await answer();
  return new Response("{", { status: status === 204 ? 200 : status });
};

/**
 * Reads that lag behind writes: after each write, the next `reads` reads of a path answer as that path was last seen.
 *
 * @example const stale = new StaleReads(2); faults.arm(() => true, (exchange) => stale.meet(exchange), Infinity);
 */
export class StaleReads {
  readonly #reads: number;
  readonly #seen = new Map<string, { answer: Response; writes: number; stale: number }>();
  #writes = 0;

  constructor(reads: number) {
    this.#reads = reads;
  }

  async meet({ request, answer }: Exchange): Promise<Response> {
    if (request.method !== "GET") {
      this.#writes += 1;
      return answer();
    }
    const seen = this.#seen.get(request.url);
    if (seen && seen.writes < this.#writes && seen.stale < this.#reads) {
      seen.stale += 1;
      return seen.answer.clone();
    }
    const fresh = await answer();
    this.#seen.set(request.url, { answer: fresh.clone(), writes: this.#writes, stale: 0 });
    return fresh;
  }
}
