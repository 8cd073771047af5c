import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers one request in any way that HTTP allows, and in some that it does not. */
export type Script = (request: IncomingMessage & { text: string }, response: ServerResponse) => unknown;

export interface ScriptedServer {
  url: string;
  /** Method, path and body of each request, oldest first. */
  received: string[];
  close(): Promise<void>;
}

/** An HTTP server that answers the n-th request with the n-th script, and every later one with the last. */
export async function scriptedServer(...scripts: Script[]): Promise<ScriptedServer> {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const script = scripts[Math.min(received.length, scripts.length - 1)];
    received.push(`${request.method} ${request.url}${text && ` ${text}`}`);
    await script?.(Object.assign(request, { text }), response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** @example answer(200, { data: [], count: 0 }) */
export const answer =
  (status: number, body: unknown = "", headers: Record<string, string | string[]> = {}): Script =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

export const refuse = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string | string[]> = {},
): Script => answer(status, { error: { code, message } }, headers);

export const reset: Script = (request) => request.socket.resetAndDestroy();

export const halfAnAnswer: Script = (request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"data":[', () => request.socket.destroy());
};

export const silence: Script = () => undefined;

export const slowBody: Script = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"data":[');
};
