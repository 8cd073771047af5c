import type { ChangeBlock, Review } from "../review.ts";
import { endpointSection } from "./endpoint-section.ts";
import { flowSection } from "./flow-section.ts";
import { numberSection } from "./number-section.ts";
import { counted, joined, ours, type Phrase, say } from "./phrase.ts";
import type { Report, Section } from "./report.ts";
import { brokenSection, ruleSection } from "./rule-section.ts";

/** Puts a review into words. */
export function reportOf(review: Review): Report {
  const { stack, outcome, blocks, notes, callsKnown } = review;
  return {
    about: "review",
    stack,
    title: say`Routing review of ${stack}`,
    verdict: verdictOf(review),
    ...(outcome !== "nothing to say" && { summary: joined(blocks.map(summaryOf), ". ") }),
    facts: factsOf(review),
    sections: [
      ...blocks.flatMap((block) => sectionsOf(block, callsKnown)),
      ...(notes.length > 0
        ? [
            {
              title: ours("Notes"),
              summary: counted(notes.length, "note"),
              blocks: [{ kind: "list", items: notes } as const],
            },
          ]
        : []),
      ...blocks.map(({ rules }) => ruleSection(rules)),
    ],
  };
}

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
  const names = joined(
    broken.map(({ number }) => ours(number)),
    ", ",
  );
  return { kind: "broken", text: say`${counted(broken.length, "rule")} broken: ${names}` };
}

function summaryOf({ numbers, flows, applications, configuration }: ChangeBlock): Phrase {
  const changed = numbers.reduce((sum, group) => sum + group.numbers.length, 0);
  const parts = [
    ...(changed > 0 ? [counted(changed, "number changes", "numbers change")] : []),
    ...(flows.length > 0 ? [counted(flows.length, "flow sounds different", "flows sound different")] : []),
    ...(applications.length > 0 ? [counted(applications.length, "application changes", "applications change")] : []),
    ...(configuration.length > 0 ? [counted(configuration.length, "setting changes", "settings change")] : []),
  ];
  return parts.length > 0 ? joined(parts, ", ") : ours("nothing is routed or heard otherwise");
}

function factsOf({ base, head, level, blocks }: Review): Phrase[] {
  const edits = ours(head.uncommittedEdits ? " with uncommitted edits" : "");
  return [
    say`Compared: ${base.commit.slice(0, 8)} (${base.reason}, ${ours(utc(base.time))}) → ${head.commit.slice(0, 8)}${edits}`,
    ...(level === "offline" ? [ours("Level: offline, from the code alone; state and account were not looked at")] : []),
    ...blocks.map(
      ({ unchanged: { numbers, applications, flows } }) =>
        say`Unchanged: ${counted(numbers, "number")}, ${counted(applications, "application")}, ${counted(flows, "flow")}`,
    ),
  ];
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
