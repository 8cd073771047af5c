import { type Circumstances, renderCircumstances } from "../shared/circumstances.ts";
import { barChart, type Expectation, renderExpectations, table } from "../shared/markdown.ts";
import type { Cost } from "./measure.ts";

export const contenders = {
  preview: "`pulumi preview --json`: the engine alone",
  full: "`minivoice review`: the engine's preview, both versions of the code, the rules; as a comment",
  offline: "`minivoice review --offline`: both versions of the code, the rules; as a comment",
  octodns: "octoDNS, which plans as many changed DNS records from its files; as a comment",
} as const;
export type Contender = keyof typeof contenders;

export interface Results extends Circumstances {
  /** Each figure is the fastest of so many runs. */
  repeat: number;
  rows: { contender: Contender; numbers: number; cost: Cost }[];
  /** Why a contender is not among them. */
  missing: string[];
}

const MAX_TIMES_PREVIEW = 2;
const MAX_COMMENT_BYTES = 60_000;
const MAX_MEMORY = 512;

const format = (value: number): string => value.toLocaleString("en");

export function renderReport(results: Results): string {
  const { repeat, rows, missing } = results;
  const previewOf = (numbers: number) =>
    rows.find((row) => row.contender === "preview" && row.numbers === numbers)?.cost.seconds ?? Number.NaN;
  const lines = rows.map(({ contender, numbers, cost: { seconds, peakMemory, reportBytes } }) => [
    ...[contender, format(numbers), seconds.toFixed(1), (seconds / previewOf(numbers)).toFixed(1)],
    ...[format(peakMemory), format(reportBytes)],
  ]);
  const most = Math.max(...rows.map(({ numbers }) => numbers));
  const shown = rows.filter(({ numbers }) => numbers === most);
  return `${renderCircumstances(results)} Each figure is ${repeat === 1 ? "one run" : `the fastest of ${repeat} runs`}.

${renderExpectations(expectationsOf(results))}
${barChart(
  `${format(most)} changed numbers, seconds`,
  "seconds",
  shown.map(({ contender }) => contender),
  shown.map(({ cost }) => cost.seconds),
)}
${table(["", "changed numbers", "seconds", "× preview", "peak MiB", "bytes to read"], 1, lines)}
${Object.entries(contenders)
  .map(([name, what]) => `- ${name}: ${what}.`)
  .join("\n")}
${missing.map((reason) => `\nNot measured: ${reason}.\n`).join("")}`;
}

function expectationsOf({ rows }: Results): Expectation[] {
  const most = Math.max(...rows.map(({ numbers }) => numbers));
  const of = (contender: Contender) =>
    rows.find((row) => row.contender === contender && row.numbers === most)?.cost as Cost;
  const [preview, full] = [of("preview"), of("full")];
  const times = full.seconds / preview.seconds;
  return [
    {
      expected: `a review of ${format(most)} changed numbers within ${MAX_TIMES_PREVIEW} times the bare preview`,
      found: `${times.toFixed(1)} times`,
      holds: times <= MAX_TIMES_PREVIEW,
    },
    {
      expected: `a comment below ${format(MAX_COMMENT_BYTES)} bytes`,
      found: format(full.reportBytes),
      holds: full.reportBytes < MAX_COMMENT_BYTES,
    },
    {
      expected: `less than ${MAX_MEMORY} MiB, the engine and its processes aside`,
      found: `${format(of("offline").peakMemory)} offline; with the engine ${format(full.peakMemory)}, of which the bare preview takes ${format(preview.peakMemory)}`,
      holds: of("offline").peakMemory < MAX_MEMORY && full.peakMemory - preview.peakMemory < MAX_MEMORY,
    },
  ];
}
