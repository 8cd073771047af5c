import type { WorkerSize } from "../../../infra/webhook-pipeline.ts";
import type { LocalStack } from "../stack/local-stack.ts";
import { percentile } from "../statistics.ts";
import { deliver } from "./deliver.ts";
import { deliveriesOf } from "./deliveries.ts";
import { Faults, type Met } from "./faults.ts";

export interface PipelineResult {
  events: number;
  deliveries: number;
  /** Deliveries that the webhook function accepted, and attempts that it did not. */
  accepted: number;
  retries: number;
  faults: Met;
  /** Batches that the worker handed back in part, and those in which its process was killed. */
  workerInvocations: number;
  workerKilled: number;
  failedMessages: number;
  /** Events that are in the table, once; that are not; and that are there twice. */
  recorded: number;
  missing: number;
  doubled: number;
  deadLetters: number;
  /** Hooks that were to run, and runs of them. */
  hooksDue: number;
  hookRuns: number;
  /** From the first delivery until the last was accepted; until nine in ten events were recorded; until all were. */
  seconds: { accepted: number; mostRecorded: number; allRecorded: number };
}

/**
 * A process that waits for a table that says nothing gets no further than this, and what it had in hand comes again after six
 * times as long. A machine of two cores does not work faster with more processes.
 */
const WORKER: WorkerSize = { timeout: "6 seconds", maximumConcurrency: 4 };
const DUPLICATES = 0.1;
const SEED = 20_260_529;

/** Sends events through the deployed pipeline while its table fails, and compares what was accepted with what is recorded. */
export async function measurePipeline(stack: LocalStack, events: number): Promise<PipelineResult> {
  await stack.deploy(WORKER);
  const secret = await stack.webhookSecret();
  const deliveries = deliveriesOf(events, DUPLICATES, SEED);
  const faults = new Faults();
  stack.door.fateOf = faults.fateOf;
  const logged = (await stack.log("webhook-worker")).length;
  const started = Date.now();
  const { accepted, retries, seconds } = await deliver(deliveries, stack.webhookUrl, secret);
  await stack.quiet();

  const expected = new Set(deliveries);
  const times = new Map<string, number>();
  const recordedAfter: number[] = [];
  for (const { body, recordedAt } of await stack.items()) {
    if (body?.S === undefined || !expected.has(body.S)) continue;
    times.set(body.S, (times.get(body.S) ?? 0) + 1);
    recordedAfter.push((Date.parse(recordedAt?.S ?? "") - started) / 1_000);
  }
  const log = (await stack.log("webhook-worker")).slice(logged);
  const reports = linesWith(log, "platform.report");
  return {
    events,
    deliveries: deliveries.length,
    accepted,
    retries,
    faults: faults.met,
    workerInvocations: reports.length,
    workerKilled: reports.filter((line) => line.includes('"status":"timeout"')).length,
    failedMessages: linesWith(log, '"message":"not done"').length,
    recorded: times.size,
    missing: expected.size - times.size,
    doubled: [...times.values()].filter((count) => count > 1).length,
    deadLetters: await stack.messages("dead-letters"),
    hooksDue: [...expected].filter((body) => body.includes('"event":"call.completed"')).length,
    hookRuns: linesWith(log, '"message":"call completed"').length,
    seconds: {
      accepted: seconds,
      mostRecorded: percentile(recordedAfter, 90),
      allRecorded: percentile(recordedAfter, 100),
    },
  };
}

const linesWith = (log: string, text: string): string[] => log.split("\n").filter((line) => line.includes(text));
