import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { callEventOf } from "../../src/webhooks/call-event.ts";
import { callRecordOf } from "../../src/webhooks/call-record.ts";
import { decodeQueuedEvent } from "../../src/webhooks/decode-queued-event.ts";
import { encodeQueuedEvent, MAX_BODY_BYTES, queuedEvent } from "../../src/webhooks/queued-event.ts";

const fixture = readFileSync(new URL("../fixtures/minivoice/call-completed.webhook.json", import.meta.url));
const about = {
  deliveryId: "delivery-1",
  standing: "accepted" as const,
  signedAt: new Date("2026-05-29T12:10:01Z"),
  receivedAt: new Date("2026-05-29T12:10:02Z"),
};
const recordedAt = new Date("2026-05-29T12:10:03Z");
const through = (body: Buffer | string, change: Partial<typeof about> | object = {}) =>
  decodeQueuedEvent(encodeQueuedEvent(queuedEvent(Buffer.from(body), { ...about, ...change })));

/** What SQS and its stand-ins let through; anything else is refused, or replaced without a word. */
const LEGAL = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]*$/;

describe("a queued event", () => {
  test("of the vendor's own sample becomes a call record under its call ID", () => {
    const queued = through(fixture);
    expect(callRecordOf(queued, recordedAt, 90)).toEqual({
      callId: "call_123",
      eventKey: queued.event.eventKey,
      event: "call.completed",
      createdAt: "2026-05-29T12:10:00Z",
      standing: "accepted",
      signedAt: "2026-05-29T12:10:01.000Z",
      receivedAt: "2026-05-29T12:10:02.000Z",
      recordedAt: "2026-05-29T12:10:03.000Z",
      deliveryId: "delivery-1",
      body: fixture.toString(),
      expiresAt: Date.parse("2026-08-27T12:10:03Z") / 1000,
      applicationId: "app_123",
      customerId: "cust_123",
      status: "completed",
      direction: "inbound",
      from: "+15551230001",
      to: "+15551230002",
    });
  });

  test("lives as long as its signature could be replayed, even if that is from a clock ahead of ours", () => {
    const signedAt = new Date("2026-05-29T12:15:00Z");
    const { expiresAt } = callRecordOf(through(fixture, { signedAt }), recordedAt, 1);
    expect(expiresAt).toBe(Date.parse("2026-05-30T12:15:00Z") / 1000);
  });

  test("without a call and without a time is filed under no call, at the time of its signature", () => {
    const record = callRecordOf(through('{"event":"number.assigned"}'), recordedAt, 90);
    expect(record).toMatchObject({ callId: "-", createdAt: about.signedAt.toISOString() });
  });

  test("that is quarantined does not stand in the way of the same event with a fresh signature", () => {
    const [replayed, fresh] = ["quarantined", "accepted"].map((standing) =>
      callRecordOf(through(fixture, { standing }), recordedAt, 90),
    );
    expect(replayed?.eventKey).toBe(`quarantined#${fresh?.eventKey}`);
  });

  test("that is a probe is kept for a day only", () => {
    const probe = through('{"event":"minivoice.probe","call":{"id":"probe_1"}}');
    expect(callRecordOf(probe, recordedAt, 90).expiresAt).toBe(Date.parse("2026-05-30T12:10:03Z") / 1000);
  });

  test.each([
    ["no JSON", Buffer.from("digits=1")],
    ["no object", Buffer.from("[]")],
    ["no event", Buffer.from("{}")],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ["nothing", Buffer.alloc(0)],
  ])("of a signed body that is %s is kept as it came", (_, body) => {
    const record = callRecordOf(through(body), recordedAt, 90);
    expect(record).toMatchObject({ callId: "-", event: "unreadable", bodyEncoding: "base64" });
    expect(Buffer.from(record.body ?? "", "base64")).toEqual(body);
  });

  test("keeps of a body that is too large what the event is, how large, and its digest", () => {
    const call = { id: "call_1", from: "+15551230001" };
    const body = JSON.stringify({ event: "call.completed", call, variables: { x: "x".repeat(MAX_BODY_BYTES) } });
    const record = callRecordOf(through(body), recordedAt, 90);
    expect(record).toMatchObject({ callId: "call_1", event: "call.completed", from: "+15551230001" });
    expect(record).toMatchObject({ bodyBytes: body.length, bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(record).not.toHaveProperty("body");
    expect(callEventOf(through(body))).toMatchObject({ truncated: true, variables: {}, data: {} });
  });

  test("always fits into a message of SQS, and its record into an item of DynamoDB, whatever was signed", () => {
    const full = (body: string) => Buffer.from(body.repeat(Math.floor(MAX_BODY_BYTES / Buffer.byteLength(body))));
    const worst = [
      Buffer.from(`{"event":"e","call":{"id":"${"\\u0001".repeat(150)}"},"x":"${'\\"'.repeat(169_000)}"}`),
      Buffer.from(`{"event":"e"${"\n".repeat(339_980)}}`),
      Buffer.from(`{"event":"e","x":"${"\uffff".repeat(113_000)}"}`),
      Buffer.from(`{"event":"e","x":"${"📞".repeat(84_900)}"}`),
      full("\u0000"),
      full("\uffff"),
      full('"'),
    ];
    for (const body of worst) {
      const queued = queuedEvent(body, about);
      const message = encodeQueuedEvent(queued);
      const item = JSON.stringify(callRecordOf(queued, recordedAt, 90));
      expect(Buffer.byteLength(message)).toBeLessThan(1_048_576);
      const stored = Object.values(JSON.parse(item)).reduce(
        (sum: number, value) => sum + Buffer.byteLength(`${value}`),
        0,
      );
      expect(stored + 1_000).toBeLessThan(400 * 1024);
    }
  });

  test("survives the queue unchanged, with characters only that SQS lets through", () => {
    const bodies = fc.oneof(
      fc
        .string({ unit: "binary" })
        .map((text) => Buffer.from(JSON.stringify({ event: "call.created", data: { text } }))),
      fc
        .string({ unit: "binary" })
        .map((text) => Buffer.from(`{"event":"x","data":"${text.replace(/["\\\n]/g, "")}"}`)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const queued = queuedEvent(body, about);
        const message = encodeQueuedEvent(queued);
        expect(message).toMatch(LEGAL);
        expect(decodeQueuedEvent(message)).toEqual(queued);
        const { body: kept } = queued;
        expect(
          "utf8" in kept ? Buffer.from(kept.utf8) : Buffer.from("base64" in kept ? kept.base64 : "", "base64"),
        ).toEqual(body);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["no JSON at all", "hello +15551230001", "the queue message is no JSON"],
    ["another version", '{"version":2}', "version"],
    ["a body in no form", JSON.stringify({ ...through(fixture), body: { text: "+15551230001" } }), "body"],
  ])("is refused by the worker if it is %s, naming the fields and none of their values", (_, text, problem) => {
    expect(() => decodeQueuedEvent(text)).toThrow(problem);
    expect(() => decodeQueuedEvent(text)).not.toThrow(/15551230001/);
  });
});

describe("what a hook sees of an event", () => {
  test("is what the body says, with documented fields in their documented form only", () => {
    const data = { digits: "1", timed_out: "no", min_digits: 1, event_key: "call_1:call.gathered:1" };
    const event = callEventOf(through(JSON.stringify({ event: "call.gathered", call: { id: "call_1" }, data })));
    expect(event).toEqual({
      event: "call.gathered",
      createdAt: about.signedAt.toISOString(),
      callId: "call_1",
      call: {},
      variables: {},
      data: { digits: "1", min_digits: 1, event_key: "call_1:call.gathered:1" },
      late: false,
      truncated: false,
    });
  });
});
