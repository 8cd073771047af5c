import { shortRevision } from "../engine-notes.ts";
import type { ChangeBlock, Review } from "../review.ts";
import { endpointSection } from "./endpoint-section.ts";
import { flowSection } from "./flow-section.ts";
import { numberSection } from "./number-section.ts";
import { counted, joined, ours, type Phrase, say } from "./phrase.ts";
import { plannedSection, plannedSummary } from "./planned-section.ts";
import { cell, type Report, type Section } from "./report.ts";
import { brokenSection, ruleSection } from "./rule-section.ts";

/** Puts a review into words. */
export function reportOf(review: Review): Report {
  const { stack, outcome, blocks, planned, ids, notes, callsKnown } = review;
  // One block alone is what everybody expects, and needs no name.
  const named = (block: ChangeBlock, section: Section): Section =>
    blocks.length > 1 ? { ...section, title: say`${ours(block.title)}: ${section.title}` } : section;
  const engine = plannedSection(planned);
  return {
    about: "review",
    stack,
    title: say`Routing review of ${stack}`,
    verdict: verdictOf(review),
    ...(outcome !== "nothing to say" && { summary: summaryOf(review) }),
    facts: factsOf(review),
    sections: [
      ...blocks.flatMap((block) => sectionsOf(block, callsKnown).map((section) => named(block, section))),
      ...(engine ? [engine] : []),
      ...(ids ? [idSection(ids)] : []),
      ...(notes.length > 0
        ? [
            {
              title: ours("Notes"),
              summary: counted(notes.length, "note"),
              blocks: [{ kind: "list", items: notes } as const],
            },
          ]
        : []),
      ...blocks.map((block) => named(block, ruleSection(block.rules))),
    ],
  };
}

const idSection = (ids: NonNullable<Review["ids"]>): Section => ({
  title: ours("Ids"),
  summary: counted(ids.length, "application"),
  blocks: [
    {
      kind: "table",
      columns: ["Application", "Key", "Id"],
      rows: ids.map(({ name, key, id }) => [name, key, id].map((text) => cell(say`${text}`))),
    },
  ],
});

/** A review that could not be made is a report, too, so that nobody takes its absence for silence. */
export const failureReport = (stack: string, reasons: readonly string[]): Report => ({
  about: "review",
  stack,
  title: say`Routing review of ${stack}`,
  verdict: { kind: "failed", text: ours("Could not be reviewed") },
  facts: [],
  sections: [
    {
      title: ours("Why"),
      summary: counted(reasons.length, "reason"),
      blocks: [{ kind: "list", items: reasons.map((reason) => say`${reason}`) }],
    },
  ],
});

function verdictOf({ outcome, blocks }: Review): Report["verdict"] {
  if (outcome === "nothing to say") return { kind: "fine", text: ours("No caller will notice anything") };
  if (outcome === "changes within the rules") return { kind: "changes", text: ours("Changes within the rules") };
  const broken = blocks.flatMap(({ rules }) => rules.filter(({ status }) => status === "broken"));
  const numbers = [...new Set(broken.map(({ number }) => number))].sort();
  const names = joined(numbers.map(ours), ", ");
  return { kind: "broken", text: say`${counted(numbers.length, "rule")} broken: ${names}` };
}

function summaryOf({ blocks, planned }: Review): Phrase {
  const parts = blocks.map((block) =>
    blocks.length > 1 ? say`${ours(block.title)}: ${blockSummary(block)}` : blockSummary(block),
  );
  const engine = planned && plannedSummary(planned);
  return joined([...parts, ...(engine ? [say`Planned by the engine: ${engine}`] : [])], ". ");
}

function blockSummary({ numbers, flows, applications, configuration }: ChangeBlock): Phrase {
  const changed = numbers.reduce((sum, group) => sum + group.numbers.length, 0);
  const parts = [
    ...(changed > 0 ? [counted(changed, "number changes", "numbers change")] : []),
    ...(flows.length > 0 ? [counted(flows.length, "flow sounds different", "flows sound different")] : []),
    ...(applications.length > 0 ? [counted(applications.length, "application changes", "applications change")] : []),
    ...(configuration.length > 0 ? [counted(configuration.length, "setting changes", "settings change")] : []),
  ];
  return parts.length > 0 ? joined(parts, ", ") : ours("nothing is routed or heard otherwise");
}

function factsOf({ base, head, level, time, deployed, blocks }: Review): Phrase[] {
  const edits = ours(head.uncommittedEdits ? " with uncommitted edits" : "");
  const which = (block: ChangeBlock) => (blocks.length > 1 ? say` (${ours(block.title)})` : undefined);
  return [
    say`Compared: ${base.commit.slice(0, 8)} (${base.reason}, ${ours(utc(base.time))}) → ${head.commit.slice(0, 8)}${edits}`,
    ...(deployed ? [deployedFact(deployed), ours(`Reviewed: ${utc(time)}`)] : []),
    ours(`Level: ${levels[level]}`),
    ...blocks.map((block) => {
      const { numbers, applications, flows } = block.unchanged;
      return say`Unchanged${which(block)}: ${counted(numbers, "number")}, ${counted(applications, "application")}, ${counted(flows, "flow")}`;
    }),
  ];
}

const levels: Readonly<Record<Review["level"], string>> = {
  offline: "offline, from the code alone; state and account were not looked at",
  full: "full, with the engine's preview and the state; the account was not looked at",
  live: "live, with the engine's preview, the state, and the account as it is",
};

function deployedFact({ standing, revision, stateDigest }: NonNullable<Review["deployed"]>): Phrase {
  if (standing === "copy") return ours("Deployed: not known here");
  if (standing === "unborn") return ours("Deployed: nothing yet");
  const commit = revision === undefined ? ours("an unknown commit") : say`${shortRevision(revision)}`;
  return say`Deployed: ${commit}, state ${ours(stateDigest.slice(0, 8))}`;
}

const sectionsOf = (block: ChangeBlock, callsKnown: boolean): Section[] =>
  [
    brokenSection(block.rules),
    numberSection(block.numbers, callsKnown),
    flowSection(block.flows, callsKnown),
    endpointSection(block.applications, block.configuration),
  ].filter((section) => section !== undefined);

/** @example utc("2027-01-31T08:00:00.000Z") // "2027-01-31 08:00 UTC" */
const utc = (time: string): string => `${time.slice(0, 16).replace("T", " ")} UTC`;
