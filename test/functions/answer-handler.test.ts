import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import fc from "fast-check";
import { type Action, checkActionList } from "../../src/call-flow/action-schema.ts";
import { compileAnswers } from "../../src/call-flow/compile.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { createAnswerHandler } from "../../src/functions/answer-handler.ts";
import { functionUrlEvent } from "./function-url-event.ts";

const answers = compileAnswers(
  { support: "receptionist", sales: "salesMenu", reminders: "appointmentReminder" },
  flowsFor("test"),
);
const HOST = "https://abc123.lambda-url.eu-central-1.on.aws";

/** Asks a fresh handler as MiniVoice would, and returns what a caller is in for, with the line that was logged. */
async function ask(
  request: Parameters<typeof functionUrlEvent>[0] | LambdaFunctionURLEvent,
  options: { publicBaseUrl?: string } = {},
) {
  const lines: string[] = [];
  const handler = createAnswerHandler(answers, { ...options, log: (line) => lines.push(line) });
  const event = "version" in request ? request : functionUrlEvent(request);
  const result = await handler(event);
  if (typeof result === "string") throw new Error("expected a structured result");
  const body: unknown = JSON.parse(result.body ?? "");
  const checked = checkActionList(body);
  const actions: Action[] = checked.ok ? checked.actions : [];
  const line = lines[0] === undefined ? undefined : JSON.parse(lines[0]);
  return { ...result, body, checked, actions, lines, line };
}

const transfersTo = (destination: string) => expect.objectContaining({ type: "transfer", destination });

describe("the answer function", () => {
  test("begins the receptionist's first answer with the vendor's own sample, and a redirect follows", async () => {
    const sample = JSON.parse(
      readFileSync(new URL("../fixtures/minivoice/answer-url.response.json", import.meta.url), "utf8"),
    );
    const { body, statusCode, headers } = await ask({ path: "/answer/support" });
    const { actions } = body as { actions: unknown[] };
    expect(actions.slice(0, 2)).toEqual(sample.actions);
    expect(actions.slice(2)).toEqual([{ type: "redirect", url: `${HOST}/answer/support/menu.1` }]);
    expect(statusCode).toBe(200);
    expect(headers?.["content-type"]).toBe("application/json");
  });

  test("serves every application of the environment by its path", async () => {
    expect((await ask({ path: "/answer/sales" })).actions[0]).toEqual({ type: "say", text: "Welcome to sales." });
    expect((await ask({ path: "/answer/reminders/" })).line).toMatchObject({ flow: "appointmentReminder" });
    expect((await ask({ path: "/prod/answer/support" })).line).toMatchObject({ application: "support" });
  });

  test("takes the normal path: the right key is answered with the transfer itself", async () => {
    const { actions, line } = await ask({ path: "/answer/support/menu.1?digits=1" });
    expect(actions).toEqual([
      { type: "say", text: "Connecting you to support." },
      { type: "transfer", destination: "sip:support@test.example.com" },
    ]);
    expect(line).toMatchObject({ outcome: "key", choice: "menu.1", page: "support" });
  });

  test("takes the path of wrong keys: asks once more, then gives the call to a person", async () => {
    const first = await ask({ path: "/answer/support/menu.1?digits=7" });
    expect(first.actions.map(({ type }) => type)).toEqual(["say", "gather", "redirect"]);
    expect(first.actions.at(-1)).toEqual({ type: "redirect", url: `${HOST}/answer/support/menu.2` });
    const second = await ask({ path: "/answer/support/menu.2?digits=7" });
    expect(second.actions.at(-1)).toEqual(transfersTo("+15550100101"));
    expect(second.line).toMatchObject({ level: "INFO", outcome: "wrong" });
  });

  test("takes the path of silence, also when the digits never reach us", async () => {
    for (const path of ["/answer/support/menu.1", "/answer/support/menu.1?digits=", "/answer/support/menu.1?to=x"]) {
      const { actions, line } = await ask({ path });
      expect(actions.at(-1)).toEqual(transfersTo("+15550100101"));
      expect(line).toMatchObject({ outcome: "silence" });
    }
  });

  const form = { "content-type": "application/x-www-form-urlencoded" };
  test.each<[string, Parameters<typeof functionUrlEvent>[0]]>([
    ["the query", { path: "/answer/support/menu.1?call_id=call_1&digits=1" }],
    ["a query in another spelling", { path: "/answer/support/menu.1?Digits=1&CallId=call_1" }],
    ["a query with other names", { path: "/answer/support/menu.1?dtmf=1&id=call_1" }],
    ["a form", { method: "POST", headers: form, body: "call_id=call_1&digits=1" }],
    ["a form in base64", { method: "POST", headers: form, body: Buffer.from("digits=1&call_id=call_1") }],
    ["JSON", { method: "POST", body: '{"call_id":"call_1","digits":"1"}' }],
    ["JSON with a number", { method: "POST", body: '{"call_id":"call_1","digits":1}' }],
    ["JSON in base64", { method: "POST", body: Buffer.from('{"call_id":"call_1","digits":"1"}') }],
    ["JSON in the shape of a webhook", { method: "POST", body: '{"call":{"id":"call_1"},"data":{"digits":"1"}}' }],
    ["the body of a GET", { method: "GET", body: '{"call_id":"call_1","digits":"1"}' }],
    [
      "a body behind an empty query",
      { method: "POST", path: "/answer/support/menu.1?digits=&call_id=call_1", body: "digits=1" },
    ],
  ])("reads digits and call ID from %s", async (_where, request) => {
    const { line } = await ask({ path: "/answer/support/menu.1", ...request });
    expect(line).toMatchObject({ outcome: "key", page: "support", call_id: "call_1" });
  });

  test.each(["%5B%5D", "999999999999", "1%00", "constructor", "__proto__", "1%0A2", "%23"])(
    "treats the digits %s as a wrong key",
    async (digits) => {
      const { line, checked } = await ask({ path: `/answer/support/menu.1?digits=${digits}` });
      expect(checked.ok).toBe(true);
      expect(line).toMatchObject({ outcome: "wrong" });
    },
  );

  test.each(["/answer/support/menu.99", "/answer/support/constructor", "/answer/support/__proto__?digits=1"])(
    "answers the unknown choice %s with the flow's fallback",
    async (path) => {
      const { actions, line } = await ask({ path });
      expect(actions.at(-1)).toEqual(transfersTo("+15550100101"));
      expect(line).toMatchObject({ level: "WARN", outcome: "unknown_choice", application: "support" });
    },
  );

  test.each(["/", "/answer", "/answer/nobody", "/answer/constructor", "/answer/__proto__/menu.1", "/favicon.ico"])(
    "answers %s, where no application is, with an apology instead of silence",
    async (path) => {
      const { statusCode, actions, line } = await ask({ path });
      expect(statusCode).toBe(200);
      expect(actions).toEqual([{ type: "say", text: expect.stringContaining("try again later") }]);
      expect(line).toMatchObject({ level: "WARN", outcome: "unknown_application" });
    },
  );

  test.each(["PUT", "DELETE", "HEAD", "OPTIONS"])("refuses %s and says what it takes", async (method) => {
    const { statusCode, headers, body } = await ask({ method, path: "/answer/support" });
    expect(statusCode).toBe(405);
    expect(headers?.allow).toBe("GET, POST");
    expect(body).toEqual({ error: { code: "method_not_allowed", message: "only GET and POST are answered" } });
  });

  test("sends redirects to its own domain, http only on loopback, and never to what a header says", async () => {
    const redirect = async (domainName: string, headers = {}) =>
      (await ask({ path: "/answer/support", domainName, headers })).actions.at(-1);
    const headers = { host: "evil.example.com", "x-forwarded-host": "evil.example.com", "x-forwarded-proto": "http" };
    expect(await redirect("abc.on.aws", headers)).toMatchObject({ url: "https://abc.on.aws/answer/support/menu.1" });
    expect(await redirect("127.0.0.1:4321")).toMatchObject({ url: "http://127.0.0.1:4321/answer/support/menu.1" });
    expect(await redirect("127.example.com")).toMatchObject({ url: "https://127.example.com/answer/support/menu.1" });
  });

  test("sends redirects to the public base URL where one is set", async () => {
    const options = { publicBaseUrl: "https://voice.example.com/prod/" };
    const { actions } = await ask({ path: "/answer/support" }, options);
    expect(actions.at(-1)).toMatchObject({ url: "https://voice.example.com/prod/answer/support/menu.1" });
  });

  test("falls back when it cannot tell its own address", async () => {
    for (const domainName of ["", 'x"},{"say":1}', "a b"]) {
      const { actions, line } = await ask({ path: "/answer/support", domainName });
      expect(actions.at(-1)).toEqual(transfersTo("+15550100101"));
      expect(line).toMatchObject({ outcome: "no_base_url" });
    }
  });

  test("gives the same answer to the same request, and logs one line without anything that a caller sent", async () => {
    const request = {
      method: "POST",
      path: "/answer/support/menu.1?from=%2B15551230001",
      body: '{"digits":"4711","from":"+15551230001","call_id":"call_1\\n{\\"level\\":\\"FORGED\\"}"}',
    };
    const [one, two] = [await ask(request), await ask(request)];
    expect(one.body).toEqual(two.body);
    expect(one.lines).toHaveLength(1);
    expect(one.lines.join()).not.toMatch(/4711|15551230001|FORGED|\n/);
    expect(one.line).toMatchObject({ message: "answered", application: "support", flow: "receptionist" });
  });

  test("answers anything at all with 200 and a valid action list", async () => {
    const keys = fc.constantFrom("support", "sales", "reminders", "nobody", "%00", "__proto__");
    const choices = fc.oneof(fc.constantFrom("menu.1", "main.1.0", "customers.3.3", "question.2"), fc.string());
    const paths = fc.oneof(
      fc.string().map((path) => `/${path}`),
      fc.tuple(keys, choices).map(([key, choice]) => `/answer/${key}/${choice}`),
    );
    const digits = fc.oneof(fc.string(), fc.stringMatching(/^[0-9*#A-D]{0,4}$/));
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      digits.map((value) => JSON.stringify({ digits: value })),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    const requests = fc.record(
      { method: fc.constantFrom("GET", "POST"), path: paths, query: fc.oneof(fc.string(), digits), body: bodies },
      { requiredKeys: ["path"] },
    );
    await fc.assert(
      fc.asyncProperty(requests, async ({ query, path, ...request }) => {
        const { statusCode, checked, actions, lines } = await ask({
          ...request,
          path: query === undefined ? path : `${path}?digits=${query}`,
        });
        expect(statusCode).toBe(200);
        expect(checked).toMatchObject({ ok: true });
        expect(actions.length).toBeGreaterThan(0);
        expect(lines).toHaveLength(1);
      }),
      { numRuns: 1_000 },
    );
  });
});
