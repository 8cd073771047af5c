import { count, type Phrase, rendered } from "../report/phrase.ts";
import type { Block, Cell, Report, Section } from "../report/report.ts";
import { shown } from "./shown-text.ts";

/** A comment on a pull request takes 65,536 characters; what is posted around the report needs some of them. */
export const MARKDOWN_LIMIT_BYTES = 60_000;

/** Characters of one foreign text, and of one that is a whole sentence: the end of a reason is the way out. */
const LONGEST_VALUE = 160;
const LONGEST_SENTENCE = 1_000;

/** How much is shown. What is left out of a list is counted, and a table always has all of its last row. */
interface Room {
  /** Rows of a table, or items of a list, that are seen at once. */
  open: number;
  /** Those that can be unfolded. */
  folded: number;
  blocks: number;
  diagrams: number;
}

const rooms: readonly Room[] = [
  { open: 12, folded: 100, blocks: 60, diagrams: 10 },
  { open: 12, folded: 30, blocks: 40, diagrams: 3 },
  { open: 10, folded: 0, blocks: 24, diagrams: 1 },
  { open: 5, folded: 0, blocks: 12, diagrams: 0 },
  { open: 2, folded: 0, blocks: 4, diagrams: 0 },
  { open: 0, folded: 0, blocks: 0, diagrams: 0 },
];

const icons: Readonly<Record<Report["verdict"]["kind"], string>> = {
  fine: "✅",
  changes: "🔵",
  broken: "⛔",
  failed: "⚠️",
};

/** By which a comment is found again. Only letters, digits, dots and `_` of the stack's name stay as they are. */
export const markerOf = ({ about, stack }: Pick<Report, "about" | "stack">): string =>
  `<!-- minivoice-${about} ${stack.replace(/[^A-Za-z0-9_.]/g, (found) => `%${found.codePointAt(0)?.toString(16)}`)} -->`;

/**
 * A report as a comment on a pull request, in GitHub's Markdown. Foreign text stands in code spans, in which neither
 * Markdown, HTML, mentions nor links mean anything.
 *
 * @returns at most {@link MARKDOWN_LIMIT_BYTES} bytes: what has no room is folded, then counted.
 */
export function renderMarkdown(report: Report): string {
  for (const room of rooms) {
    const text = renderIn(report, room);
    if (Buffer.byteLength(text) <= MARKDOWN_LIMIT_BYTES) return text;
  }
  return renderIn({ ...report, facts: [], sections: [] }, rooms.at(-1) as Room);
}

function renderIn(report: Report, room: Room): string {
  const { title, verdict, summary, facts, sections } = report;
  const headline = `${icons[verdict.kind]} **${text(verdict.text)}**${summary ? ` · ${text(summary)}` : ""}`;
  return `${[
    markerOf(report),
    `### ${text(title)}`,
    headline,
    ...sections.map((section) => renderSection(section, room)),
    ...(facts.length > 0 ? [`<sub>${facts.map(text).join("<br>")}</sub>`] : []),
  ].join("\n\n")}\n`;
}

function renderSection({ title, summary, blocks, aside }: Section, room: Room): string {
  const shownBlocks = blocks.slice(0, room.blocks);
  let diagrams = room.diagrams;
  const parts = shownBlocks.flatMap((block) => {
    if (block.kind !== "diagram") return renderBlock(block, room);
    diagrams -= 1;
    return diagrams >= 0 ? folded("Diagram", fenced(block.mermaid)) : [];
  });
  const rest = blocks.length - shownBlocks.length;
  if (rest > 0) parts.push(room.blocks === 0 ? `${text(summary)}. ${elsewhere}` : `… and more of it. ${elsewhere}`);
  if (aside) return folded(`${plain(title)}: ${plain(summary)}`, parts.join("\n\n"));
  return [`#### ${text(title)}`, ...parts].join("\n\n");
}

const elsewhere = "All of it is in the JSON and HTML reports.";

function renderBlock(block: Exclude<Block, { kind: "diagram" }>, room: Room): string[] {
  switch (block.kind) {
    case "text":
      return [sentence(block.text)];
    case "heading":
      return [`**${text(block.text)}**`];
    case "list":
      return rowsIn(block.items, room, (items) => items.map((item) => `- ${sentence(item)}`).join("\n"));
    case "table":
      return rowsIn(block.rows, room, (rows) => table(block.columns, rows));
  }
}

/** The first rows, then those that can be unfolded as a table of their own, then how many more there are. */
function rowsIn<Row>(
  rows: readonly Row[],
  { open, folded: most }: Room,
  render: (rows: readonly Row[]) => string,
): string[] {
  const [first, second] = [rows.slice(0, open), rows.slice(open, open + most)];
  const rest = rows.length - first.length - second.length;
  return [
    ...(first.length > 0 ? [render(first)] : []),
    ...(second.length > 0 ? [folded(`${count(second.length)} more`, render(second))] : []),
    ...(rest > 0 ? [`… and ${count(rest)} more. ${elsewhere}`] : []),
  ];
}

function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (fields: readonly string[]) => `| ${fields.join(" | ")} |`;
  return [
    line(columns.map(escaped)),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(row.map(({ lines }) => lines.map(text).join("<br>")))),
  ].join("\n");
}

/** Only our own words: what stands in a tag is not read as Markdown. */
const folded = (title: string, content: string): string =>
  `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;

function fenced(mermaid: string): string {
  const fence = "`".repeat(1 + Math.max(2, longestRun(mermaid)));
  return `${fence}mermaid\n${mermaid.trimEnd()}\n${fence}`;
}

const text = (phrase: Phrase): string => rendered(phrase, escaped, codeSpan);

const sentence = (phrase: Phrase): string =>
  rendered(phrase, escaped, (value) => codeSpan(value, value === phrase.text ? LONGEST_SENTENCE : LONGEST_VALUE));

/** Our words alone, for places where foreign ones could do harm. */
const plain = (phrase: Phrase): string =>
  rendered(
    phrase,
    (own) => own.replace(/[<>&]/g, ""),
    () => "…",
  );

/** Words that would ring somebody or lead somewhere. Ours never do, but a report may have come from elsewhere. */
const calling = /@|:\/\/|www\.|#\d|GH-\d/i;

const escaped = (own: string): string =>
  shown(own)
    .split(/( +)/)
    .map((word) => (calling.test(word) ? codeSpan(word) : word.replace(/[\\`*_{}[\]<>|~&]/g, "\\$&")))
    .join("")
    // What would begin a list or a heading, were it at the beginning of a line.
    .replace(/^( *)([#+=-])/, "$1\\$2")
    .replace(/^( *\d+)([.)])/, "$1\\$2");

/**
 * Foreign text as code. The fence is longer than any run of backticks within. A pipe is escaped for tables, and a backslash
 * before one would undo that, so it is shown by its twin.
 */
function codeSpan(value: string, longest = LONGEST_VALUE): string {
  const content = shown(value, longest)
    .replace(/\\+(?=\|)/g, (run) => "⧵".repeat(run.length))
    .replaceAll("|", "\\|");
  if (content.trim() === "") return "(blank)";
  const fence = "`".repeat(1 + longestRun(content));
  // One space at each end is not shown; without it, a backtick at the end would become part of the fence.
  const space = /^[` ]|[` ]$/.test(content) ? " " : "";
  return `${fence}${space}${content}${space}${fence}`;
}

const longestRun = (content: string): number =>
  (content.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
