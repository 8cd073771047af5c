import { type Cost, type Operation, operations } from "./measure.ts";

export interface Row {
  contender: string;
  numbers: number;
  costs: Record<Operation, Cost>;
}

export interface Results {
  date: string;
  machine: string;
  rows: Row[];
  /** Numbers → seconds that the bare API needs for the writes and reads of an `up`. */
  api: Record<string, number>;
}

/** The results as Markdown: a table an operation, each time also as a ratio to the empty program of the same size. */
export function renderReport({ date, machine, rows, api }: Results): string {
  const floor = (numbers: number, operation: Operation) =>
    rows.find((row) => row.contender === "empty program" && row.numbers === numbers)?.costs[operation].seconds ??
    Number.NaN;
  const tables = operations.map((operation) => {
    const lines = rows.map(({ contender, numbers, costs }) => {
      const { seconds, requests, stateBytes, peakMemory } = costs[operation];
      const ratio = (seconds / floor(numbers, operation)).toFixed(1);
      const perNumber = contender === "empty program" ? "" : (stateBytes / numbers).toFixed(0);
      return `| ${contender} | ${format(numbers)} | ${seconds.toFixed(1)} | ${ratio} | ${format(requests)} | ${perNumber} | ${peakMemory} |`;
    });
    return `### ${operation}\n\n| | numbers | seconds | × floor | API requests | bytes of state a number | peak MiB |\n|---|--:|--:|--:|--:|--:|--:|\n${lines.join("\n")}\n`;
  });
  const apiLines = Object.entries(api).map(
    ([numbers, seconds]) => `| ${format(Number(numbers))} | ${seconds.toFixed(1)} |`,
  );
  return `Measured on ${date}: ${machine}.\n\n${chart(rows)}\n${tables.join("\n")}
### The API's own time

What the same writes and reads take without any engine, over the same client and the same 64 connections.

| numbers | seconds |
|--:|--:|
${apiLines.join("\n")}
`;
}

const format = (value: number): string => value.toLocaleString("en");

/** Seconds for the first \`up\`, at the size that every contender was measured at. */
function chart(rows: Row[]): string {
  const size = Math.max(
    ...rows.filter(({ contender }) => contender === "dynamic resource").map(({ numbers }) => numbers),
  );
  const shown = rows.filter(({ numbers }) => numbers === size);
  const names = shown.map(({ contender }) => `"${contender}"`).join(", ");
  const values = shown.map(({ costs }) => costs.up.seconds.toFixed(1)).join(", ");
  return `\`\`\`mermaid\nxychart-beta\n  title "First up of ${format(size)} numbers, seconds"\n  x-axis [${names}]\n  y-axis "seconds"\n  bar [${values}]\n\`\`\`\n`;
}
