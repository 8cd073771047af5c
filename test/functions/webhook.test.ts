import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import fc from "fast-check";
import { eventQueue } from "../../src/functions/event-queue.ts";
import { createWebhookHandler, type WebhookHandlerOptions } from "../../src/functions/webhook-handler.ts";
import type { SecretStore } from "../../src/functions/webhook-secrets.ts";
import { decodeQueuedEvent } from "../../src/webhooks/decode-queued-event.ts";
import { MAX_BODY_BYTES } from "../../src/webhooks/queued-event.ts";
import { secretParameter } from "../../src/webhooks/secret-parameter.ts";
import type { WebhookSecrets } from "../../src/webhooks/signature.ts";
import { delivery, recordedCounts, recordedLog, secret } from "./delivery.ts";
import { functionUrlEvent } from "./function-url-event.ts";
import { LocalServices, type Queue } from "./local-services.ts";

const fixture = readFileSync(new URL("../fixtures/minivoice/call-completed.webhook.json", import.meta.url), "utf8");
const now = new Date("2026-05-29T12:10:01Z");
const services = new LocalServices();
let queue: Queue;

beforeAll(() => services.start());
afterAll(() => services.stop());
beforeEach(async () => {
  queue = await services.queue();
});

const fixed = (secrets: WebhookSecrets): SecretStore => ({
  current: async () => secrets,
  newest: async () => secrets,
});

/** Delivers to a fresh handler; returns its answer and what it queued, counted and logged. */
async function deliver(request: LambdaFunctionURLEvent, options: Partial<WebhookHandlerOptions> & { at?: Date } = {}) {
  const { at = now, ...more } = options;
  const log = recordedLog();
  const { sums, count } = recordedCounts();
  const handler = createWebhookHandler({
    secrets: fixed({ current: secret }),
    enqueue: eventQueue(queue.url),
    maxAgeHours: 24,
    count,
    log,
    now: () => at,
    ...more,
  });
  const result = await handler(request);
  if (typeof result === "string") throw new Error("expected a structured result");
  return {
    status: result.statusCode,
    body: JSON.parse(result.body ?? ""),
    counts: sums,
    log: JSON.stringify(log.lines),
  };
}

const queued = async () => (await queue.receive()).map(({ Body = "" }) => decodeQueuedEvent(Body));

describe("the webhook function", () => {
  test("hands the vendor's own sample over to the queue", async () => {
    const answer = await deliver(delivery(fixture));
    expect(answer).toMatchObject({ status: 200, body: { outcome: "accepted" } });
    expect(answer.counts).toEqual({ WebhooksAccepted: 1, "app_123/WebhooksAccepted": 1 });
    expect(answer.log).toContain('"call_id":"call_123"');
    expect(await queued()).toEqual([
      expect.objectContaining({
        standing: "accepted",
        signedAt: "2026-05-29T12:10:00.000Z",
        receivedAt: now.toISOString(),
        event: expect.objectContaining({ event: "call.completed", callId: "call_123" }),
        body: { utf8: fixture },
      }),
    ]);
  });

  test("tells repeated deliveries apart, and does not look whether it has seen them: that is the worker's", async () => {
    for (const timestamp of ["1780056600", "1780056600000", "2026-05-29T14:10:00+02:00"])
      expect(await deliver(delivery(fixture, { timestamp }))).toMatchObject({ status: 200 });
    const events = await queued();
    expect(new Set(events.map(({ deliveryId }) => deliveryId)).size).toBe(3);
    expect(new Set(events.map(({ event }) => event.eventKey)).size).toBe(1);
  });

  test("verifies the raw body, in base64 too, byte for byte", async () => {
    const body = Buffer.from('{ "event":"call.created",\n"call":{"id":"call_ä"} }');
    expect(await deliver(delivery(body))).toMatchObject({ status: 200 });
    const tampered = delivery(body);
    tampered.body = Buffer.from(JSON.stringify(JSON.parse(body.toString()))).toString("base64");
    expect(await deliver(tampered)).toMatchObject({ status: 401, body: { error: { code: "signature_mismatch" } } });
  });

  test.each<[string, Parameters<typeof delivery>[1], string]>([
    ["by another secret", { key: "mv_test_another" }, "signature_mismatch"],
    ["without a signature", { headers: { "x-minivoice-signature": "" } }, "signature_missing"],
    ["with a malformed signature", { headers: { "x-minivoice-signature": "v1=0" } }, "signature_malformed"],
    ["at no time", { timestamp: "noon" }, "timestamp_malformed"],
    ["more than five minutes ahead", { timestamp: "2026-05-29T12:15:02Z" }, "timestamp_in_future"],
  ])("refuses what is signed %s, queues nothing and logs no secret", async (_how, how, code) => {
    const { status, body, log, counts } = await deliver(delivery(fixture, how));
    expect(status).toBe(401);
    expect(body).toEqual({ error: { code, message: expect.any(String) } });
    expect(counts).toEqual({ WebhooksRefused: 1 });
    expect(log).toContain(code);
    expect(log + JSON.stringify(body)).not.toContain("mv_test");
    expect(await queued()).toEqual([]);
  });

  test.each([
    ["2026-05-29T12:05:00Z", "late", { WebhooksAccepted: 1, WebhooksLate: 1 }],
    ["2026-05-28T12:10:02Z", "late", { WebhooksAccepted: 1, WebhooksLate: 1 }],
    ["2026-05-28T12:10:00Z", "quarantined", { WebhooksQuarantined: 1 }],
    ["1", "quarantined", { WebhooksQuarantined: 1 }],
  ])("accepts what was signed at %s as %s", async (timestamp, standing, counted) => {
    const answer = await deliver(delivery(fixture, { timestamp }));
    expect(answer).toMatchObject({ status: 200, body: { outcome: standing }, counts: counted });
    expect(await queued()).toMatchObject([{ standing }]);
  });

  test("accepts the previous secret as long as it is valid, which is looked at for each delivery", async () => {
    const validUntil = new Date("2026-05-29T12:10:01Z");
    const secrets = fixed({ current: "mv_test_new", previous: { value: secret, validUntil } });
    expect(await deliver(delivery(fixture), { secrets })).toMatchObject({ status: 200 });
    const at = new Date(validUntil.getTime() + 1);
    expect(await deliver(delivery(fixture), { secrets, at })).toMatchObject({ status: 401 });
  });

  test.each(["digits=1", "[]", "{}", "\u0000", Buffer.from([0xff])])(
    "keeps a signed body that is no event, because it would be delivered for ever otherwise: %j",
    async (body) => {
      expect(await deliver(delivery(body))).toMatchObject({ status: 200, body: { outcome: "accepted" } });
      expect(await queued()).toMatchObject([{ event: { event: "unreadable" } }]);
    },
  );

  test("accepts a body that is too large to be kept, keeps what it was about, and counts it", async () => {
    const body = JSON.stringify({ event: "call.completed", call: { id: "call_1" }, data: "x".repeat(MAX_BODY_BYTES) });
    const answer = await deliver(delivery(body));
    expect(answer).toMatchObject({ status: 200, body: { outcome: "accepted", truncated: true } });
    expect(answer.counts).toEqual({ WebhooksAccepted: 1, WebhooksTooLarge: 1 });
    expect(await queued()).toMatchObject([{ event: { callId: "call_1" }, body: { omitted: { bytes: body.length } } }]);
  });

  test("hands over the largest body that is kept, however much JSON makes of it", async () => {
    const body = `{"event":"call.completed","data":"${'\\"'.repeat(MAX_BODY_BYTES / 2 - 20)}"}`;
    expect((await deliver(delivery(body))).body).toEqual({ outcome: "accepted" });
    expect(await queued()).toMatchObject([{ body: { utf8: body } }]);
  });

  test("accepts probes and leaves them out of the metrics", async () => {
    const probe = '{"event":"minivoice.probe","call":{"id":"probe_1"}}';
    for (const timestamp of ["2026-05-29T12:10:00Z", "2026-05-29T11:10:00Z", "2026-05-20T12:10:00Z"])
      expect(await deliver(delivery(probe, { timestamp }))).toMatchObject({ status: 200, counts: {} });
    expect(await deliver(delivery(probe, { key: "mv_test_another" }))).toMatchObject({ status: 401 });
    expect(await queued()).toHaveLength(3);
  });

  test.each(["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"])("refuses %s", async (method) => {
    expect(await deliver(delivery(fixture, { method }))).toMatchObject({
      status: 405,
      body: { error: { code: "method_not_allowed" } },
    });
    expect(await queued()).toEqual([]);
  });

  test("answers 503 when the queue fails, so that MiniVoice delivers again, and the next attempt is queued", async () => {
    await queue.delete();
    const { status, body, log, counts } = await deliver(delivery(fixture));
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { code: "queue_unavailable" } });
    expect(log).toContain("QueueDoesNotExist");
    expect(counts).toEqual({ WebhooksUnavailable: 1 });
  });

  test("answers 503 while there is no secret to verify with, but refuses what has no signature at all", async () => {
    const down = async () => Promise.reject(new Error(`cannot read ${secret}`));
    const secrets = { current: down, newest: down };
    const { status, body, log, counts } = await deliver(delivery(fixture), { secrets });
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { code: "secrets_unavailable" } });
    expect(counts).toEqual({ WebhooksUnavailable: 1 });
    expect(log).not.toContain(secret);
    const unsigned = functionUrlEvent({ method: "POST", body: fixture });
    expect(await deliver(unsigned, { secrets })).toMatchObject({ status: 401 });
    expect(await queued()).toEqual([]);
  });
});

describe("the webhook function as it is deployed", () => {
  let handler: (event: LambdaFunctionURLEvent) => Promise<unknown>;
  let written: string[];
  let deployed: Queue;

  beforeAll(async () => {
    services.parameter = secretParameter({ current: secret });
    deployed = await services.queue();
    Object.assign(process.env, {
      WEBHOOK_SECRET_PARAMETER: "/voice/test/webhook",
      EVENTS_QUEUE_URL: deployed.url,
      VOICE_STACK: "test",
    });
    ({ handler } = await import("../../src/functions/webhook.ts"));
  });
  beforeEach(() => {
    written = [];
    const write = ((chunk: string | Uint8Array) => written.push(String(chunk)) > 0) as typeof process.stdout.write;
    jest.spyOn(process.stdout, "write").mockImplementation(write);
    jest.spyOn(process.stderr, "write").mockImplementation(write);
  });
  afterEach(() => void jest.restoreAllMocks());

  const ask = async (event: LambdaFunctionURLEvent) => {
    written = [];
    const { statusCode, body } = (await handler(event)) as { statusCode: number; body: string };
    const lines = written.join("").split("\n").slice(0, -1);
    return { statusCode, body: JSON.parse(body), lines: lines.map((line) => JSON.parse(line)), text: written.join("") };
  };
  const queuedBodies = async () => {
    const bodies: string[] = [];
    await deployed.workOff(async ({ Records }) => {
      bodies.push(...Records.map(({ body }) => body));
      return { batchItemFailures: [] };
    });
    return bodies;
  };

  test("writes one line with the call's ID and one metric that CloudWatch can read", async () => {
    const { statusCode, lines } = await ask(delivery(fixture, { timestamp: String(Date.now()) }));
    expect(statusCode).toBe(200);
    expect(lines).toEqual([
      expect.objectContaining({ level: "INFO", message: "accepted", call_id: "call_123", service: "webhook" }),
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: "MiniVoice/Voice",
              Dimensions: [["stack"], ["stack", "application"]],
              Metrics: [{ Name: "WebhooksAccepted", Unit: "Count" }],
            },
          ],
        },
        stack: "test",
        application: "app_123",
        WebhooksAccepted: 1,
      },
    ]);
    expect(await queuedBodies()).toHaveLength(1);
  });

  test("never crashes on what is not signed, queues none of it, and logs nothing that was sent", async () => {
    const values = fc.oneof(
      fc.string(),
      fc.constantFrom("1780056600", "2026-05-29T12:10:00Z", `v1=${"0".repeat(64)}`, '"}\n{"level":"FORGED"}\r\n'),
    );
    const headers = fc.dictionary(
      fc.constantFrom("x-minivoice-timestamp", "x-minivoice-signature", "content-type", "content-encoding"),
      values,
    );
    const bodies = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => `${text}FORGED`),
      fc.json().map((text) => `${text}\nFORGED`),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.nat(200_000).map((size) => "x".repeat(size)),
      fc.constant(fixture),
    );
    const method = fc.constantFrom("POST", "POST", "POST", "GET", "PUT", "CONNECT", "\n");
    const base64 = fc.option(fc.boolean());
    await fc.assert(
      fc.asyncProperty(method, headers, bodies, base64, async (verb, sent, body, isBase64Encoded) => {
        const event = functionUrlEvent({ method: verb, headers: sent, body });
        if (isBase64Encoded !== null) event.isBase64Encoded = isBase64Encoded;
        const { statusCode, body: answer, lines, text } = await ask(event);
        expect(statusCode).toBe(verb === "POST" ? 401 : 405);
        expect(answer).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
        expect(lines).toHaveLength(2);
        expect(lines[1]).toMatchObject({ WebhooksRefused: 1 });
        expect(text).not.toMatch(/FORGED|mv_test/);
      }),
      { numRuns: 500 },
    );
    expect(await queuedBodies()).toEqual([]);
  });

  test("accepts whatever is signed, each with one log line of its own and without what is in the body", async () => {
    const parts = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.constant('"}\n{"level":"FORGED"}'));
    const bodies = fc.oneof(
      fc.record({
        event: parts,
        call: fc.record({ id: parts, application_id: parts }),
        data: parts.map((x) => `${x}SENT`),
      }),
      fc.record({ event: fc.jsonValue(), created_at: fc.jsonValue(), call: fc.jsonValue() }),
    );
    const signed: string[] = [];
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { statusCode, lines, text } = await ask(
          delivery(JSON.stringify(body), { timestamp: String(Date.now()) }),
        );
        expect(statusCode).toBe(200);
        expect(lines.map(({ level, _aws }) => level ?? typeof _aws)).toEqual(["INFO", "object"]);
        expect(text).not.toMatch(/SENT|mv_test/);
        signed.push(JSON.stringify(body));
      }),
      { numRuns: 200 },
    );
    const kept = (await queuedBodies()).map((message) => decodeQueuedEvent(message).body);
    const texts = kept.map((body) =>
      "utf8" in body ? body.utf8 : "base64" in body ? Buffer.from(body.base64, "base64").toString() : "",
    );
    expect(texts.toSorted()).toEqual(signed.toSorted());
  });

  test.each([
    ["WEBHOOK_MAX_AGE_HOURS", "2161", "must not be longer than call records are kept"],
    ["WEBHOOK_MAX_AGE_HOURS", "a day", "must be a whole number of hours"],
    ["CALL_RECORDS_RETENTION_DAYS", "0", "must be a whole number of days"],
    ["EVENTS_QUEUE_URL", "", "EVENTS_QUEUE_URL is not set"],
  ])("does not start with %s=%j", async (name, value, problem) => {
    jest.resetModules();
    const before = process.env[name];
    process.env[name] = value;
    try {
      await expect(import("../../src/functions/webhook.ts")).rejects.toThrow(problem);
    } finally {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
  });
});
