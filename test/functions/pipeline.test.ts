import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { SQSEvent } from "aws-lambda";
import { callRecords } from "../../src/functions/call-records.ts";
import { eventQueue } from "../../src/functions/event-queue.ts";
import { readParameter } from "../../src/functions/read-parameter.ts";
import { createWebhookHandler } from "../../src/functions/webhook-handler.ts";
import { openSecretStore } from "../../src/functions/webhook-secrets.ts";
import { createWorker } from "../../src/functions/worker-handler.ts";
import { defineHook } from "../../src/hooks/hook.ts";
import { secretParameter } from "../../src/webhooks/secret-parameter.ts";
import { delivery, recordedCounts, recordedLog } from "./delivery.ts";
import { LocalServices, type Queue, type Table } from "./local-services.ts";

const MINUTE = 60_000;
const [secretA, secretB] = ["mv_test_secret_a", "mv_test_secret_b"];
const services = new LocalServices();
let queue: Queue;
let table: Table;
/** The one clock of vendor, webhook function and worker. */
let time: number;

beforeAll(() => services.start());
afterAll(() => services.stop());
beforeEach(async () => {
  [queue, table] = await Promise.all([services.queue(), services.table()]);
  time = Date.parse("2026-05-29T12:00:00Z");
  services.parameter = secretParameter({ current: secretA });
});

/** An event, signed once: each attempt to deliver it carries the timestamp of the first one. */
const signed = (call: number, event: string, key = secretA) => {
  const created_at = new Date(time).toISOString();
  const body = JSON.stringify({ event, created_at, call: { id: `call_${call}` }, variables: {}, data: {} });
  return delivery(body, { timestamp: String(Math.floor(time / 1_000)), key });
};

/** The functions' own handlers, on the queue, the table and the parameter store. */
async function deploy() {
  const log = recordedLog();
  const { sums, count } = recordedCounts();
  const now = () => new Date(time);
  const secrets = await openSecretStore(readParameter("/voice/test/webhook"), log, () => time);
  const webhook = createWebhookHandler({ secrets, enqueue: eventQueue(queue.url), maxAgeHours: 24, count, log, now });
  const done: string[] = [];
  const crm = { down: false };
  const hook = defineHook({
    name: "crm",
    on: "call.completed",
    run({ callId = "" }) {
      if (crm.down) throw new Error("the CRM does not answer");
      done.push(callId);
    },
  });
  const worker = createWorker({ records: callRecords(table.name), hooks: [hook], retentionDays: 90, count, log, now });
  const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 30_000 };
  return {
    counts: sums,
    crm,
    done,
    deliver: async (request: ReturnType<typeof signed>) => {
      const answer = await webhook(request);
      return typeof answer === "string" ? undefined : answer.statusCode;
    },
    workOff: () => queue.workOff((batch: SQSEvent) => worker(batch, context)),
  };
}

describe("the webhook pipeline", () => {
  test("loses nothing and doubles nothing in an outage of half an hour, after which all is retried as it was signed", async () => {
    const { deliver, workOff, counts, crm, done } = await deploy();
    const events = [1, 2, 3, 4, 5].flatMap((call) =>
      ["call.created", "call.answered", "call.completed"].map((event) => signed(call, event)),
    );
    // Some arrive before the outage, one of them without the vendor hearing of it.
    const before = events.slice(0, 4);
    for (const event of before) expect(await deliver(event)).toBe(200);
    await workOff();
    const unheard = events[4] as (typeof events)[number];
    expect(await deliver(unheard)).toBe(200);

    // The queue goes first, and with it all that is delivered; then the worker's CRM is down, too.
    await queue.pause();
    for (const event of events.slice(4)) {
      time += MINUTE;
      expect(await deliver(event)).toBe(503);
    }
    time = Date.parse("2026-05-29T12:30:00Z");
    await queue.resume();
    crm.down = true;

    // The vendor tries again whatever was not accepted, in any order, and some of it twice.
    const retries = events.slice(4).toReversed();
    expect(await Promise.all([...retries, ...retries.slice(0, 5)].map(deliver))).toEqual(Array(16).fill(200));
    await workOff();
    crm.down = false;
    for (const { Body = "" } of await queue.deadLetters()) await queue.send(Body);
    await workOff();

    const recorded = (await table.events()).map(({ callId, event }) => `${callId} ${event}`);
    const expected = events.map(({ body = "" }) => JSON.parse(body)).map(({ call, event }) => `${call.id} ${event}`);
    expect(recorded.toSorted()).toEqual(expected.toSorted());
    expect(done.toSorted()).toEqual(["call_1", "call_2", "call_3", "call_4", "call_5"]);
    // Only the one that had arrived unheard may have been recorded in time.
    const late = (await table.events()).filter(({ standing }) => standing === "late");
    expect(late.length).toBeGreaterThanOrEqual(10);
    expect(counts).toMatchObject({
      WebhooksAccepted: 21,
      WebhooksLate: 16,
      WebhooksUnavailable: 11,
      EventsRecorded: 15,
      EventsDuplicate: 6,
    });
  });

  test("refuses nothing while the secret is rotated in the middle of traffic", async () => {
    const { deliver, workOff, counts } = await deploy();
    const answers: (number | undefined)[] = [];
    let call = 0;
    const traffic = async (...keys: string[]) => {
      for (let second = 0; second < 3; second += 1) {
        time += 1_000;
        call += keys.length;
        answers.push(
          ...(await Promise.all(keys.map((key, index) => deliver(signed(call - index, "call.created", key))))),
        );
      }
    };

    await traffic(secretA, secretA);
    const validUntil = new Date(time + 60 * MINUTE);
    services.parameter = secretParameter({ current: secretB, previous: { value: secretA, validUntil } });
    // Instances do not know of it yet, and need not: the vendor signs with the old one until it is told.
    await traffic(secretA, secretA);
    await traffic(secretA, secretB, secretB, secretA);
    await traffic(secretB, secretB);
    // What was signed before and comes late is as good.
    time = validUntil.getTime();
    await traffic(secretB);
    expect(await deliver(signed(999, "call.created", secretA))).toBe(401);

    expect(new Set(answers)).toEqual(new Set([200]));
    await workOff();
    expect(await table.events()).toHaveLength(answers.length);
    expect(counts.WebhooksRefused).toBe(1);
  });

  test("goes on with the secrets that it has while the parameter store is down, and waits for it where it has none", async () => {
    const { deliver } = await deploy();
    services.parameter = undefined;
    const fresh = await deploy();
    for (const minutes of [0, 5, 60]) {
      time += minutes * MINUTE;
      expect(await deliver(signed(1, "call.created"))).toBe(200);
      expect(await fresh.deliver(signed(1, "call.created"))).toBe(503);
    }
    expect(await deliver(signed(2, "call.created", "mv_test_unknown"))).toBe(503);
    services.parameter = secretParameter({ current: secretA });
    time += 10_000;
    expect(await deliver(signed(2, "call.created", "mv_test_unknown"))).toBe(401);
    expect(await fresh.deliver(signed(1, "call.created"))).toBe(200);
  });

  test("asks the parameter store no more often than every ten seconds, however many unknown signatures come", async () => {
    const { deliver } = await deploy();
    const reads = services.parameterRequests.length;
    for (let second = 0; second < 30; second += 1) {
      const attack = Array.from({ length: 10 }, () => deliver(signed(1, "call.created", "mv_test_unknown")));
      expect(new Set(await Promise.all(attack))).toEqual(new Set([401]));
      time += 1_000;
    }
    expect(services.parameterRequests.length - reads).toBe(3);
    expect(await table.items()).toEqual([]);
  });
});
