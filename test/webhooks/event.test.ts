import { describe, expect, test } from "@jest/globals";
import { eventKeyOf, parseEvent, type WebhookEvent } from "../../src/webhooks/event.ts";
import { isProbe } from "../../src/webhooks/probe.ts";

function parsed(body: string): WebhookEvent {
  const event = parseEvent(body);
  if ("problem" in event) throw new Error(event.problem);
  return event;
}

const keyOf = (event: object): string => {
  const body = JSON.stringify(event);
  return eventKeyOf(parsed(body), body);
};

describe("a webhook event", () => {
  test("with a name nobody knows yet and without a call is an event all the same", () => {
    expect(parsed('{"event":"number.assigned","call":null,"data":{"number":"+15551230001"}}')).toMatchObject({
      event: "number.assigned",
      callId: undefined,
    });
  });

  test("has the vendor's key where there is one", () => {
    const data = { event_key: "call_123:call.created" };
    expect(keyOf({ event: "call.created", call: { id: "call_123" }, data })).toBe("call_123:call.created");
  });

  test("has a key of its own else, so that the second gather of a call is not taken for the first", () => {
    const gathered = (digits: string, created_at = "2026-05-29T12:10:00Z") =>
      keyOf({ event: "call.gathered", created_at, call: { id: "call_1" }, data: { digits } });
    expect(gathered("1")).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(gathered("1")).toBe(gathered("1"));
    expect(gathered("2")).not.toBe(gathered("1"));
    expect(gathered("1", "2026-05-29T12:10:09Z")).not.toBe(gathered("1"));
  });

  test.each(["", "x".repeat(1_001), "ä".repeat(501), 5, null, "quarantined#call_1:call.created"])(
    "does not use a key that no table could hold, or that is ours: %j",
    (event_key) =>
      expect(keyOf({ event: "call.created", call: { id: "call_1" }, data: { event_key } })).toMatch(/^sha256:/),
  );

  test.each(["x".repeat(5_000), "-", "calls#2026-05-29"])("replaces a call ID that cannot be a key: %j", (id) => {
    const { callId } = parsed(JSON.stringify({ event: "call.created", call: { id } }));
    expect(callId).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("keeps nothing beside its body that would take up the body's room", () => {
    const long = "x".repeat(100_000);
    const event = parsed(JSON.stringify({ event: long, created_at: long, call: { from: long, status: "completed" } }));
    expect(event).toMatchObject({ event: "x".repeat(256), createdAt: undefined, call: { status: "completed" } });
    expect(event.call.from).toBeUndefined();
  });

  test.each([
    ["", "the body must be JSON"],
    ["event=call.created", "the body must be JSON"],
    ["null", "the body must be a JSON object"],
    ["[]", "the body must be a JSON object"],
    ["{}", "event must be a text that is not empty"],
    ['{"event":5}', "event must be a text that is not empty"],
  ])("is not %j", (body, problem) => expect(parseEvent(body)).toEqual({ problem }));

  test("is a probe only by its name and its call ID together, so that no event of the vendor's is taken for one", () => {
    expect(isProbe({ event: "minivoice.probe", callId: "probe_1" })).toBe(true);
    expect(isProbe({ event: "minivoice.probe", callId: "call_1" })).toBe(false);
    expect(isProbe({ event: "minivoice.probe", callId: undefined })).toBe(false);
    expect(isProbe({ event: "call.created", callId: "probe_1" })).toBe(false);
  });
});
