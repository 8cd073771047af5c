import { counted, joined, ours, type Phrase, say } from "../review/report/phrase.ts";
import type { Report, Section } from "../review/report/report.ts";
import { comparedTable, ignoredTable, unknownTable, unmanagedTable, utc } from "./document-tables.ts";
import type { DriftReport, Status } from "./report.ts";

/** The report in words, for any renderer. */
export function documentOf(report: DriftReport, waysOut: readonly Phrase[] = []): Report {
  const { stack, notes, incomplete, objects } = report;
  const of = (status: Status) => objects.filter((object) => object.status === status && !object.ignored);
  const section = (title: string, found: ReturnType<typeof of>, table: typeof comparedTable): Section[] =>
    found.length === 0
      ? []
      : [{ title: ours(title), summary: counted(found.length, "object"), blocks: [table(found)] }];
  const ignored = objects.filter((object) => object.ignored);
  return {
    about: "drift",
    stack,
    title: say`Drift of ${stack}`,
    verdict: verdictOf(report),
    facts: factsOf(report),
    sections: [
      ...section("Missing: deleted outside of the code", of("missing"), comparedTable),
      ...section("Drifted: changed outside of the code", of("drifted"), comparedTable),
      ...section("Unknown: could not be read", of("unknown"), unknownTable),
      ...section("Not deployed yet: the next up changes it", of("undeployed"), comparedTable),
      ...list("Ways out", waysOut),
      ...section("Unmanaged: in no stack of this project", of("unmanaged"), unmanagedTable),
      ...section("Unmanaged on purpose", ignored, ignoredTable).map((aside) => ({ ...aside, aside: true as const })),
      ...list(
        "Notes",
        [...incomplete, ...notes].map((note) => say`${note}`),
      ),
    ],
  };
}

/** A check that could not be made is a report, too, so that nobody takes its absence for "all is well". */
export const failureDocument = (stack: string, reason: string): Report => ({
  about: "drift",
  stack,
  title: say`Drift of ${stack}`,
  verdict: { kind: "failed", text: ours("Could not be checked") },
  facts: [],
  sections: [{ title: ours("Why"), summary: ours("one reason"), blocks: [{ kind: "text", text: say`${reason}` }] }],
});

/** What it comes to, in words of ours alone. */
export function verdictOf({ totals, incomplete }: Pick<DriftReport, "totals" | "incomplete">): Report["verdict"] {
  const parts = [
    ...(totals.missing > 0 ? [say`${totals.missing} missing`] : []),
    ...(totals.drifted > 0 ? [say`${totals.drifted} drifted`] : []),
    ...(totals.unknown > 0 ? [say`${totals.unknown} unknown`] : []),
    ...(totals.undeployed > 0 ? [say`${totals.undeployed} not deployed yet`] : []),
    ...(incomplete.length > 0 ? [ours("not everything could be looked at")] : []),
  ];
  if (parts.length === 0) return { kind: "fine", text: say`in sync, ${counted(totals.inSync, "object")}` };
  const isDrift = totals.missing + totals.drifted > 0;
  const kind = isDrift ? "broken" : totals.unknown + incomplete.length > 0 ? "failed" : "changes";
  return { kind, text: say`${joined(parts, ", ")}; ${totals.inSync} in sync` };
}

function factsOf({ checkedAt, comparedWith, coverage, totals, objects }: DriftReport): Phrase[] {
  const { managed, all, why } = coverage;
  const covered =
    all === undefined
      ? say`Covers ${counted(managed, "number")}; how many the account has is not known: ${why}`
      : say`Covers ${managed} of the ${counted(all, "number")} in the account`;
  const ignored = totals.ignored > 0 ? say`; ${totals.ignored} unmanaged on purpose` : undefined;
  const against = comparedWith === "code" ? "the code" : "the state, because the code cannot be read";
  return [
    say`Checked at ${ours(utc(checkedAt))} against ${ours(against)}`,
    say`${covered}${ignored}`,
    ours(
      objects.some(({ kind }) => kind === "webhook")
        ? "Not seen: which webhook secret the account signs with; the stack's own was tried at its endpoint"
        : "Not seen: webhook secrets, which the API never shows (--probe-webhook tries the stack's)",
    ),
  ];
}

const list = (title: string, items: readonly Phrase[]): Section[] =>
  items.length === 0
    ? []
    : [
        {
          title: ours(title),
          summary: counted(items.length, "entry", "entries"),
          blocks: [{ kind: "list", items: [...items] }],
        },
      ];
