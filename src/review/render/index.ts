import type { Report } from "../report/report.ts";
import { failureReport, reportOf } from "../report/report-of.ts";
import type { Review } from "../review.ts";
import { type Drawings, renderHtml } from "./html.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { type Look, renderTerminal } from "./terminal.ts";

/** What a review can look like. */
export const formats = ["terminal", "markdown", "html", "json"] as const;

export type Format = (typeof formats)[number];

/** A review that could not be made, as it is told in place of one. */
export interface Failure {
  format: 1;
  stack: string;
  outcome: "could not review";
  exitCode: 1;
  /** One sentence each: what is wrong, and the way out. */
  reasons: readonly string[];
}

/** A review, or why there is none, in the format that is wanted. */
export function render(result: Review | Failure, format: Format, look: Look, drawings?: Drawings): string {
  if (format === "json") return renderJson(result);
  const report: Report =
    result.outcome === "could not review" ? failureReport(result.stack, result.reasons) : reportOf(result);
  if (format === "markdown") return renderMarkdown(report);
  return format === "html" ? renderHtml(report, drawings) : renderTerminal(report, look);
}
