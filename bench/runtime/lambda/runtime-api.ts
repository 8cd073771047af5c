import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What came of one invocation. */
export interface Invocation {
  /** What the handler returned. */
  result: unknown;
  /** Inside of the handler, by the function's own clock. */
  ownMs: number;
  /** From the invocation to the answer, with the protocol and JSON on both sides. */
  totalMs: number;
}

interface Pending {
  id: string;
  event: string;
  settle: PromiseWithResolvers<Invocation>;
  started: number;
}

/**
 * The Runtime API of AWS Lambda on loopback, for one process: `next`, `response` and the two `error`s, as AWS documents
 * them for custom runtimes. It takes one invocation at a time, as Lambda does.
 */
export class RuntimeApi {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #loaded = Promise.withResolvers<number>();
  #asking: ServerResponse | undefined;
  #pending: Pending | undefined;

  static async open(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    // Who invokes hears of it too; here it only must not end the process.
    api.#loaded.promise.catch(() => undefined);
    api.#server.listen(0, "127.0.0.1");
    await once(api.#server, "listening");
    return api;
  }

  /** For `AWS_LAMBDA_RUNTIME_API`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Milliseconds that the handler's module took to load; waits until it has. */
  get loadMs(): Promise<number> {
    return this.#loaded.promise;
  }

  /** Invokes the handler once. @throws what it threw. */
  async invoke(event: unknown): Promise<Invocation> {
    if (this.#pending) throw new Error("an invocation is under way: a Lambda process does one at a time");
    await this.#loaded.promise;
    const settle = Promise.withResolvers<Invocation>();
    this.#pending = { id: randomUUID(), event: JSON.stringify(event), settle, started: performance.now() };
    this.#handOut();
    return settle.promise;
  }

  /** The process is gone: nothing that was asked of it comes any more. */
  fail(error: Error): void {
    this.#loaded.reject(error);
    this.#pending?.settle.reject(error);
    this.#pending = undefined;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace("/2018-06-01/runtime/", "");
    if (path === "invocation/next") {
      this.#loaded.resolve(Number(request.headers["bench-load-ms"]));
      this.#asking = response;
      return this.#handOut();
    }
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const arrived = performance.now();
    response.writeHead(202).end();
    if (path === "init/error") return this.fail(errorIn(body));
    const [, id, outcome] = path?.split("/") ?? [];
    const pending = this.#pending;
    if (pending?.id !== id) return;
    this.#pending = undefined;
    if (outcome === "error") return pending?.settle.reject(errorIn(body));
    const ownMs = Number(request.headers["bench-own-ms"]);
    pending?.settle.resolve({ result: JSON.parse(body), ownMs, totalMs: arrived - pending.started });
  }

  #handOut(): void {
    if (!this.#asking || !this.#pending) return;
    const { id, event } = this.#pending;
    this.#asking.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": id,
      "lambda-runtime-deadline-ms": String(Date.now() + 5_000),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:000000000000:function:bench",
    });
    this.#asking.end(event);
    this.#asking = undefined;
  }
}

function errorIn(body: string): Error {
  const { errorType, errorMessage } = JSON.parse(body);
  return new Error(`${errorType}: ${errorMessage}`);
}
