import { styleText } from "node:util";
import type { Check, Diagnosis, Health } from "../doctor/check.ts";
import { plainText } from "./plain-text.ts";
import { heading } from "./screen.ts";
import { columns } from "./table.ts";

type Style = Parameters<typeof styleText>[0];

const marks = {
  ok: { sign: "✓", style: "green" },
  warning: { sign: "!", style: "yellow" },
  problem: { sign: "✗", style: "red" },
  unchecked: { sign: "?", style: "yellow" },
} as const satisfies Record<Health, { sign: string; style: Style }>;

/** One screen: every check, with what to do where there is something to do. */
export function renderDiagnosis({ stack, sections }: Diagnosis, stream: NodeJS.WriteStream): string {
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const rowOf = ({ health, name, text, fix }: Check) => [
    paint(marks[health].style, marks[health].sign),
    plainText(name),
    fix ? `${plainText(text)}\n${paint("dim", `→ ${plainText(fix)}`)}` : plainText(text),
  ];
  const parts = sections.map(({ title, checks }) => `${heading(title, stream)}\n${columns(checks.map(rowOf))}`);
  const all = sections.flatMap(({ checks }) => checks);
  const count = (health: Health) => all.filter((check) => check.health === health).length;
  const [problems, warnings, open] = [count("problem"), count("warning"), count("unchecked")];
  const verdict = [
    problems > 0
      ? paint("red", `${problems} ${problems === 1 ? "problem" : "problems"}`)
      : paint("green", "no problem"),
    ...(warnings > 0 ? [paint("yellow", `${warnings} ${warnings === 1 ? "warning" : "warnings"}`)] : []),
    ...(open > 0 ? [paint("yellow", `${open} could not be checked`)] : []),
  ];
  const next =
    problems === 0
      ? `. Next: npm run pulumi -- preview -s ${stack}, and after the first up: minivoice verify -s ${stack}`
      : "";
  return `${parts.join("\n\n")}\n\n${stack}: ${verdict.join(", ")}${next}\n`;
}
