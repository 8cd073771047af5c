import { styleText } from "node:util";
import type { Evidence, Finding, Outcome, Point, Report } from "../verify/report.ts";
import { plainText } from "./plain-text.ts";
import { heading } from "./screen.ts";
import { columns } from "./table.ts";

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Findings of a point that are shown one by one where nothing is wrong. */
const SHOWN = 3;
/** The same for what failed or could not be checked. */
const SHOWN_WRONG = 20;

const marks = {
  passed: { sign: "✓", style: "green" },
  failed: { sign: "✗", style: "red" },
  unchecked: { sign: "?", style: "yellow" },
} as const satisfies Record<Outcome, { sign: string; style: Parameters<typeof styleText>[0] }>;

/** One readable screen: every point, everything that is wrong with its evidence, and what could not be checked. */
export function renderReport(report: Report, stream: NodeJS.WriteStream): string {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  const where = report.local ? ", a simulation on this machine" : "";
  const title = `${heading("Integration checklist", stream)} (stack ${report.stack}${where}; ${report.at})`;
  return `${[title, ...report.points.flatMap((point) => renderPoint(point, paint)), "", summary(report, paint)].join("\n")}\n`;
}

function renderPoint({ number, title, outcome, findings }: Point, paint: Paint): string[] {
  const { sign, style } = marks[outcome];
  const groups = (["failed", "unchecked", "passed"] as const).map((kind) => {
    const all = findings.filter((finding) => finding.outcome === kind);
    const limit = kind === "passed" ? SHOWN : SHOWN_WRONG;
    // A line that stands for one more line would save nothing.
    const shown = all.length > limit + 1 ? all.slice(0, limit) : all;
    return { kind, shown, folded: all.length - shown.length };
  });
  const rows = groups.flatMap(({ shown }) =>
    shown.map((finding) => [mark(finding, paint), plainText(finding.subject), plainText(textOf(finding))]),
  );
  const folded = groups.filter((group) => group.folded > 0).map((group) => `… and ${group.folded} ${more[group.kind]}`);
  return [
    `\n${paint(style, sign)} ${number}. ${title}`,
    ...(rows.length > 0 ? [indented(columns(rows))] : []),
    ...folded.map((line) => paint("dim", `   ${line}`)),
  ];
}

const more: Record<Outcome, string> = {
  passed: "more like these",
  failed: "more that failed: --json lists all",
  unchecked: "more that could not be checked: --json lists all",
};

const mark = ({ outcome, note }: Finding, paint: Paint): string =>
  note !== undefined && outcome === "passed" ? paint("yellow", "!") : paint(marks[outcome].style, marks[outcome].sign);

/** Where something is wrong, or worth knowing, its evidence follows; else the text is enough. */
function textOf({ outcome, text, note, evidence }: Finding): string {
  const lines = [text];
  if (outcome === "failed" && evidence) lines.push(...linesOf(evidence));
  if (note) lines.push(note);
  return lines.join("\n");
}

function linesOf({ at, request, status, milliseconds, headers, path, expected, found, callId }: Evidence): string[] {
  const facts = [
    ...(request ? [`${request}${status === undefined ? "" : ` → ${status}`}`] : []),
    ...(milliseconds ? [`${milliseconds.join(", ")} ms`] : []),
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(callId ? [`call ${callId}`] : []),
    ...(at ? [`at ${at}`] : []),
  ];
  return [
    ...(path ? [`at ${path}`] : []),
    ...(expected ? [`expected ${expected}`] : []),
    ...(found ? [`found ${found}`] : []),
    ...(facts.length > 0 ? [facts.join("; ")] : []),
  ];
}

function summary({ points }: Report, paint: Paint): string {
  const count = (outcome: Outcome) => points.filter((point) => point.outcome === outcome);
  const [passed, failed, unchecked] = [count("passed"), count("failed"), count("unchecked")];
  const numbers = (list: Point[]) => list.map(({ number }) => number).join(", ");
  return [
    paint("green", `${passed.length} passed`),
    ...(failed.length > 0 ? [paint("red", `${failed.length} failed (${numbers(failed)})`)] : []),
    ...(unchecked.length > 0
      ? [paint("yellow", `${unchecked.length} could not be checked, or not all of it (${numbers(unchecked)})`)]
      : []),
  ].join(", ");
}

const indented = (text: string): string => text.replaceAll(/^/gm, "   ");
