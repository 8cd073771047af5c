import { styleText } from "node:util";
import Table from "cli-table3";
import { type Phrase, rendered } from "../report/phrase.ts";
import type { Block, Cell, Report } from "../report/report.ts";
import { shown } from "./shown-text.ts";

/** Where the text goes. */
export interface Look {
  /** Characters in a line. */
  width: number;
  /** Whether it is looked at on a terminal that wants colours. */
  colours: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** Characters of one foreign text, and of one that is a whole sentence: the end of a reason is the way out. */
const LONGEST_VALUE = 160;
const LONGEST_SENTENCE = 1_000;
/** Rows of a table; a terminal that has scrolled past the verdict is of no use. */
const MOST_ROWS = 50;

const styles: Readonly<Record<Report["verdict"]["kind"], Style>> = {
  fine: "green",
  changes: "cyan",
  broken: "red",
  failed: "red",
};

/** A report for whoever sits at a terminal; ends in a line feed. */
export function renderTerminal({ title, verdict, summary, facts, sections }: Report, look: Look): string {
  const paint = (style: Style, words: string) =>
    look.colours ? styleText(style, words, { validateStream: false }) : words;
  const blocks = sections
    .filter(({ aside }) => !aside)
    .flatMap((section) => [
      paint("bold", text(section.title)),
      ...section.blocks.map((block) => renderBlock(block, look)),
    ]);
  return `${[
    `${paint("bold", text(title))}: ${paint(["bold", styles[verdict.kind]].flat() as Style, text(verdict.text))}`,
    ...(summary ? [text(summary)] : []),
    ...blocks.filter((block) => block !== "").map((block) => `\n${block}`),
    "",
    ...facts.map((fact) => paint("dim", text(fact))),
  ].join("\n")}\n`;
}

function renderBlock(block: Block, look: Look): string {
  switch (block.kind) {
    case "text":
      return sentence(block.text);
    case "heading":
      return text(block.text);
    case "list":
      return limited(block.items, (items) => items.map((item) => `- ${sentence(item)}`).join("\n"));
    case "table":
      return limited(block.rows, (rows) => table(block.columns, rows, look));
    case "diagram":
      return "";
  }
}

function limited<Row>(rows: readonly Row[], render: (rows: readonly Row[]) => string): string {
  const rest = rows.length - MOST_ROWS;
  return rest > 0
    ? `${render(rows.slice(0, MOST_ROWS))}\n… and ${rest.toLocaleString("en-US")} more: --format json or html has all`
    : render(rows);
}

function table(columns: readonly string[], rows: readonly (readonly Cell[])[], { width, colours }: Look): string {
  const cells = rows.map((row) => row.map(({ lines }) => lines.map(text).join("\n")));
  const printed = new Table({
    head: [...columns],
    colWidths: widthsFor([[...columns], ...cells], width),
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: colours ? ["bold"] : [], border: [] },
  });
  printed.push(...cells);
  return printed.toString();
}

/** As wide as needed where there is room; else the widest columns give way first. */
function widthsFor(rows: readonly (readonly string[])[], width: number): number[] {
  const PADDING = 2;
  const needed = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.flatMap((row) => (row[column] ?? "").split("\n").map(({ length }) => length + PADDING))),
  );
  // A line between the columns and at both ends.
  const room = Math.max(width - needed.length - 1, 14 * needed.length);
  for (let over = needed.reduce((sum, own) => sum + own, 0) - room; over > 0; over--) {
    const widest = needed.indexOf(Math.max(...needed));
    needed[widest] = (needed[widest] ?? 0) - 1;
  }
  return needed;
}

const text = (phrase: Phrase): string => plain(phrase, (value) => shown(value, LONGEST_VALUE));

const sentence = (phrase: Phrase): string =>
  plain(phrase, (value) => shown(value, value === phrase.text ? LONGEST_SENTENCE : LONGEST_VALUE));

const plain = (phrase: Phrase, foreign: (value: string) => string): string => rendered(phrase, (own) => own, foreign);
