import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { recordedCallCounts } from "../../src/cli/recorded-call-counts.ts";
import type { StackWorkspace } from "../../src/cli/stack-workspace.ts";
import { callRecords } from "../../src/functions/call-records.ts";
import { callRecordOf } from "../../src/webhooks/call-record.ts";
import { queuedEvent } from "../../src/webhooks/queued-event.ts";
import { LocalServices, type Table } from "../functions/local-services.ts";

const services = new LocalServices();
let table: Table;
beforeAll(async () => {
  await services.start();
  table = await services.table();
});
afterAll(() => services.stop());

const workspace = { stack: "test", local: false } as StackWorkspace;
const never = new AbortController().signal;
const DAY_MS = 86_400_000;

/** The state of a stack whose call records are in a table of this name. */
const stateWith = (name: string) => {
  const resource = (type: string, outputs: object) => ({
    urn: `urn:pulumi:test::voice::voice:index:VoiceEnvironment$voice:index:WebhookPipeline$${type}::any`,
    type,
    outputs,
  });
  const arn = (kind: string) => `arn:aws:${kind}:eu-central-1:000000000000:any`;
  const resources = [
    resource("aws:dynamodb/table:Table", { name, arn: arn("dynamodb") }),
    resource("aws:sqs/queue:Queue", { url: "https://sqs/dead", arn: arn("sqs") }),
    resource("aws:sqs/queue:Queue", {
      url: "https://sqs/events",
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs") }),
    }),
  ];
  return { version: 3, deployment: { resources } };
};

async function keep(id: string, to: string, { daysAgo = 0, direction = "inbound" } = {}): Promise<void> {
  const at = new Date(Date.now() - daysAgo * DAY_MS);
  const call = { id, from: "+15550100001", to, direction };
  const sent = JSON.stringify({ event: "call.created", created_at: at.toISOString(), call });
  const about = { deliveryId: id, standing: "accepted", signedAt: at, receivedAt: at } as const;
  const record = callRecordOf(queuedEvent(Buffer.from(sent), about), at, 90);
  await callRecords(table.name).list(record);
}

test("calls of the last seven days are counted by the number that was called", async () => {
  await keep("call_1", "+15551240001");
  await keep("call_2", "+15551240001", { daysAgo: 6 });
  await keep("call_3", "+15551240002");
  await keep("call_old", "+15551240001", { daysAgo: 8 });
  await keep("call_out", "+15551240003", { direction: "outbound" });
  await keep("probe_1", "+15551240004");
  expect(await recordedCallCounts(workspace, stateWith(table.name), never)).toEqual({
    calls: { "+15551240001": 2, "+15551240002": 1 },
  });
});

test("a stack without call records has no counts, and records that cannot be read are no reason not to review", async () => {
  expect(await recordedCallCounts(workspace, { deployment: { resources: [] } }, never)).toEqual({});
  const { calls, note } = await recordedCallCounts(workspace, stateWith("no-such-table"), never);
  expect(calls).toBeUndefined();
  expect(note?.text).toBe(
    "The calls of the last seven days could not be read (ResourceNotFoundException): --calls <file> names them.",
  );
});
