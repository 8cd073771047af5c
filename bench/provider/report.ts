import { type Circumstances, renderCircumstances } from "../shared/circumstances.ts";
import { barChart, renderExpectations, table } from "../shared/markdown.ts";
import { expectationsOf } from "./expectations.ts";
import { type Cost, type Operation, operations } from "./measure.ts";
import { contenders, didRouteTable, floor } from "./programs.ts";

export interface Row {
  contender: string;
  numbers: number;
  costs: Record<Operation, Cost>;
}

export interface Results extends Circumstances {
  /** Each figure is the fastest of so many runs. */
  repeat: number;
  rows: Row[];
  /** Numbers → seconds that the bare API needs for the writes and lists of a table's first `up`. */
  api: Record<string, number>;
}

/** The results as Markdown: a table an operation, each time also as a ratio to the empty program of the same size. */
export function renderReport(results: Results): string {
  const { repeat, rows, api } = results;
  const floorOf = (numbers: number, operation: Operation) =>
    rows.find((row) => row.contender === floor.name && row.numbers === numbers)?.costs[operation];
  const tables = operations.map((operation) => {
    const lines = rows.map(({ contender, numbers, costs }) => {
      const { seconds, requests, stateBytes, peakMemory } = costs[operation];
      const empty = floorOf(numbers, operation);
      const ratio = (seconds / (empty?.seconds ?? Number.NaN)).toFixed(1);
      const bytes = ((stateBytes - (empty?.stateBytes ?? Number.NaN)) / numbers).toFixed(0);
      return [
        ...[contender, format(numbers), seconds.toFixed(1), ratio, format(requests)],
        ...[contender === floor.name ? "" : bytes, peakMemory],
      ];
    });
    const head = ["", "numbers", "seconds", "× floor", "API requests", "bytes of state a number", "peak MiB"];
    return `### ${operation}\n\n${table(head, 1, lines)}`;
  });
  const apiLines = Object.entries(api).map(([numbers, seconds]) => [format(Number(numbers)), seconds.toFixed(1)]);
  return `${renderCircumstances(results)} Each figure is ${repeat === 1 ? "one run" : `the fastest of ${repeat} runs`}.

${renderExpectations(expectationsOf(results))}
${contenderChart(rows)}
${growthChart(rows)}
${contenders.map(({ name, what }) => `- ${name}: ${what}.`).join("\n")}

${tables.join("\n")}
### The API's own time

What the writes and lists of a table's first \`up\` take without any engine, over the same client and as many connections.

${table(["numbers", "seconds"], 0, apiLines)}`;
}

const format = (value: number): string => value.toLocaleString("en");

/** Seconds for the first \`up\`, at the largest size that every contender was measured at. */
function contenderChart(rows: readonly Row[]): string {
  const sizes = rows.map(({ numbers }) => numbers);
  const isFull = (size: number) => rows.filter(({ numbers }) => numbers === size).length === contenders.length;
  const size = Math.max(...sizes.filter(isFull));
  const shown = rows.filter(({ numbers }) => numbers === size);
  return barChart(
    `First up of ${format(size)} numbers, seconds`,
    "seconds",
    shown.map(({ contender }) => contender),
    shown.map(({ costs }) => costs.up.seconds),
  );
}

/** Seconds for a preview that finds nothing to do, of each size of table. */
function growthChart(rows: readonly Row[]): string {
  const shown = rows.filter(({ contender }) => contender === didRouteTable.name);
  return barChart(
    "No-op preview of a DidRouteTable, seconds",
    "seconds",
    shown.map(({ numbers }) => format(numbers)),
    shown.map(({ costs }) => costs["no-op preview"].seconds),
  );
}
