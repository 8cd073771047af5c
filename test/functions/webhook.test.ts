import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import dynalite from "dynalite";
import fc from "fast-check";
import { callRecords, type RecordCall } from "../../src/functions/call-records.ts";
import { createWebhookHandler } from "../../src/functions/webhook-handler.ts";
import { signWebhook } from "../../src/webhooks/signature.ts";
import { functionUrlEvent } from "./function-url-event.ts";

/** A table of its own for each test: a deleted one is gone only after a while, and its name with it. */
let table: string;
const secret = "mv_test_not_a_real_secret";
const fixture = readFileSync(new URL("../fixtures/minivoice/call-completed.webhook.json", import.meta.url), "utf8");
const now = new Date("2026-05-29T12:10:01Z");

const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
let database: DynamoDBClient;
let record: RecordCall;
const environment = { ...process.env };

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  database = new DynamoDBClient({});
});

beforeEach(async () => {
  table = `call-records-${randomUUID()}`;
  record = callRecords(table);
  await database.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "callId", AttributeType: "S" },
        { AttributeName: "eventKey", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "callId", KeyType: "HASH" },
        { AttributeName: "eventKey", KeyType: "RANGE" },
      ],
    }),
  );
});

afterAll(async () => {
  database.destroy();
  process.env = environment;
  await new Promise((resolve) => server.close(resolve));
});

const stored = async () => (await database.send(new ScanCommand({ TableName: table }))).Items ?? [];

/** A delivery as MiniVoice sends it. */
function delivery(
  body: string | Buffer,
  { timestamp = "1780056600", key = secret, method = "POST", headers = {} } = {},
) {
  const signed = {
    "content-type": "application/json",
    "x-minivoice-timestamp": timestamp,
    "x-minivoice-signature": signWebhook(key, timestamp, body),
  };
  return functionUrlEvent({ method, path: "/", headers: { ...signed, ...headers }, body });
}

/** Delivers to a fresh handler and returns its answer and everything that it logged. */
async function deliver(request: ReturnType<typeof delivery>, options: { record?: RecordCall; at?: Date } = {}) {
  const logged: unknown[] = [];
  const write = (...line: unknown[]) => void logged.push(line);
  const handler = createWebhookHandler({
    secrets: { current: secret },
    record: options.record ?? record,
    retentionDays: 90,
    log: { info: write, warn: write, error: write },
    now: () => options.at ?? now,
  });
  const result = await handler(request);
  if (typeof result === "string") throw new Error("expected a structured result");
  return { status: result.statusCode, body: JSON.parse(result.body ?? ""), log: JSON.stringify(logged) };
}

describe("the webhook function", () => {
  test("records the vendor's own sample under its call ID", async () => {
    expect(await deliver(delivery(fixture))).toMatchObject({ status: 200, body: { outcome: "recorded" } });
    const { Items } = await database.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "callId = :id",
        ExpressionAttributeValues: { ":id": { S: "call_123" } },
      }),
    );
    expect(Items).toEqual([
      expect.objectContaining({
        event: { S: "call.completed" },
        createdAt: { S: "2026-05-29T12:10:00Z" },
        body: { S: fixture },
        expiresAt: { N: String(Date.parse("2026-08-27T12:10:01Z") / 1000) },
      }),
    ]);
  });

  test("accepts a repeated delivery and keeps it once, as it was first", async () => {
    await deliver(delivery(fixture));
    const again = await deliver(delivery(fixture, { timestamp: "2026-05-29T12:10:00Z" }), {
      at: new Date("2026-05-29T13:00:00Z"),
    });
    expect(again).toMatchObject({ status: 200, body: { outcome: "duplicate" } });
    expect(await stored()).toEqual([expect.objectContaining({ receivedAt: { S: now.toISOString() } })]);
  });

  test("keeps every event of a call, known or not, each once, however they are repeated and reordered", async () => {
    const bodies = ["call.created", "call.gathered", "call.gathered", "call.transcribed"].map((event, index) =>
      JSON.stringify({ event, created_at: `2026-05-29T12:10:0${index}Z`, call: { id: "call_1" }, data: {} }),
    );
    const deliveries = [...bodies, ...bodies.toReversed(), ...bodies].map((body) => deliver(delivery(body)));
    expect((await Promise.all(deliveries)).map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(await stored()).toHaveLength(4);
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
    ["more than a day ago", { timestamp: "2026-05-28T12:10:00Z" }, "timestamp_too_old"],
    ["more than five minutes ahead", { timestamp: "2026-05-29T12:15:02Z" }, "timestamp_in_future"],
  ])("refuses what is signed %s, records nothing and logs no secret", async (_how, how, code) => {
    const { status, body, log } = await deliver(delivery(fixture, how));
    expect(status).toBe(401);
    expect(body).toEqual({ error: { code, message: expect.any(String) } });
    expect(log).toContain(code);
    expect(log + JSON.stringify(body)).not.toContain("mv_test");
    expect(await stored()).toEqual([]);
  });

  test("accepts a retry that still carries the timestamp of an almost day-old first attempt", async () => {
    expect(await deliver(delivery(fixture, { timestamp: "2026-05-28T12:10:02Z" }))).toMatchObject({ status: 200 });
  });

  test("says what is wrong with a signed body that is no event", async () => {
    expect(await deliver(delivery("digits=1"))).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_event", message: "the body must be JSON" } },
    });
    expect(await deliver(delivery(`{"event":"${"x".repeat(350_000)}"}`))).toMatchObject({ status: 413 });
    expect(await stored()).toEqual([]);
  });

  test("refuses anything but POST", async () => {
    expect(await deliver(delivery(fixture, { method: "GET" }))).toMatchObject({
      status: 405,
      body: { error: { code: "method_not_allowed" } },
    });
  });

  test("answers 503 when the store fails, so that MiniVoice delivers again, and the next attempt is recorded", async () => {
    await database.send(new DeleteTableCommand({ TableName: table }));
    const { status, body, log } = await deliver(delivery(fixture));
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: { code: "store_unavailable" } });
    expect(log).toContain("ResourceNotFoundException");
  });

  test("never crashes on what is not signed, and records none of it", async () => {
    const headers = fc.dictionary(
      fc.constantFrom("x-minivoice-timestamp", "x-minivoice-signature", "content-type"),
      fc.oneof(fc.string(), fc.constant("1780056600"), fc.constant(`v1=${"0".repeat(64)}`)),
    );
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(headers, bodies, async (sent, body) => {
        const { status, body: answer } = await deliver(functionUrlEvent({ method: "POST", headers: sent, body }));
        expect(status).toBe(401);
        expect(answer).toMatchObject({ error: { code: expect.any(String) } });
      }),
      { numRuns: 300 },
    );
    expect(await stored()).toEqual([]);
  });

  test("takes its secrets, its table and its retention from the environment", async () => {
    Object.assign(process.env, {
      POWERTOOLS_LOG_LEVEL: "SILENT",
      WEBHOOK_SECRET: "mv_test_the_new_one",
      WEBHOOK_SECRET_PREVIOUS: secret,
      WEBHOOK_SECRET_PREVIOUS_VALID_UNTIL: "2999-01-01T00:00:00Z",
      CALL_RECORDS_TABLE: table,
      CALL_RECORDS_RETENTION_DAYS: "30",
    });
    const { handler } = await import("../../src/functions/webhook.ts");
    const timestamp = new Date().toISOString();
    expect(await handler(delivery(fixture, { timestamp }))).toMatchObject({ statusCode: 200 });
    expect(await handler(delivery(fixture, { timestamp, key: "mv_test_the_new_one" }))).toMatchObject({
      statusCode: 200,
      body: '{"outcome":"duplicate"}',
    });
    const [item] = await stored();
    const days = (Number(item?.expiresAt?.N) - Date.parse(item?.receivedAt?.S ?? "") / 1000) / 86_400;
    expect(Math.round(days)).toBe(30);
  });
});
