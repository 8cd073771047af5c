import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { callRecordOf, NO_CALL } from "../../src/webhooks/call-record.ts";
import { eventKeyOf, parseEvent, type WebhookEvent } from "../../src/webhooks/event.ts";

const fixture = readFileSync(new URL("../fixtures/minivoice/call-completed.webhook.json", import.meta.url), "utf8");

function parsed(body: string): WebhookEvent {
  const event = parseEvent(body);
  if ("problem" in event) throw new Error(event.problem);
  return event;
}

const about = {
  signedAt: new Date("2026-05-29T12:10:01Z"),
  receivedAt: new Date("2026-05-29T12:10:02Z"),
  retentionDays: 90,
};

describe("a webhook event", () => {
  test("of the vendor's own sample becomes a call record under its call ID", () => {
    const event = parsed(fixture);
    expect(callRecordOf(event, fixture, about)).toEqual({
      callId: "call_123",
      eventKey: eventKeyOf(event, fixture),
      event: "call.completed",
      createdAt: "2026-05-29T12:10:00Z",
      receivedAt: "2026-05-29T12:10:02.000Z",
      body: fixture,
      expiresAt: Date.parse("2026-08-27T12:10:02Z") / 1000,
      applicationId: "app_123",
      customerId: "cust_123",
      status: "completed",
      direction: "inbound",
      from: "+15551230001",
      to: "+15551230002",
    });
  });

  test("with a name nobody knows yet, without a call and without a time is kept all the same", () => {
    const body = '{"event":"number.assigned","call":null,"data":{"number":"+15551230001"}}';
    expect(callRecordOf(parsed(body), body, about)).toMatchObject({
      callId: NO_CALL,
      event: "number.assigned",
      createdAt: about.signedAt.toISOString(),
    });
  });

  test("has the vendor's key where there is one", () => {
    const body = '{"event":"call.created","call":{"id":"call_123"},"data":{"event_key":"call_123:call.created"}}';
    expect(eventKeyOf(parsed(body), body)).toBe("call_123:call.created");
  });

  test("has a key of its own else, so that the second gather of a call is not taken for the first", () => {
    const gathered = (digits: string, created_at = "2026-05-29T12:10:00Z") => {
      const body = JSON.stringify({ event: "call.gathered", created_at, call: { id: "call_1" }, data: { digits } });
      return eventKeyOf(parsed(body), body);
    };
    expect(gathered("1")).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(gathered("1")).toBe(gathered("1"));
    expect(gathered("2")).not.toBe(gathered("1"));
    expect(gathered("1", "2026-05-29T12:10:09Z")).not.toBe(gathered("1"));
  });

  test("does not use a key that no table could hold", () => {
    for (const event_key of ["", "x".repeat(1025), 5, null]) {
      const body = JSON.stringify({ event: "call.created", call: { id: "call_1" }, data: { event_key } });
      expect(eventKeyOf(parsed(body), body)).toMatch(/^sha256:/);
    }
  });

  test.each([
    ["", "the body must be JSON"],
    ["event=call.created", "the body must be JSON"],
    ["null", "the body must be a JSON object"],
    ["[]", "the body must be a JSON object"],
    ["{}", "event must be a text that is not empty"],
    ['{"event":5}', "event must be a text that is not empty"],
  ])("is not %j", (body, problem) => expect(parseEvent(body)).toEqual({ problem }));
});
