/** Function URLs: one HTTP server on one loopback port for each. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { listenOnLoopback } from "../../../../src/background/ports.ts";
import type { UrlRequest } from "../cloudwatch/function-metrics.ts";
import { AwsError } from "../errors.ts";
import type { Functions } from "./functions.ts";
import { urlEvent } from "./url-event.ts";
import type { UrlResponse } from "./url-response.ts";
import { FAILED, urlResponse } from "./url-response.ts";

/** Lambda's limit for a request. */
const MAX_REQUEST_BYTES = 6 * 1024 * 1024;
const FORBIDDEN =
  "Forbidden. For troubleshooting Function URL authorization issues, see: " +
  "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

/** A function URL to serve. */
export interface UrlSettings {
  readonly functionName: string;
  readonly urlId: string;
  /** The port of an earlier run. */
  readonly port?: number;
}

/** What function URLs need. */
export interface FunctionUrlServices {
  readonly functions: Functions;
  /** Decides whether a caller without credentials may use the URL of a function. */
  readonly mayInvoke: (functionName: string) => boolean;
  /** Called on each request that counts as use. */
  readonly touch: () => void;
  readonly observe: (functionName: string, request: UrlRequest) => void;
}

/** All function URLs. */
export class FunctionUrls {
  readonly #services: FunctionUrlServices;
  readonly #servers = new Map<string, Server>();

  constructor(services: FunctionUrlServices) {
    this.#services = services;
  }

  /** Serves a URL and returns its port. */
  async open({ functionName, urlId, port }: UrlSettings): Promise<number> {
    const server = createServer((request, response) => {
      this.#services.touch();
      const startedAt = performance.now();
      this.#answer(request, functionName, urlId).then(
        (answer) => {
          const latencyMs = performance.now() - startedAt;
          this.#services.observe(functionName, { statusCode: answer.statusCode, latencyMs });
          write(response, answer);
        },
        // The caller went away in the middle of its request.
        () => response.destroy(),
      );
    });
    const listening = await listenOnLoopback(server, `the URL of the function ${functionName}`, port);
    this.#servers.set(functionName, server);
    return listening;
  }

  close(functionName: string): void {
    const server = this.#servers.get(functionName);
    server?.close();
    server?.closeAllConnections();
    this.#servers.delete(functionName);
  }

  closeAll(): void {
    for (const functionName of [...this.#servers.keys()]) this.close(functionName);
  }

  async #answer(request: IncomingMessage, functionName: string, urlId: string): Promise<UrlResponse> {
    const body = await readBody(request);
    if (!this.#services.mayInvoke(functionName)) return message(403, FORBIDDEN);
    if (!body) return message(413, "Request Entity Too Large");
    const domainName = `127.0.0.1:${request.socket.localPort}`;
    const event = urlEvent(request, body, { urlId, domainName, requestId: randomUUID(), now: new Date() });
    try {
      const outcome = await this.#services.functions.host(functionName).invoke(event);
      return ("result" in outcome && urlResponse(outcome.result)) || FAILED;
    } catch (error) {
      if (error instanceof AwsError && error.code === "TooManyRequestsException") return message(429, "Rate Exceeded.");
      return FAILED;
    }
  }
}

/** The whole body; `undefined` when it is larger than Lambda takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_REQUEST_BYTES ? Buffer.concat(chunks) : undefined;
}

function message(statusCode: number, text: string): UrlResponse {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ Message: text })),
  };
}

function write(response: ServerResponse, { statusCode, headers, body }: UrlResponse): void {
  try {
    response.writeHead(statusCode, { ...headers, "content-length": body.length });
  } catch {
    // A header that HTTP cannot carry: AWS answers this as a failure of the function, too.
    write(response, FAILED);
    return;
  }
  response.end(body);
}
