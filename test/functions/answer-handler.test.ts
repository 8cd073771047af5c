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
  request: Parameters<typeof functionUrlEvent>[0] | LambdaFunctionURLEvent | null | undefined,
  options: { publicBaseUrl?: string } = {},
) {
  const lines: string[] = [];
  const handler = createAnswerHandler(answers, { stack: "test", ...options, log: (line) => lines.push(line) });
  const isRequest = typeof request === "object" && request !== null && ("path" in request || "method" in request);
  const event = isRequest ? functionUrlEvent(request) : (request as LambdaFunctionURLEvent);
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
    expect(actions.slice(2)).toEqual([{ type: "redirect", url: `${HOST}/answer/support/menu.1`, max_redirects: 20 }]);
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
    expect(first.actions.at(-1)).toMatchObject({ type: "redirect", url: `${HOST}/answer/support/menu.2` });
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

  const apology = [{ type: "say", text: expect.stringContaining("try again later") }];

  test.each(["/answer/nobody", "/answer/constructor", "/answer/__proto__/menu.1", "/prod/answer/nobody"])(
    "answers %s, where no application is, with an apology instead of silence, and counts it",
    async (path) => {
      const { statusCode, actions, line } = await ask({ path });
      expect(statusCode).toBe(200);
      expect(actions).toEqual(apology);
      expect(line).toMatchObject({ level: "WARN", outcome: "unknown_application", Answers: 1, FallbackAnswers: 1 });
    },
  );

  test.each(["/", "/answer", "/answer/", "/favicon.ico", "/.env", "/support", "/answer/support/menu.1/x", "//answer"])(
    "answers %s, which is no answer URL, with an apology that counts in no metric: scanners try every public URL",
    async (path) => {
      for (const request of [{ path }, { method: "POST", path, body: '{"call_id":"call_1","digits":"1"}' }]) {
        const { statusCode, actions, line } = await ask(request);
        expect(statusCode).toBe(200);
        expect(actions).toEqual(apology);
        expect(line).toMatchObject({ level: "INFO", outcome: "no_answer_url", stack: "test" });
        for (const metric of ["_aws", "Answers", "FallbackAnswers"]) expect(line).not.toHaveProperty(metric);
      }
    },
  );

  test.each(["PUT", "PATCH", "DELETE", "OPTIONS", "get", "X"])(
    "answers %s like GET and POST: a caller may be behind it, and nothing here changes anything",
    async (method) => {
      const request = { path: "/answer/support/menu.1", body: '{"digits":"1"}' };
      const { statusCode, body, line } = await ask({ ...request, method });
      expect({ statusCode, body }).toEqual({ statusCode: 200, body: (await ask(request)).body });
      expect(line).toMatchObject({ outcome: "key", FallbackAnswers: 0 });
    },
  );

  test("answers HEAD as it would answer GET, without the body", async () => {
    const lines: string[] = [];
    const handler = createAnswerHandler(answers, { log: (line) => lines.push(line) });
    const result = await handler(functionUrlEvent({ method: "HEAD", path: "/answer/support" }));
    expect(result).toMatchObject({ statusCode: 200, headers: { "content-type": "application/json" }, body: "" });
    expect(JSON.parse(lines.join())).toMatchObject({ outcome: "start" });
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

  test("takes only the host and path of the public base URL", async () => {
    const options = { publicBaseUrl: "https://voice.example.com/prod?x=1#y" };
    const { actions } = await ask({ path: "/answer/support" }, options);
    expect(actions.at(-1)).toMatchObject({ url: "https://voice.example.com/prod/answer/support/menu.1" });
  });

  test("counts every answer, and every one that is no more than a fallback, in the line that it logs", async () => {
    const start = (await ask({ path: "/answer/support?call_id=call_1" })).line;
    expect(start).toMatchObject({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: "MiniVoice/Voice",
            Dimensions: [["stack"], ["stack", "application"]],
            Metrics: [
              { Name: "Answers", Unit: "Count" },
              { Name: "FallbackAnswers", Unit: "Count" },
            ],
          },
        ],
      },
      stack: "test",
      application: "support",
      Answers: 1,
      FallbackAnswers: 0,
      level: "INFO",
      call_id: "call_1",
      digest: answers.flows.receptionist?.digest,
    });
    expect((await ask({ path: "/answer/support/menu.99" })).line).toMatchObject({ Answers: 1, FallbackAnswers: 1 });
    const unknown = (await ask({ path: "/answer/nobody" })).line;
    expect(unknown).toMatchObject({ Answers: 1, FallbackAnswers: 1 });
    expect(unknown._aws.CloudWatchMetrics[0].Dimensions).toEqual([["stack"]]);
    expect(unknown).not.toHaveProperty("application");
  });

  test("does not count a probe, and answers it like any other request", async () => {
    const [probe, call] = [
      await ask({ path: "/answer/support?call_id=probe_1" }),
      await ask({ path: "/answer/support" }),
    ];
    expect(probe.body).toEqual(call.body);
    expect(probe.line).toMatchObject({ outcome: "start", application: "support", call_id: "probe_1" });
    expect(Object.keys(probe.line)).not.toEqual(expect.arrayContaining(["_aws"]));
    expect(Object.keys(probe.line)).not.toEqual(expect.arrayContaining(["Answers"]));
  });

  test("takes a body of more than 64 KiB for nothing said", async () => {
    const body = `${" ".repeat(64 * 1024)}digits=1`;
    const { line, checked } = await ask({ method: "POST", path: "/answer/support/menu.1", body });
    expect(checked.ok).toBe(true);
    expect(line).toMatchObject({ outcome: "silence" });
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

  const applications = fc.constantFrom("support", "sales", "reminders", "nobody", "%00", "__proto__");
  const choices = fc.oneof(fc.constantFrom("menu.1", "main.1.0", "customers.3.3", "question.2"), fc.string());
  const paths = fc.oneof(
    fc.string().map((path) => `/${path}`),
    fc.tuple(applications, choices).map(([key, choice]) => `/answer/${key}/${choice}`),
  );
  const digits = fc.oneof(fc.string(), fc.stringMatching(/^[0-9*#A-D]{0,4}$/));
  const forged = fc.constantFrom(
    '"}\n{"level":"FORGED"}',
    "FORGED\r\nFORGED",
    "FORGED\u2028FORGED",
    "\u001b[31mFORGED",
  );
  const named = fc
    .tuple(fc.constantFrom("digits", "Digits", "dtmf", "call_id", "id", "data", "call"), fc.oneof(digits, forged))
    .map(([name, value]): Record<string, unknown> => ({ [name]: value, data: { [name]: value } }));
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    forged,
    named.map((fields) => JSON.stringify(fields)),
    named.map((fields) => new URLSearchParams(fields as Record<string, string>).toString()),
    fc.string({ minLength: 60_000, maxLength: 70_000 }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const requests = fc
    .record(
      {
        method: fc.oneof(fc.constantFrom("GET", "POST"), fc.constantFrom("PUT", "TRACE", "", "FORGED")),
        path: paths,
        query: fc.oneof(fc.string(), digits, forged),
        body: bodies,
        headers: fc.dictionary(fc.constantFrom("content-type", "host", "FORGED"), fc.oneof(forged, fc.string())),
        domainName: fc.oneof(fc.constantFrom("abc.on.aws", "127.0.0.1:4321", ""), forged),
      },
      { requiredKeys: ["path"] },
    )
    .map(({ query, path, ...request }) =>
      functionUrlEvent({ ...request, path: query === undefined ? path : `${path}?digits=${query}` }),
    );
  /** What no function URL sends: parts are missing, or are something else. */
  const broken = fc
    .tuple(
      requests,
      fc.constantFrom("requestContext", "rawPath", "rawQueryString", "body", "headers", "isBase64Encoded", "version"),
      fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.constant({ toString: 1 })),
    )
    .map(([event, part, value]) => ({ ...event, [part]: value }) as LambdaFunctionURLEvent);
  const nothing = fc.constantFrom(...([undefined, null, {}, "", 1, []] as unknown as LambdaFunctionURLEvent[]));

  test("answers anything at all with 200, a valid action list and one line without what was sent", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 8, arbitrary: requests }, { weight: 3, arbitrary: broken }, nothing),
        async (event) => {
          const { statusCode, checked, actions, lines } = await ask(event);
          expect(statusCode).toBe(200);
          expect(checked).toMatchObject({ ok: true });
          expect(actions.length).toBeGreaterThan(0);
          expect(lines).toHaveLength(1);
          expect(lines.join()).not.toMatch(/FORGED|[\p{Cc}\p{Zl}\p{Zp}]/u);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
