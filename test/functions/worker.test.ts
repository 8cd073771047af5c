import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { callRecords } from "../../src/functions/call-records.ts";
import { createWorker, type WorkerOptions } from "../../src/functions/worker-handler.ts";
import { defineHook } from "../../src/hooks/hook.ts";
import type { Standing } from "../../src/webhooks/age.ts";
import { encodeQueuedEvent, queuedEvent } from "../../src/webhooks/queued-event.ts";
import { recordedCounts, recordedLog } from "./delivery.ts";
import { LocalServices, sqsEvent, type Table } from "./local-services.ts";

const services = new LocalServices();
let table: Table;
beforeAll(() => services.start());
afterAll(() => services.stop());
beforeEach(async () => {
  table = await services.table();
});

const at = new Date("2026-05-29T12:10:00Z");
/** The text of a queue message, each one a delivery of its own. */
function message(
  event: { event?: string; created_at?: string; call?: object; data?: object } | string,
  { standing = "accepted" as Standing, deliveryId = randomUUID() as string } = {},
): string {
  const body =
    typeof event === "string" ? event : JSON.stringify({ event: "call.completed", call: { id: "call_1" }, ...event });
  return encodeQueuedEvent(queuedEvent(Buffer.from(body), { deliveryId, standing, signedAt: at, receivedAt: at }));
}

/** A worker and what it counted and logged. */
function start(options: Partial<WorkerOptions> & { remainingMs?: number } = {}) {
  const { remainingMs = 30_000, ...more } = options;
  const log = recordedLog();
  const { sums, count } = recordedCounts();
  const worker = createWorker({ records: callRecords(table.name), hooks: [], retentionDays: 90, count, log, ...more });
  const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => remainingMs };
  const run = (event: SQSEvent): Promise<SQSBatchResponse> => worker(event, context);
  /** Hands it a batch; returns the places of the messages that failed. */
  const work = async (...bodies: string[]): Promise<number[]> => {
    const event = sqsEvent(bodies.map((Body, index) => ({ Body, MessageId: `${index}` })));
    return (await run(event)).batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)).toSorted();
  };
  return { run, work, counts: sums, log: log.lines };
}

/** A hook that notes what it was given, and throws as often as is wished. */
function spy(name: string, on: string | string[] = "*", failures = 0) {
  const calls: { event: string; callId: string | undefined; key: string }[] = [];
  let left = failures;
  const hook = defineHook({
    name,
    on,
    run({ event, callId }, { idempotencyKey }) {
      calls.push({ event, callId, key: idempotencyKey });
      if (left-- > 0) throw new Error("the CRM does not answer");
    },
  });
  return { hook, calls };
}

describe("the worker", () => {
  test("records each event of a call once, however they are repeated and reordered", async () => {
    const events = ["call.created", "call.gathered", "call.gathered", "call.transcribed"].map((event, index) => ({
      event,
      created_at: `2026-05-29T12:10:0${index}Z`,
    }));
    const bodies = [...events, ...events.toReversed(), ...events].map((event) => message(event));
    const { work, counts } = start();
    expect(await work(...bodies.slice(0, 7))).toEqual([]);
    expect(await work(...bodies.slice(7))).toEqual([]);
    expect((await table.events()).map(({ event }) => event).toSorted()).toEqual(events.map(({ event }) => event));
    expect(counts).toEqual({ EventsRecorded: 4, EventsDuplicate: 8 });
  });

  test("keeps what it recorded first as it is", async () => {
    const { work } = start();
    await work(message({}, { deliveryId: "first" }));
    const before = await table.events();
    await work(message({}, { deliveryId: "second" }));
    expect(await table.events()).toEqual(before);
    expect(before).toMatchObject([{ deliveryId: "first", callId: "call_1", standing: "accepted" }]);
  });

  test("keeps events without a call, and bodies that are no events", async () => {
    const { work, counts } = start();
    expect(await work(message({ event: "number.assigned", call: {} }), message("digits=1"))).toEqual([]);
    expect((await table.items()).map(({ callId, event }) => [callId, event]).toSorted()).toEqual([
      ["-", "number.assigned"],
      ["-", "unreadable"],
    ]);
    expect(counts).toEqual({ EventsRecorded: 2 });
  });

  test("reports a message that is malformed, records the rest of its batch, and shows nothing of what was in it", async () => {
    const { work, counts, log } = start();
    const malformed = JSON.stringify({ version: 1, body: "+15551230001" });
    expect(await work(malformed, message({}), "{", message({ event: "call.created" }))).toEqual([0, 2]);
    expect(await table.events()).toHaveLength(2);
    expect(counts).toEqual({ EventsRecorded: 2 });
    const errors = log.filter(({ level }) => level === "ERROR");
    expect(errors.map(({ message_id, reason }) => [message_id, reason])).toEqual([
      ["0", expect.stringContaining("deliveryId (invalid_type)")],
      ["2", "the queue message is no JSON"],
    ]);
    expect(JSON.stringify(log)).not.toContain("15551230001");
  });

  test("reports every message while the table is down, without crashing, and records them when it is back", async () => {
    const bodies = [message({}), message({ event: "call.created" })];
    const { work, log } = start({ records: callRecords("no-such-table") });
    expect(await work(...bodies)).toEqual([0, 1]);
    expect(log[0]).toMatchObject({
      message: "not done",
      error: "ResourceNotFoundException",
      reason: expect.any(String),
    });
    expect(await start().work(...bodies)).toEqual([]);
    expect(await table.events()).toHaveLength(2);
  });

  test("lists each call once a day, with what its latest event says", async () => {
    const { work } = start();
    const call = { id: "call_1", from: "+15551230001", to: "+15551230002", application_id: "app_1" };
    await work(message({ created_at: "2026-05-29T12:10:05Z", call: { ...call, status: "completed" } }));
    await work(
      message({ event: "call.created", created_at: "2026-05-29T14:10:00+02:00", call: { ...call, status: "dialing" } }),
      message({ event: "call.created", call: { id: "call_2" } }),
      message({ event: "recording.completed", created_at: "2026-05-30T00:00:01Z", call }),
    );
    const lists = (await table.items()).filter(({ callId }) => String(callId).startsWith("calls#"));
    expect(lists).toHaveLength(3);
    expect(lists).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          callId: "calls#2026-05-29",
          eventKey: "call_1",
          latestAt: "2026-05-29T12:10:05.000Z",
          latestEvent: "call.completed",
          status: "completed",
          from: "+15551230001",
          applicationId: "app_1",
        }),
        expect.objectContaining({ callId: "calls#2026-05-29", eventKey: "call_2" }),
        expect.objectContaining({ callId: "calls#2026-05-30", eventKey: "call_1" }),
      ]),
    );
  });

  test("records probes apart: in no list of calls, in no metric, and for no hook", async () => {
    const { hook, calls } = spy("crm");
    const { work, counts } = start({ hooks: [hook] });
    const probe = { event: "minivoice.probe", call: { id: "probe_1", application_id: "app_1" } };
    expect(await work(message(probe), message(probe), message(probe, { standing: "quarantined" }))).toEqual([]);
    expect((await table.items()).map(({ callId, standing }) => `${callId} ${standing}`).toSorted()).toEqual([
      "probe_1 accepted",
      "probe_1 quarantined",
    ]);
    expect([counts, calls]).toEqual([{}, []]);
  });

  test("does what is deployed: records, and logs a completed call", async () => {
    Object.assign(process.env, {
      CALL_RECORDS_TABLE: table.name,
      CALL_RECORDS_RETENTION_DAYS: "30",
      VOICE_STACK: "test",
      POWERTOOLS_LOG_LEVEL: "SILENT",
    });
    const { handler } = await import("../../src/functions/worker.ts");
    const written = jest.spyOn(process.stdout, "write").mockReturnValue(true);
    const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 30_000 };
    const result = await handler(sqsEvent([{ Body: message({}), MessageId: "1" }]), context);
    const [[metric] = [""]] = written.mock.calls;
    written.mockRestore();
    expect(JSON.parse(String(metric))).toMatchObject({ stack: "test", EventsRecorded: 1 });
    expect(result).toEqual({ batchItemFailures: [] });
    const [item] = await table.events();
    expect(item).toMatchObject({ callId: "call_1", hooksDone: ["log-completed-call"] });
    const days = (Number(item?.expiresAt) - Date.parse(String(item?.recordedAt)) / 1000) / 86_400;
    expect(Math.round(days)).toBe(30);
  });
});

describe("hooks", () => {
  test("run for the events that they want, once each, after those are recorded", async () => {
    const [all, completed] = [spy("all"), spy("completed", ["call.completed", "call.failed"])];
    let recordedFirst: unknown[] = [];
    const looks = defineHook({
      name: "looks",
      on: "call.completed",
      async run() {
        recordedFirst = await table.events();
      },
    });
    const { work } = start({ hooks: [all.hook, completed.hook, looks] });
    await work(message({ event: "call.created" }));
    await work(message({}));
    expect(all.calls.map(({ event }) => event)).toEqual(["call.created", "call.completed"]);
    expect(completed.calls.map(({ event, callId }) => [event, callId])).toEqual([["call.completed", "call_1"]]);
    expect(recordedFirst).toHaveLength(2);
  });

  test("that fail are tried again with their message; those that were done are not, and nothing is recorded twice", async () => {
    const [before, failing, after] = [spy("before"), spy("failing", "*", 2), spy("after")];
    const { work, counts, log } = start({ hooks: [before.hook, failing.hook, after.hook] });
    const body = message({});
    expect(await work(body)).toEqual([0]);
    expect(await work(body)).toEqual([0]);
    expect(await work(body)).toEqual([]);
    expect([before, failing, after].map(({ calls }) => calls.length)).toEqual([1, 3, 1]);
    expect(new Set(failing.calls.map(({ key }) => key)).size).toBe(1);
    expect(await table.events()).toMatchObject([{ hooksDone: expect.arrayContaining(["after", "before", "failing"]) }]);
    expect(counts).toEqual({ EventsRecorded: 1, HookFailures: 2 });
    expect(log).toContainEqual(
      expect.objectContaining({
        message: "hook failed",
        hook: "failing",
        call_id: "call_1",
        reason: "the CRM does not answer",
      }),
    );
  });

  test("do not run for a repeated delivery, neither beside the first one nor after it", async () => {
    const { hook, calls } = spy("crm", "*", 1);
    const { work } = start({ hooks: [hook] });
    const [first, second, third] = [message({}), message({}), message({})];
    expect((await work(first, second)).length).toBe(1);
    expect(calls).toHaveLength(1);
    // Whichever was recorded is the one whose message has to come again.
    expect(await work(third)).toEqual([]);
    expect(calls).toHaveLength(1);
    expect(await work(first, second)).toEqual([]);
    expect(calls).toHaveLength(2);
  });

  test("do not run for quarantined events, and run when the same event comes with a fresh signature", async () => {
    const { hook, calls } = spy("crm");
    const { work, counts } = start({ hooks: [hook] });
    await work(message({}, { standing: "quarantined" }), message("digits=1"));
    expect(calls).toEqual([]);
    await work(message({}, { standing: "late" }));
    expect(calls).toHaveLength(1);
    expect((await table.events()).map(({ standing }) => standing).toSorted()).toEqual([
      "accepted",
      "late",
      "quarantined",
    ]);
    expect(counts).toEqual({ EventsRecorded: 3 });
  });

  test("have keys of their own for each event", async () => {
    const [one, two] = [spy("one"), spy("two")];
    await start({ hooks: [one.hook, two.hook] }).work(message({}), message({ event: "call.created" }));
    const keys = [...one.calls, ...two.calls].map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
  });

  test("are told to stop when their time is up, and fail, so that the worker can still report", async () => {
    let reason: unknown;
    const slow = defineHook({
      name: "slow",
      on: "*",
      timeoutSeconds: 0.05,
      run: (_event, { signal }) =>
        new Promise(() =>
          signal.addEventListener("abort", () => {
            reason = signal.reason.message;
          }),
        ),
    });
    const { work, counts } = start({ hooks: [slow] });
    expect(await work(message({}))).toEqual([0]);
    expect(reason).toBe("not done within 0.05 seconds");
    expect(counts).toMatchObject({ HookFailures: 1 });
  });

  test("are not begun when the worker itself has no time left", async () => {
    const { hook, calls } = spy("crm");
    expect(await start({ hooks: [hook], remainingMs: 1_500 }).work(message({}))).toEqual([0]);
    expect(calls).toEqual([]);
    expect(await table.events()).toHaveLength(1);
  });

  test("that always fail end among the dead letters with their message, which is done when it comes back", async () => {
    const queue = await services.queue();
    const { hook, calls } = spy("crm", "*", 5);
    const { run } = start({ hooks: [hook] });
    const body = message({});
    await queue.send(body);
    await queue.workOff(run);
    expect(calls).toHaveLength(5);
    expect((await queue.deadLetters()).map(({ Body }) => Body)).toEqual([body]);
    // Moved back it is a new message with another ID.
    await queue.send(body);
    await queue.workOff(run);
    expect(await table.events()).toMatchObject([{ hooksDone: ["crm"] }]);
  });
});
