import type { NumberEnd, NumberMove, PinnedReview } from "../review/pinned/pinned-review.ts";
import type { Standing } from "../review/pinned/standings.ts";
import type { Finding } from "../verify/report.ts";
import type { PinnedStack } from "./pinned-stack.ts";
import { plainText } from "./plain-text.ts";
import { columns } from "./table.ts";

/** Nobody reads ten thousand lines before saying yes. */
const MOST_ROWS = 40;

/** What a saved review was about, in two lines. */
export function renderReview({ stack, time, head, digest, counts, outcome, tool }: PinnedReview): string {
  const edits = head.uncommittedEdits ? " with uncommitted edits" : "";
  const parts = [
    plural(counts.numbers, "number"),
    plural(counts.flows, "flow"),
    plural(counts.applications, "application"),
    plural(counts.settings, "setting"),
  ].filter((part) => !part.startsWith("0 "));
  return (
    `Review of ${stack}, ${time.slice(0, 16).replace("T", " ")} UTC, ${head.commit.slice(0, 8)}${edits}, digest ${digest.slice(0, 12)} (${tool})\n` +
    `${outcome}: ${parts.join(", ") || "nothing that a caller notices"}, ${plural(counts.steps, "step")} of the engine\n`
  );
}

/** Each number with its way, and how it stands to it. */
export function renderStandings(
  numbers: Readonly<Record<string, NumberMove>>,
  standings: ReadonlyMap<string, Standing>,
  nameOf: (end: NumberEnd) => string,
): string {
  const rows = Object.entries(numbers).map(([number, { from, to }]) => [
    number,
    nameOf(from),
    `→ ${nameOf(to)}`,
    wordsOf(standings.get(number), nameOf),
  ]);
  const more = rows.length > MOST_ROWS ? `… and ${rows.length - MOST_ROWS} more numbers\n` : "";
  return rows.length === 0 ? "" : `${columns(rows.slice(0, MOST_ROWS))}\n${more}`;
}

function wordsOf(standing: Standing | undefined, nameOf: (end: NumberEnd) => string): string {
  switch (standing?.kind) {
    case "waits":
      return "";
    case "there":
      return "is there";
    case "elsewhere":
      return `left alone: goes to ${nameOf({ route: standing.route })} by now`;
    case "absent":
      return "left alone: is not a number of this account any more";
    default:
      return plainText(`could not be read: ${standing?.why ?? "it was not asked for"}`);
  }
}

/** Calls the ends of a number's way by the names that people know. */
export function namesOf({ recorded, voice }: Pick<PinnedStack, "recorded" | "voice">): (end: NumberEnd) => string {
  const byId = new Map(
    [...recorded.applications].map(([key, { id, name }]) => [id, voice.applications[key]?.name ?? name]),
  );
  return ({ target, route }) => {
    const declared = target === undefined ? undefined : voice.applications[target]?.name;
    return plainText(declared ?? (route === undefined ? undefined : byId.get(route)) ?? route ?? target ?? "as it is");
  };
}

const marks: Readonly<Record<Finding["outcome"], string>> = { passed: "✓", failed: "✗", unchecked: "?" };

/** What there is to see of numbers that have moved. */
export const renderEvidence = (findings: readonly Finding[]): string =>
  `${columns(findings.map(({ outcome, subject, text }) => [marks[outcome], plainText(subject), plainText(text)]))}\n`;

export const plural = (count: number, one: string): string =>
  `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;
