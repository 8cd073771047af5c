import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, test } from "@jest/globals";
import { MiniVoiceClient, MiniVoiceError, type Options } from "pulumi-minivoice/api";
import {
  answer,
  halfAnAnswer,
  refuse,
  reset,
  type Script,
  type ScriptedServer,
  scriptedServer,
  silence,
  slowBody,
} from "./scripted-server.ts";

const apiKey = "mv_test_not_a_real_key";
const fixture = async (name: string) =>
  JSON.parse(await readFile(`${import.meta.dirname}/../../../fixtures/minivoice/${name}`, "utf8"));
const did = { id: "did_123", number_e164: "+15551230001", route_mode: "webhook", application_id: "app_123" };

let server: ScriptedServer;
let client: MiniVoiceClient;
afterEach(async () => {
  await client?.close();
  await server?.close();
});

async function against(scripts: Script[], options: Partial<Options> = {}): Promise<MiniVoiceClient> {
  server = await scriptedServer(...scripts);
  client = new MiniVoiceClient({
    apiKey,
    baseUrl: server.url,
    requestsPerSecond: 10_000,
    timeout: "300 milliseconds",
    totalTimeout: "3 seconds",
    retries: 2,
    retryPause: "5 milliseconds",
    ...options,
  });
  return client;
}

const failureOf = async (request: Promise<unknown>): Promise<MiniVoiceError> => {
  const error = await request.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(MiniVoiceError);
  return error as MiniVoiceError;
};

describe("what MiniVoice answers is read", () => {
  test("as the vendor's own payload shows it", async () => {
    const payload = await fixture("list-applications.response.json");
    const { applications } = await against([answer(200, payload)]);
    expect(await applications.list()).toEqual(payload.data);
  });

  test("each application by itself, where one that is not as documented must hide no other", async () => {
    const payload = await fixture("list-applications.response.json");
    const [known] = payload.data;
    const { applications } = await against([answer(200, { ...payload, data: [{ id: "app_odd", name: 7 }, 7, known] })]);
    const unreadable = expect.stringContaining("the API does not show it as documented");
    expect(await applications.listEach()).toEqual([
      { id: "app_odd", unreadable },
      { id: undefined, unreadable },
      known,
    ]);
  });

  test("with absent, empty and null fields all the same, and unknown ones dropped", async () => {
    const sent = { ...did, application_id: null, provider: "", new_field: { x: 1 } };
    const { dids } = await against([answer(200, sent)]);
    expect(await dids.byNumber("+15551230001")).toEqual({
      id: "did_123",
      number_e164: "+15551230001",
      route_mode: "webhook",
    });
    expect(server.received).toEqual(["GET /v1/dids/by-number/+15551230001"]);
  });

  test("page by page, without a count, and past an empty page that is not the last", async () => {
    const { dids } = await against([
      answer(200, { data: [did], next_cursor: "a b" }),
      answer(200, { data: [], next_cursor: "c" }),
      answer(200, { data: [{ ...did, id: "did_124" }] }),
    ]);
    expect((await dids.list(2)).map(({ id }) => id)).toEqual(["did_123", "did_124"]);
    expect(server.received).toEqual([
      "GET /v1/dids?limit=2",
      "GET /v1/dids?limit=2&cursor=a%20b",
      "GET /v1/dids?limit=2&cursor=c",
    ]);
  });

  test("page by page also for applications, where an account has pages of them", async () => {
    const { applications } = await against([
      answer(200, { data: [{ id: "app_1", name: "a" }], next_cursor: "c" }),
      answer(200, { data: [{ id: "app_2", name: "b" }] }),
    ]);
    expect((await applications.list()).map(({ id }) => id)).toEqual(["app_1", "app_2"]);
    expect(server.received).toEqual(["GET /v1/applications", "GET /v1/applications?cursor=c"]);
  });

  test.each<[Script, boolean]>([
    [answer(200, { data: [] }), true],
    [answer(404, "404 page not found"), false],
    [refuse(404, "not_found", "no such route"), false],
    [answer(405), false],
  ])("as the account's word on whether it lists its numbers", async (script, hasList) => {
    expect(await (await against([script])).dids.hasList()).toBe(hasList);
  });

  test("but not as its word, when the request was refused", async () => {
    const { dids } = await against([refuse(403, "forbidden", "no")]);
    expect(await failureOf(dids.hasList())).toMatchObject({ status: 403 });
  });

  test("but not for ever: a cursor that comes back is an error", async () => {
    const { dids } = await against([answer(200, { data: [did], next_cursor: "same" })]);
    expect((await failureOf(dids.list())).message).toContain("the same next_cursor twice");
  });

  test.each([200, 201])("as created after %i, with the key that is shown only here", async (status) => {
    const { applications } = await against([
      answer(status, { id: "app_1", name: "Support", api_key: "mv_test_fresh_key_1" }),
    ]);
    expect(await applications.create({ name: "Support" })).toEqual({
      id: "app_1",
      name: "Support",
      api_key: "mv_test_fresh_key_1",
    });
  });
});

describe("an object is gone", () => {
  test("when the API itself says so", async () => {
    const { dids } = await against([refuse(404, "not_found", "DID not found")]);
    expect(await dids.byNumber("+15551230001")).toBeUndefined();
  });

  test("but not when a 404 has no code, which a proxy may have sent", async () => {
    const { dids } = await against([answer(404, "<html>no such page</html>")]);
    const error = await failureOf(dids.byNumber("+15551230001"));
    expect(error).toMatchObject({ status: 404, code: undefined, isUnsupported: true });
    expect(error.message).toContain("no error code, so it is not the API's own answer");
  });

  test("which is as good as deleted", async () => {
    const { applications } = await against([refuse(404, "not_found", "application not found")]);
    await applications.delete("app_20260529T120000.000000000");
    expect(server.received).toEqual(["DELETE /v1/applications/app_20260529T120000.000000000"]);
  });
});

describe("a request is repeated", () => {
  const list = answer(200, { data: [], count: 0 });
  const faults: [string, Script][] = [
    ["a reset connection", reset],
    ["half an answer", halfAnAnswer],
    ["slow headers", silence],
    ["a slow body", slowBody],
    ["an HTML 502", answer(502, "<html>Bad gateway</html>", { "content-type": "text/html" })],
    ["a 429 that gives seconds", refuse(429, "rate_limited", "slow down", { "retry-after": "0" })],
    ["a 429 that gives a date", refuse(429, "rate_limited", "slow down", { "retry-after": new Date(0).toUTCString() })],
    ["a 429 that says nothing", refuse(429, "rate_limited", "slow down")],
    ["a 429 that gives seconds twice", answer(429, "", { "retry-after": ["0", "86400"] })],
    ["a 429 that says something else", refuse(429, "rate_limited", "slow down", { "retry-after": "soon" })],
    ["a 503", refuse(503, "unavailable", "try again")],
  ];

  test.each(faults)("after %s, when it reads", async (_fault, script) => {
    const { applications } = await against([script, list]);
    expect(await applications.list()).toEqual([]);
    expect(server.received).toHaveLength(2);
  });

  test.each(faults)("after %s, when it writes an absolute value", async (_fault, script) => {
    const { dids } = await against([script, answer(200, did)]);
    await dids.update("did_123", { application_id: "app_123", route_mode: "webhook" });
    expect(server.received).toHaveLength(2);
    expect(server.received[1]).toBe(server.received[0]);
  });

  test.each(faults)("never after %s, when it creates", async (_fault, script) => {
    const { applications } = await against([script, answer(201, { id: "app_1", name: "Support" })]);
    await failureOf(applications.create({ name: "Support" }));
    expect(server.received).toHaveLength(1);
  });

  test("at most as often as it may", async () => {
    const { applications } = await against([answer(500, "")]);
    expect(await failureOf(applications.list())).toMatchObject({ status: 500 });
    expect(server.received).toHaveLength(3);
  });

  test("not when Retry-After asks for longer than the whole request may take", async () => {
    const { applications } = await against([refuse(429, "rate_limited", "slow down", { "retry-after": "86400" })]);
    const error = await failureOf(applications.list());
    expect(error.message).toContain("Lower minivoice:requestsPerSecond, or try again later");
    expect(server.received).toHaveLength(1);
  });

  test.each([401, 403, 405, 409, 422])("not after %i, which the same request would meet again", async (status) => {
    const { applications } = await against([refuse(status, "some_code", "some message")]);
    expect(await failureOf(applications.list())).toMatchObject({ status, code: "some_code" });
    expect(server.received).toHaveLength(1);
  });
});

describe("a failure says what happened", () => {
  test("in the vendor's words, with code and message", async () => {
    const payload = await fixture("invalid-request.error.json");
    const { applications } = await against([answer(400, payload)]);
    const error = await failureOf(applications.create({ name: "Support", answer_url: "x" }));
    expect(error).toMatchObject({
      status: 400,
      code: "invalid_request",
      requestLine: "POST /v1/applications",
      outcomeUnknown: false,
    });
    expect(error.message).toBe(
      "MiniVoice refused POST /v1/applications with 400: answer_url must be a valid URL (invalid_request)",
    );
  });

  test("when the body is no JSON, or not as documented", async () => {
    const { applications } = await against([
      answer(200, "surprise"),
      answer(200, { data: [{ name: "no id" }] }),
      answer(200, []),
      answer(204),
    ]);
    expect((await failureOf(applications.list())).message).toContain("but the body is no JSON");
    for (const _body of ["no id", "no object", "nothing"])
      expect((await failureOf(applications.list())).message).toContain("not as documented");
  });

  test.each([
    [{ error: { code: "busy" } }, "no message (busy)"],
    [{ error: { message: "too busy" } }, "too busy (no code)"],
    [{ error: "busy" }, "no error code, so it is not the API's own answer"],
    ["busy", "no error code, so it is not the API's own answer"],
  ])("as far as the answer says it: %j", async (body, said) => {
    const { applications } = await against([answer(422, body)]);
    expect((await failureOf(applications.list())).message).toContain(`with 422: ${said}`);
  });

  test("without filling a page with it", async () => {
    const { applications } = await against([answer(422, "x".repeat(10_000))]);
    expect((await failureOf(applications.list())).body).toBe(`${"x".repeat(2_000)} …`);
  });

  test("when an answer is longer than any could be", async () => {
    const { applications } = await against([answer(200, " ".repeat(21 * 1024 * 1024))], {
      timeout: "20 seconds",
      totalTimeout: "1 minute",
      retries: 0,
    });
    expect((await failureOf(applications.list())).message).toMatch(/the answer is longer than \d+ bytes/);
  });

  test("when the answer to a create was lost, that the outcome is unknown", async () => {
    const { applications } = await against([reset]);
    expect(await failureOf(applications.create({ name: "Support" }))).toMatchObject({
      status: 0,
      code: "no_answer",
      outcomeUnknown: true,
    });
  });

  test.each<[string, Script[], boolean]>([
    ["a lost answer, then a refusal", [halfAnAnswer, refuse(403, "forbidden", "no")], true],
    ["a 500, then a 429 for a day", [answer(500), refuse(429, "limited", "no", { "retry-after": "86400" })], true],
    ["a lost answer, then a 404 of a proxy", [reset, answer(404, "no such page")], true],
    ["a lost answer, then 429 to the end", [silence, refuse(429, "limited", "no", { "retry-after": "0" })], true],
    ["a 429, then a refusal", [answer(429), refuse(403, "forbidden", "no")], false],
  ])("and whether any attempt of a write may have taken effect: %s", async (_name, scripts, outcomeUnknown) => {
    const { dids } = await against(scripts);
    const write = dids.update("did_123", { application_id: "app_123", route_mode: "webhook" });
    expect(await failureOf(write)).toMatchObject({ outcomeUnknown });
  });

  describe("when nothing could be sent, at once and without a doubt", () => {
    /** What a creation is refused with that talks to a host for the first time. */
    const refusedBy = async (baseUrl: string) => {
      client = new MiniVoiceClient({ apiKey, baseUrl, timeout: "5 seconds" });
      const error = await failureOf(client.applications.delete("app_1"));
      expect(error).toMatchObject({ code: "unreachable", outcomeUnknown: false });
      expect(error.message).not.toContain("tried");
      return error.message;
    };
    /** A port of this machine, until the test ends. */
    const listening = async (other: Server) => {
      other.listen(0, "127.0.0.1");
      await once(other, "listening");
      return (other.address() as AddressInfo).port;
    };

    test("because there is no such host", async () => {
      expect(await refusedBy("https://no-such-host.invalid")).toMatch(
        /the host name (is unknown|cannot be looked up) \(is (minivoice:baseUrl right|there a network)\?\)/,
      );
    });

    test("because the other side speaks no TLS, or shows no certificate", async () => {
      const plain = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      const bare = createTlsServer({}).on("tlsClientError", () => undefined);
      for (const other of [plain, bare]) {
        const port = await listening(other);
        expect(await refusedBy(`https://127.0.0.1:${port}`)).toMatch(/there is no secure connection \(ERR_SSL_\S+\)/);
        other.close();
      }
    });

    test("because nothing listens there", async () => {
      const other = createServer();
      const port = await listening(other);
      other.close();
      await once(other, "close");
      expect(await refusedBy(`http://127.0.0.1:${port}`)).toContain("nothing listens there");
    });
  });

  test("when a host that has answered is gone: that may pass, so it is tried again", async () => {
    const { applications } = await against([answer(200, { data: [] })]);
    await applications.list();
    await server.close();
    const error = await failureOf(applications.list());
    expect(error).toMatchObject({ code: "unreachable" });
    expect(error.message).toContain("(tried 3 times)");
  });

  test("without the key, even when the answer repeats it", async () => {
    const { applications } = await against([
      answer(
        500,
        `{"error":{"code":"x","message":"key ${apiKey} failed"},"api_key":"mv_test_another_key","webhook_secret":"hush"}`,
      ),
    ]);
    const error = await failureOf(applications.list());
    expect(`${error.message} ${error.body}`).not.toMatch(/mv_test|hush/);
    expect(error.body).toContain("[redacted]");
  });
});

describe("limits", () => {
  test("a client that only reads refuses everything but GET before it reaches a socket", async () => {
    const { applications, dids } = await against([answer(200, { data: [] })], { readOnly: true });
    for (const [requestLine, write] of [
      ["POST /v1/applications", () => applications.create({ name: "x" })],
      ["PATCH /v1/applications/app_1", () => applications.update("app_1", { name: "x" })],
      ["DELETE /v1/applications/app_1", () => applications.delete("app_1")],
      ["PATCH /v1/dids/did_1", () => dids.update("did_1", { application_id: null, route_mode: "reject" })],
    ] as const)
      expect(await failureOf(write())).toMatchObject({
        code: "read_only",
        requestLine,
        message: `${requestLine} was not sent: this client only reads`,
      });
    expect(server.received).toEqual([]);
    expect(await applications.list()).toEqual([]);
  });

  test("no more requests run at once than allowed, and all of them are answered", async () => {
    let running = 0;
    let most = 0;
    const { dids } = await against(
      [
        async (_request, response) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 10));
          running--;
          response.end(JSON.stringify(did));
        },
      ],
      { concurrency: 4, timeout: "5 seconds" },
    );
    await Promise.all(Array.from({ length: 40 }, () => dids.byNumber("+15551230001")));
    expect(server.received).toHaveLength(40);
    expect(most).toBe(4);
  });

  test("a time to wait that no request may take keeps none waiting", async () => {
    const list = answer(200, { data: [] });
    const client = await against([refuse(429, "limited", "no", { "retry-after": "86400" }), list], {
      totalTimeout: "10 minutes",
    });
    await failureOf(client.applications.list());
    expect(await client.applications.list()).toEqual([]);
  });

  test("a client that was stopped sends nothing any more, whatever was under way or waited for its turn", async () => {
    const stopped = await against([silence], { concurrency: 1 });
    const waiting = [failureOf(stopped.applications.list()), failureOf(stopped.applications.list())];
    stopped.stop("the engine is gone");
    const late = [failureOf(stopped.applications.list()), ...waiting];
    for (const error of await Promise.all(late)) expect(error).toMatchObject({ code: "stopped" });
    expect(await failureOf(stopped.applications.list())).toMatchObject({ code: "stopped" });
    expect(server.received.length).toBeLessThanOrEqual(1);
  });
});

test("a client that is stopped between two attempts makes no other", async () => {
  const stopped = await against([answer(503)], { retryPause: "1 minute", totalTimeout: "1 hour" });
  const waiting = failureOf(stopped.applications.list());
  while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await stopped.idle();
  stopped.stop("the engine is gone");
  expect(await waiting).toMatchObject({ code: "stopped" });
  expect(server.received).toHaveLength(1);
});

describe("options are refused before anything is sent", () => {
  test.each([
    [{ apiKey: "" }, "apiKey is missing: set the environment variable MINIVOICE_API_KEY"],
    [{ apiKey: "mv_test\nkey" }, "apiKey holds a space, a line break or another character"],
    [{ baseUrl: "minivoice" }, 'baseUrl "minivoice" is no URL'],
    [{ baseUrl: "http://api.example.com" }, "is not https: the API key is only sent over https, or to this machine"],
    [{ baseUrl: "https://me:secret@example.com" }, "baseUrl carries credentials"],
    [{ baseUrl: "https://me:secret@exa mple.com" }, 'baseUrl "https://exa mple.com" is no URL'],
    [{ baseUrl: "https://example.com?token=secret" }, 'baseUrl "https://example.com?…" has a query'],
    [{ baseUrl: "https://example.com/v1" }, "ends in /v1: leave it out"],
    [{ concurrency: 0 }, "concurrency is 0: expected a whole number above 0"],
    [{ requestsPerSecond: Number.NaN }, "requestsPerSecond is NaN"],
    [{ timeout: "5" as never }, 'timeout "5" is no time: expected a number with a unit, such as "15 seconds"'],
  ])("%j", (options, message) => {
    expect(() => new MiniVoiceClient({ apiKey, ...options })).toThrow(message);
  });
});
