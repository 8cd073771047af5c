import { type Circumstances, renderCircumstances } from "../shared/circumstances.ts";
import { barChart, type Expectation, renderExpectations, table } from "../shared/markdown.ts";
import type { AnswerResult, AnswerRow } from "./answer/measure.ts";
import { type CostLine, costOfCalls, costOfMonth, total } from "./cost/cost.ts";
import type { Prices } from "./cost/prices.ts";
import type { MeasuredCalls } from "./cost/usage.ts";
import type { PipelineResult } from "./pipeline/measure.ts";
import { renderWebhook, type WebhookRow } from "./webhook.ts";

export interface Results extends Circumstances {
  answer: AnswerResult;
  webhook: WebhookRow[];
  pipeline: PipelineResult;
  calls: MeasuredCalls;
  prices: Prices;
  expectations: Expectation[];
}

/** The results as Markdown, one section for each thing that is measured. */
export function renderReport(results: Results): string {
  const { answer, webhook, pipeline, calls, prices, expectations } = results;
  return [
    `${renderCircumstances(results)}
`,
    renderExpectations(expectations),
    `### Answer\n\n${renderAnswer(answer)}`,
    `### Webhook\n\n${renderWebhook(webhook)}`,
    `### Pipeline\n\n${renderPipeline(pipeline)}`,
    `### Cost\n\n${renderCost(calls, prices)}`,
  ].join("\n");
}

const count = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 0 });

export function renderAnswer({ floor, ours, others, settings }: AnswerResult): string {
  const rows = [floor, ours, ...others];
  const head = [
    ...["", "bundle, bytes", "load, ms", "start to first answer, ms"],
    ...["own time, ms: p50", "p99", "round trip, ms: p50", "p99", "log, bytes an answer"],
  ];
  const cells = ({ contender, bundleBytes, loadMs, firstAnswerMs, ownMs, roundTripMs, logBytes }: AnswerRow) => [
    ...[contender, count(bundleBytes), loadMs.toFixed(1), firstAnswerMs.toFixed(0)],
    ...[ownMs.p50.toFixed(3), ownMs.p99.toFixed(2), roundTripMs.p50.toFixed(2), roundTripMs.p99.toFixed(2)],
    count(logBytes),
  ];
  const legend = rows.map(({ contender, what }) => `- ${contender}: ${what}.`).join("\n");
  const { starts, warmStarts, warmUp, measured } = settings;
  return [
    chart(rows),
    `Load and first answer: medians of ${starts} fresh processes each. The rest: medians of ${warmStarts} of them, each with ` +
      `${count(measured)} answers after ${count(warmUp)} others.\n`,
    table(head, 1, rows.map(cells)),
    `${legend}\n`,
  ].join("\n");
}

export function renderPipeline({ faults, seconds, ...result }: PipelineResult): string {
  const rate = (events: number, within: number) => `${within.toFixed(0)} s, ${count(events / within)} a second`;
  return table(["", ""], 1, [
    ["events", count(result.events)],
    ["deliveries, in another order than they happened", count(result.deliveries)],
    ["accepted", count(result.accepted)],
    ["attempts of the sender that were not accepted", count(result.retries)],
    ["events whose record the table refused, four times each", count(faults.refused)],
    ["events whose record it wrote without anybody hearing of it", count(faults["answer lost"])],
    ["events whose record it did not answer at all", count(faults["not answered"])],
    ["invocations of the worker", count(result.workerInvocations)],
    ["of these, killed in the middle of their batch", count(result.workerKilled)],
    ["messages handed back to the queue by themselves", count(result.failedMessages)],
    ["events recorded, once", count(result.recorded - result.doubled)],
    ["events missing, recorded twice, dead letters", [result.missing, result.doubled, result.deadLetters].join(", ")],
    ["hooks that were due, runs of hooks", `${count(result.hooksDue)}, ${count(result.hookRuns)}`],
    ["all accepted after", rate(result.deliveries, seconds.accepted)],
    ["nine in ten recorded after", rate(result.events * 0.9, seconds.mostRecorded)],
    ["all recorded after", `${seconds.allRecorded.toFixed(0)} s`],
  ]);
}

/** Lambda gives a function with 512 MB so many times less than the whole processor that its durations were measured on. */
const SLOWER = 1_769 / 512;

export function renderCost({ usage, standing, ...calls }: MeasuredCalls, prices: Prices): string {
  const lines = costOfCalls(usage, prices);
  const month = costOfMonth(standing, prices);
  const time = total(lines.filter(({ what }) => what.startsWith("Lambda, time")));
  const usd = (value: number) => `$${value.toFixed(4)}`;
  const rows = (cost: readonly CostLine[]) =>
    cost.map((line) => [line.what, `${precise(line.quantity)} ${line.unit}`, usd(line.usd)]);
  const inputs = Object.entries(usage.functions).map(([name, { invocations, billedMs, memoryMb, logBytes }]) => [
    ...[name, (invocations / usage.calls).toFixed(2), (billedMs / invocations).toFixed(1)],
    ...[memoryMb, count(logBytes / invocations)],
  ]);
  return [
    table(["1,000 calls", "used", "USD"], 1, [...rows(lines), ["**together**", "", `**${usd(total(lines))}**`]]),
    table(["a month, without a call", "", "USD"], 1, [
      ...rows(month),
      ["**together**", "", `**${usd(total(month))}**`],
    ]),
    `Were all durations ${SLOWER.toFixed(1)} times as long (Lambda gives 512 MB that much less than one processor), 1,000 calls ` +
      `would cost ${usd(total(lines) + time * (SLOWER - 1))}.\n`,
    `Measured on ${usage.calls} calls, a third of them each way through the flow: ${calls.answersPerCall.toFixed(2)} answers ` +
      `and ${calls.eventsPerCall.toFixed(2)} events a call, ${calls.eventsPerBatch.toFixed(2)} events in a batch of the ` +
      `worker, ${(usage.writeUnits / usage.calls).toFixed(2)} write units and ${count(usage.recordBytes / usage.calls)} ` +
      "bytes of records a call.\n",
    table(["", "invocations a call", "billed ms", "MB", "log, bytes"], 1, inputs),
    `Prices of ${prices.asOf} for ${prices.region} (\`bench/prices/${prices.asOf}.json\`): ${prices.tier}. Not included: ` +
      `${prices.notIncluded.join("; ")}.\n`,
  ].join("\n");
}

const precise = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 4 });

const chart = (rows: readonly AnswerRow[]): string =>
  barChart(
    "To load the answer function, ms",
    "ms",
    rows.map(({ contender }) => contender),
    rows.map(({ loadMs }) => loadMs),
  );
