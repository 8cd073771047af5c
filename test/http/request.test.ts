import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { request } from "../../src/http/request.ts";

const get = { method: "GET" };

/** What one request to such a server comes to. */
async function ask(answer: RequestListener, limits: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
    return await request(url, get, { timeoutMs: 5_000, signal: new AbortController().signal, ...limits });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("a request", () => {
  test("comes to the answer as it was sent; a redirect is not followed", async () => {
    const outcome = await ask((_, response) => response.writeHead(302, { location: "/elsewhere" }).end("there"));
    expect(outcome).toMatchObject({ status: 302, text: "there", durationMs: expect.any(Number) });
  });

  test.each<[string, RequestListener, number, string]>([
    ["an answer that never ends", (_, response) => void response.write("…"), 200, "no answer within 0.2 seconds"],
    [
      "an answer that is too long",
      (_, response) => response.end("x".repeat(256 * 1024 + 1)),
      5_000,
      "the answer is longer than 256 KiB",
    ],
    ["a connection that is cut", (_, response) => response.socket?.destroy(), 5_000, "other side closed"],
  ])("says of %s what is wrong", async (_what, answer, timeoutMs, error) => {
    expect(await ask(answer, { timeoutMs })).toMatchObject({ error });
  });

  test("names no host, however it fails: reports are read by more people than may know it", async () => {
    const { signal } = new AbortController();
    const outcome = await request("https://no-such-host.invalid/answer", get, { timeoutMs: 5_000, signal });
    expect(outcome).toMatchObject({ error: expect.stringMatching(/host name/) });
    expect(JSON.stringify(outcome)).not.toContain("no-such-host");
  });

  test("throws nothing but the reason why it was given up", async () => {
    const controller = new AbortController();
    const given = ask(() => controller.abort(new Error("interrupted")), { signal: controller.signal });
    await expect(given).rejects.toThrow("interrupted");
  });
});
