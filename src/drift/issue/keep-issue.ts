import { z } from "zod";
import { markerOf } from "../../review/render/markdown.ts";
import { utc } from "../document-tables.ts";
import type { CheckedStack } from "./checked-stack.ts";
import type { Issues, IssueText } from "./issues.ts";

/** When a stack was last in sync, and with which commit of the code. */
export interface LastGood {
  /** RFC 3339. */
  at: string;
  commit: string;
}

/** The run that has checked. */
export interface IssueRun {
  /** Whose issues are ours. */
  author: string;
  commit: string;
  /** Where it can be looked at. */
  url: string;
}

/** What became of the issue. `noted`: it is made, and closed at once, to remember that all was well. */
export type Kept = "opened" | "reopened" | "updated" | "closed" | "noted" | "still closed";

/**
 * Sees to it that one issue tells how a stack stands: open while it is not in sync, closed while it is. It also remembers
 * when the stack was last in sync, because nothing else outlives a run.
 *
 * @example await keepIssue(issues, checkedStack("production", folder), { author: "github-actions[bot]", commit, url })
 */
export async function keepIssue(issues: Issues, check: CheckedStack, run: IssueRun): Promise<Kept> {
  const marker = markerOf({ about: "drift", stack: check.stack });
  const found = await issues.find(run.author, marker);
  const { inSync, checkedAt } = check;
  const lastGood = inSync && checkedAt ? { at: checkedAt, commit: run.commit } : found && lastGoodIn(found.body);
  const text: IssueText = {
    title: `Drift of ${check.stack}: ${check.verdict}`,
    body: bodyOf(marker, check, lastGood, run),
    state: inSync ? "closed" : "open",
  };
  const number = found?.number ?? (await issues.create(text));
  if (found || inSync) await issues.update(number, text);
  if (!found) return inSync ? "noted" : "opened";
  if (found.state === "open") return inSync ? "closed" : "updated";
  return inSync ? "still closed" : "reopened";
}

function bodyOf(marker: string, { markdown }: CheckedStack, lastGood: LastGood | undefined, run: IssueRun): string {
  const known = lastGood
    ? `${utc(lastGood.at)}, with the code of ${lastGood.commit}`
    : "not known: no check has found it in sync yet";
  return [
    marker,
    ...(lastGood ? [`<!-- last-known-good ${JSON.stringify(lastGood)} -->`] : []),
    "",
    (markdown.startsWith(marker) ? markdown.slice(marker.length) : markdown).trim(),
    "",
    `**Last known good**: ${known}.`,
    "",
    `Checked with the code of ${run.commit} by [this run](${run.url}). What to do: \`docs/drift.md\`, "Runbook".`,
    "",
  ].join("\n");
}

const lastGoodSchema = z.object({ at: z.iso.datetime(), commit: z.string().regex(/^[0-9a-f]{7,64}$/) });

/** Whoever may edit issues may have edited this one, so only what looks right counts. */
function lastGoodIn(body: string): LastGood | undefined {
  const [, json] = /^<!-- last-known-good (\{[^<>]*\}) -->$/m.exec(body) ?? [];
  try {
    return lastGoodSchema.safeParse(JSON.parse(json ?? "")).data;
  } catch {
    return undefined;
  }
}
