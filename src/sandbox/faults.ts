import { setTimeout as sleep } from "node:timers/promises";

/** One request to the API and what may be done with it. */
export interface Exchange {
  request: Request;
  /** Lets the sandbox do what was asked; gives its answer. */
  answer(): Promise<Response>;
  /** Cuts the connection without an answer. */
  cut(): Response;
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
