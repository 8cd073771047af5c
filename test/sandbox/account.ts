import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "@jest/globals";
import type { CallRecord } from "../../src/sandbox/control-client.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/index.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs after the test, last come first. */
export const afterTest = (cleanup: () => Promise<unknown>): void => void cleanups.push(cleanup);

/** A sandbox that ends with the test. */
export async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ numbers: ["+15551230001", "+15551230002"], ...options });
  afterTest(() => sandbox.close());
  return sandbox;
}

export interface ApiAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an answer.
  body: any;
}

/** Asks the sandbox's API as a program would. */
export async function ask(
  { url, portalKey }: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  key = portalKey,
): Promise<ApiAnswer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

export interface Received {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The customer's own server: what stands behind `answer_url` and `webhook_url`. */
export async function customer(answer: (request: Received) => unknown) {
  const received: Received[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    // With the customer's own host, so that a redirect can lead back to it.
    const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host}`);
    const request = { method: incoming.method ?? "", url, headers: incoming.headers, body };
    received.push(request);
    const result = await answer(request);
    if (result instanceof Response) outgoing.writeHead(result.status, Object.fromEntries(result.headers)).end();
    else if (typeof result === "number") outgoing.writeHead(result).end();
    else outgoing.end(typeof result === "string" ? result : JSON.stringify(result));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** A number whose calls run the given answers; every webhook is accepted. */
export async function line(sandbox: Sandbox, answers: (request: Received) => unknown) {
  const { url, received } = await customer((request) => (request.url.pathname === "/webhook" ? 204 : answers(request)));
  const { body } = await ask(sandbox, "POST", "/v1/applications", {
    name: "Support IVR",
    answer_url: `${url}/answer`,
    webhook_url: `${url}/webhook`,
    webhook_secret: "not-a-real-secret",
  });
  await sandbox.control.assign("+15551230001", body.id);
  const to = (path: string) => received.filter((request) => request.url.pathname === path);
  return {
    url,
    application: body as { id: string; api_key: string },
    requests: to,
    /** In the order of their time stamps: the order of delivery is not promised. */
    events: () =>
      to("/webhook")
        // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of an event.
        .map((request) => JSON.parse(request.body) as any)
        .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at)),
  };
}

/** What the caller is told, sentence by sentence. */
export const heard = (call: CallRecord): string[] =>
  call.transcript.flatMap((entry) => (entry.kind === "said" ? [entry.text] : []));

/** What happened, one word each. */
export const kinds = (call: CallRecord): string[] => call.transcript.map(({ kind }) => kind);

/** What the caller pressed at each question, and what ended the waiting. */
export const gathered = (call: CallRecord): string[][] =>
  call.transcript.flatMap((entry) => (entry.kind === "gathered" ? [[entry.digits, entry.ended]] : []));
