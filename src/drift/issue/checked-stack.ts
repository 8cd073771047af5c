import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { renderMarkdown } from "../../review/render/markdown.ts";
import { failureDocument, verdictOf } from "../document.ts";
import { exitCodeOf, statuses } from "../report.ts";

/** What one check of a stack came to, for the issue that tells of it. */
export interface CheckedStack {
  stack: string;
  /** Whether anything could be said at all. */
  checked: boolean;
  inSync: boolean;
  /** In a few words, none of them foreign: `2 drifted; 8 in sync`. */
  verdict: string;
  /** RFC 3339; absent where nothing was checked. */
  checkedAt?: string;
  /** The report as `minivoice drift --format markdown` writes it. */
  markdown: string;
}

const totals = z.record(z.enum([...statuses, "ignored"]), z.int().min(0));
const report = z.object({ stack: z.string(), checkedAt: z.iso.datetime(), totals, incomplete: z.array(z.string()) });
const failure = z.object({ stack: z.string(), couldNotCheck: z.string() });

/**
 * Reads what a check has left in a folder: `drift.json` and `drift.md`. A check that left nothing is one that could not be
 * made, so that nobody takes its silence for "in sync".
 *
 * @throws Error where there is something else
 */
export function checkedStack(stack: string, folder: string): CheckedStack {
  const [json, markdown] = ["drift.json", "drift.md"].map((name) => join(folder, name));
  const failed = { stack, checked: false, inSync: false, verdict: "could not be checked" };
  if (!json || !markdown || !existsSync(json) || !existsSync(markdown)) {
    const reason = "the check ended before it could say anything: the run tells why";
    return { ...failed, markdown: renderMarkdown(failureDocument(stack, reason)) };
  }
  const found = z.union([report, failure]).safeParse(parsed(json));
  if (!found.success || found.data.stack !== stack)
    throw new Error(`what the check of ${stack} has left is no report of minivoice drift on that stack`);
  const text = readFileSync(markdown, "utf8");
  if ("couldNotCheck" in found.data) return { ...failed, markdown: text };
  const { checkedAt } = found.data;
  const verdict = verdictOf(found.data).text.text;
  return { stack, checked: true, inSync: exitCodeOf(found.data) === 0, verdict, checkedAt, markdown: text };
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
