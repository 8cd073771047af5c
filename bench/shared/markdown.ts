/** Something that is expected of what is measured, and whether it was so in this run. */
export interface Expectation {
  expected: string;
  found: string;
  holds: boolean;
}

/** @param right - the first column that is a figure. */
export function table(head: readonly string[], right: number, rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, index) => (index >= right ? "--:" : "---"));
  return `${line(head)}\n|${rule.join("|")}|\n${rows.map(line).join("\n")}\n`;
}

export const renderExpectations = (expectations: readonly Expectation[]): string =>
  table(
    ["expected", "found", "holds"],
    3,
    expectations.map(({ expected, found, holds }) => [expected, found, holds ? "yes" : "**no**"]),
  );

/** A bar for each label, as a Mermaid chart. */
export const barChart = (title: string, unit: string, labels: readonly string[], values: readonly number[]): string =>
  `\`\`\`mermaid\nxychart-beta\n  title "${title}"\n  x-axis [${labels.map((label) => `"${label}"`).join(", ")}]\n` +
  `  y-axis "${unit}"\n  bar [${values.map((value) => value.toFixed(1)).join(", ")}]\n\`\`\`\n`;
