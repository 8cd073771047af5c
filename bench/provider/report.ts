import { renderExpectations } from "../runtime/report.ts";
import { expectationsOf } from "./expectations.ts";
import { type Cost, type Operation, operations } from "./measure.ts";
import { contenders, didRouteTable, floor } from "./programs.ts";

export interface Row {
  contender: string;
  numbers: number;
  costs: Record<Operation, Cost>;
}

export interface Results {
  date: string;
  machine: string;
  /** Processes that wanted a processor in the minute before. */
  loadBefore: number;
  /** Each figure is the fastest of so many runs. */
  repeat: number;
  rows: Row[];
  /** Numbers → seconds that the bare API needs for the writes and lists of a table's first `up`. */
  api: Record<string, number>;
}

/** The results as Markdown: a table an operation, each time also as a ratio to the empty program of the same size. */
export function renderReport(results: Results): string {
  const { date, machine, loadBefore, repeat, rows, api } = results;
  const floorOf = (numbers: number, operation: Operation) =>
    rows.find((row) => row.contender === floor.name && row.numbers === numbers)?.costs[operation];
  const tables = operations.map((operation) => {
    const lines = rows.map(({ contender, numbers, costs }) => {
      const { seconds, requests, stateBytes, peakMemory } = costs[operation];
      const empty = floorOf(numbers, operation);
      const ratio = (seconds / (empty?.seconds ?? Number.NaN)).toFixed(1);
      const bytes = ((stateBytes - (empty?.stateBytes ?? Number.NaN)) / numbers).toFixed(0);
      return `| ${contender} | ${format(numbers)} | ${seconds.toFixed(1)} | ${ratio} | ${format(requests)} | ${contender === floor.name ? "" : bytes} | ${peakMemory} |`;
    });
    return `### ${operation}\n\n| | numbers | seconds | × floor | API requests | bytes of state a number | peak MiB |\n|---|--:|--:|--:|--:|--:|--:|\n${lines.join("\n")}\n`;
  });
  const apiLines = Object.entries(api).map(
    ([numbers, seconds]) => `| ${format(Number(numbers))} | ${seconds.toFixed(1)} |`,
  );
  return `Measured on ${date}: ${machine}; ${loadBefore.toFixed(1)} processes wanted a processor in the minute before. Each figure is the fastest of ${repeat} runs.

${renderExpectations(expectationsOf(results))}
${contenderChart(rows)}
${growthChart(rows)}
${contenders.map(({ name, what }) => `- ${name}: ${what}.`).join("\n")}

${tables.join("\n")}
### The API's own time

What the writes and lists of a table's first \`up\` take without any engine, over the same client and as many connections.

| numbers | seconds |
|--:|--:|
${apiLines.join("\n")}
`;
}

const format = (value: number): string => value.toLocaleString("en");

const chart = (title: string, labels: readonly string[], values: readonly number[]): string =>
  `\`\`\`mermaid\nxychart-beta\n  title "${title}"\n  x-axis [${labels.map((label) => `"${label}"`).join(", ")}]\n` +
  `  y-axis "seconds"\n  bar [${values.map((value) => value.toFixed(1)).join(", ")}]\n\`\`\`\n`;

/** Seconds for the first \`up\`, at the largest size that every contender was measured at. */
function contenderChart(rows: readonly Row[]): string {
  const sizes = rows.map(({ numbers }) => numbers);
  const isFull = (size: number) => rows.filter(({ numbers }) => numbers === size).length === contenders.length;
  const size = Math.max(...sizes.filter(isFull));
  const shown = rows.filter(({ numbers }) => numbers === size);
  return chart(
    `First up of ${format(size)} numbers, seconds`,
    shown.map(({ contender }) => contender),
    shown.map(({ costs }) => costs.up.seconds),
  );
}

/** Seconds for a preview that finds nothing to do, of each size of table. */
function growthChart(rows: readonly Row[]): string {
  const shown = rows.filter(({ contender }) => contender === didRouteTable.name);
  return chart(
    "No-op preview of a DidRouteTable, seconds",
    shown.map(({ numbers }) => format(numbers)),
    shown.map(({ costs }) => costs["no-op preview"].seconds),
  );
}
