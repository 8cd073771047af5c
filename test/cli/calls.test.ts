import { PassThrough } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { detailOf, marksOf, renderCalls, renderTimeline } from "../../src/cli/call-timeline.ts";
import { callRecords } from "../../src/functions/call-records.ts";
import type { Standing } from "../../src/webhooks/age.ts";
import { callRecordOf } from "../../src/webhooks/call-record.ts";
import { queuedEvent } from "../../src/webhooks/queued-event.ts";
import { RecordedCalls, type RecordedEvent } from "../../src/webhooks/recorded-calls.ts";
import { LocalServices, type Table } from "../functions/local-services.ts";

const noon = Date.parse("2026-05-29T12:00:00Z");
const names = new Map([["app_1", "Support IVR (test)"]]);
/** No terminal, so nothing is coloured. */
const stream = new PassThrough() as unknown as NodeJS.WriteStream;

/** The record of an event that happened some seconds after noon. */
function record(
  event: string,
  {
    call = "call_1",
    after = 0,
    status,
    data = {},
    standing = "accepted",
    waited = 0,
    body,
  }: {
    call?: string;
    after?: number;
    status?: string;
    data?: object;
    standing?: Standing;
    waited?: number;
    body?: string;
  } = {},
) {
  const at = new Date(noon + after * 1_000);
  const receivedAt = new Date(at.getTime() + waited * 1_000);
  const about = {
    id: call,
    application_id: "app_1",
    from: "+15551230009",
    to: "+15551230001",
    direction: "inbound",
    status,
  };
  const sent = body ?? JSON.stringify({ event, created_at: at.toISOString(), call: about, data });
  const queued = queuedEvent(Buffer.from(sent), { deliveryId: "1", standing, signedAt: at, receivedAt });
  return callRecordOf(queued, receivedAt, 90);
}

describe("recorded calls", () => {
  const services = new LocalServices();
  let table: Table;
  let calls: RecordedCalls;
  beforeAll(() => services.start());
  afterAll(() => services.stop());
  beforeEach(async () => {
    table = await services.table();
    calls = new RecordedCalls(services.database, table.name);
  });

  const keep = async (...records: ReturnType<typeof record>[]) => {
    const store = callRecords(table.name);
    for (const one of records) {
      await store.record(one);
      await store.list(one);
    }
  };

  test("have their events in the order in which those happened, however they arrived", async () => {
    const [created, gathered, completed] = [
      record("call.created"),
      record("call.gathered", { after: 5, waited: 60 }),
      record("call.completed", { after: 9 }),
    ];
    await keep(completed, created, gathered, record("call.created", { call: "call_2" }));
    expect(await calls.eventsOf("call_1")).toEqual([created, gathered, completed]);
    expect(await calls.eventsOf("call_3")).toEqual([]);
  });

  test("are ordered by the moment, not by how it is written", async () => {
    const at = (created_at: string) =>
      record("x", { body: JSON.stringify({ event: created_at, created_at, call: { id: "call_1" } }) });
    await keep(at("2026-05-29T14:00:01+02:00"), at("2026-05-29T12:00:00Z"), at("2026-05-29T12:00:00.500Z"));
    expect((await calls.eventsOf("call_1")).map(({ event }) => event)).toEqual([
      "2026-05-29T12:00:00Z",
      "2026-05-29T12:00:00.500Z",
      "2026-05-29T14:00:01+02:00",
    ]);
  });

  test("are listed by their latest event, once each, without those that are older than is asked for", async () => {
    const day = 86_400;
    await keep(
      record("call.created", { call: "call_old", after: -9 * day }),
      record("call.created", { call: "call_1", after: -3 * day }),
      record("recording.completed", { call: "call_1", after: -3 * day + 50_000, status: "completed" }),
      record("call.completed", { call: "call_2", after: -60, status: "completed" }),
      record("call.created", { call: "call_3", after: -50 }),
      record("minivoice.probe", { call: "call_ahead", after: 80_000 }),
    );
    const now = new Date(noon);
    const since = new Date(noon - 7 * day * 1_000);
    const ids = async (limit: number) => (await calls.list({ since, limit, now })).map(({ callId }) => callId);
    expect(await ids(10)).toEqual(["call_ahead", "call_3", "call_2", "call_1"]);
    expect(await ids(2)).toEqual(["call_ahead", "call_3"]);
    const [, , second] = await calls.list({ since, limit: 3, now });
    expect(second).toMatchObject({ callId: "call_2", latestEvent: "call.completed", status: "completed" });
  });
});

describe("the time line of a call", () => {
  test("shows what happened, what was pressed, and what came late", () => {
    const events = [
      record("call.created", { status: "dialing" }),
      record("call.gathered", { after: 7, data: { digits: "12", timed_out: false } }),
      record("call.completed", { after: 65, status: "completed", standing: "late", waited: 1_800 }),
    ];
    expect(renderTimeline(events, names, stream)).toBe(
      [
        "Call call_1: inbound +15551230009 → +15551230001, Support IVR (test) (app_1), completed",
        "2026-05-29T12:00:00.000Z  +0:00  call.created    dialing",
        "2026-05-29T12:00:07.000Z  +0:07  call.gathered   pressed 12",
        "2026-05-29T12:01:05.000Z  +1:05  call.completed              late: came 30:00 after it was signed",
        "",
      ].join("\n"),
    );
  });

  test.each([
    [{ digits: "1", timed_out: false }, "pressed 1"],
    [{ digits: "1", timed_out: true }, "pressed 1, then silence"],
    [{ digits: "", timed_out: true }, "pressed nothing, then silence"],
    [{}, "pressed nothing"],
    [{ digits: 7 }, "pressed nothing"],
  ])("says of a gather with %j: %s", (data, detail) =>
    expect(detailOf(record("call.gathered", { data }) as RecordedEvent)).toBe(detail),
  );

  test("marks what was quarantined, too large, or no event", () => {
    expect(marksOf(record("call.created", { standing: "quarantined", waited: 90_000 }))).toEqual([
      "quarantined: came 25:00:00 after it was signed, no hook ran",
    ]);
    const large = record("call.created", { data: { x: "x".repeat(400_000) } });
    expect(marksOf(large)).toEqual([expect.stringMatching(/^too large: its body of 400,\d{3} bytes was not kept$/)]);
    expect(marksOf(record("x", { body: "digits=1" }))).toEqual(["no event: the body could not be read"]);
  });

  test("lets nothing that was sent command the terminal", () => {
    const call = "call_\x1b[2J\u202e1";
    const text = renderTimeline([record("call.\x07created\n", { call })], names, stream);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
    const listed = { callId: call, latestAt: "2026-05-29T12:00:00.000Z", latestEvent: "call.created" };
    expect(renderCalls([listed], names)).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
  });
});
