import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type LocalStack, NUMBER } from "../stack/local-stack.ts";
import type { FunctionUsage, Standing, Usage } from "./cost.ts";

/** What a caller presses at each question, so that a third of the calls go each of the three ways. */
const PATHS = [["1"], ["7", "1"], []];
const FUNCTIONS = { answer: "answer", webhook: "webhook", worker: "webhook-worker" };
/** PutLogEvents counts so many bytes for each line beside its text. */
const LINE_OVERHEAD = 26;

/** What the calls did, beside what they used. */
export interface MeasuredCalls {
  usage: Usage;
  standing: Standing;
  answersPerCall: number;
  eventsPerCall: number;
  /** Events in one invocation of the worker. */
  eventsPerBatch: number;
}

/**
 * Places calls on a deployed stack, one after the other, and reads from its logs, its table and its state what they used. The
 * functions are warm.
 */
export async function measureCalls(stack: LocalStack, calls: number): Promise<MeasuredCalls> {
  for (const press of PATHS) await stack.sandbox.placeCall({ to: NUMBER, press });
  await stack.quiet();
  const before = await logsOf(stack);
  const kept = sizeOf(await stack.items());
  stack.door.use = { writeUnits: 0, readUnits: 0 };

  let events = 0;
  for (let call = 0; call < calls; call++) {
    const placed = await stack.sandbox.placeCall({ to: NUMBER, press: PATHS[call % PATHS.length] ?? [] });
    events += placed.deliveries.length;
  }
  await stack.quiet();
  const logs = await logsOf(stack);
  const functions = Object.fromEntries(
    Object.entries(logs).map(([name, log]) => [name, functionUsage(log.slice(before[name]?.length ?? 0))]),
  );
  const invocations = (name: keyof typeof FUNCTIONS) => functions[name]?.invocations ?? 0;
  const { writeUnits, readUnits } = stack.door.use;
  return {
    usage: {
      calls,
      functions,
      // Each event is sent alone; a batch is received with one request at least, and deleted with one.
      sqsRequests: events + 2 * invocations("worker"),
      writeUnits,
      readUnits,
      recordBytes: sizeOf(await stack.items()) - kept,
      recordRetentionDays: 90,
      logRetentionDays: 30,
    },
    standing: standingOf(stack, Object.values(logs).join("\n")),
    answersPerCall: invocations("answer") / calls,
    eventsPerCall: events / calls,
    eventsPerBatch: events / invocations("worker"),
  };
}

async function logsOf(stack: LocalStack): Promise<Record<string, string>> {
  const logs = Object.entries(FUNCTIONS).map(async ([name, ending]) => [name, await stack.log(ending)] as const);
  return Object.fromEntries(await Promise.all(logs));
}

/** Read from Lambda's own lines, as the bill is. */
export function functionUsage(log: string): FunctionUsage {
  const lines = log.split("\n").filter(Boolean);
  const reports = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "platform.report");
  const metrics = reports.map(({ record }) => record.metrics);
  return {
    invocations: metrics.length,
    billedMs: metrics.reduce((sum, { billedDurationMs }) => sum + billedDurationMs, 0),
    memoryMb: metrics[0]?.memorySizeMB ?? 0,
    logBytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + LINE_OVERHEAD, 0),
  };
}

/** Metrics as the functions published them, alarms as they were deployed. */
function standingOf(stack: LocalStack, log: string): Standing {
  const metrics = new Set<string>();
  for (const line of log.split("\n").filter((text) => text.includes('"_aws"'))) {
    const published = JSON.parse(line);
    for (const { Dimensions, Metrics } of published._aws.CloudWatchMetrics)
      for (const dimensions of Dimensions as string[][])
        for (const { Name } of Metrics)
          metrics.add(JSON.stringify([Name, ...dimensions.map((name) => published[name])]));
  }
  const watched = stack.resources("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => {
    const queries = (inputs.metricQueries ?? []) as { metric?: unknown }[];
    return Math.max(1, queries.filter(({ metric }) => metric !== undefined).length);
  });
  return {
    metrics: metrics.size,
    alarmMetrics: watched.reduce((sum, count) => sum + count, 0),
    parameters: stack.resources("aws:ssm/parameter:Parameter").length,
  };
}

/** As DynamoDB counts items: names and values, and 100 bytes each for the index. */
function sizeOf(items: readonly Record<string, AttributeValue>[]): number {
  const attributes = items.flatMap(Object.entries<AttributeValue>);
  const bytes = attributes.map(([name, { S = "", N = "", SS = [] }]) => Buffer.byteLength(name + S + N + SS.join("")));
  return bytes.reduce((sum, size) => sum + size, items.length * 100);
}
