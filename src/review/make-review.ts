import { isDeepStrictEqual } from "node:util";
import { compareApplications } from "./changes/application-changes.ts";
import { compareConfiguration } from "./changes/configuration-changes.ts";
import { compareCallers } from "./changes/flow-changes.ts";
import { type CallCounts, compareNumbers } from "./changes/number-changes.ts";
import { type PlannedChanges, plannedChanges } from "./changes/planned-changes.ts";
import { CouldNotReview } from "./could-not-review.ts";
import { deployedReading } from "./deployed-reading.ts";
import { deployedFacts, engineNotes } from "./engine-notes.ts";
import type { EngineSide } from "./engine-side.ts";
import type { Readings } from "./planned/drafts.ts";
import { type PlannedReadings, plannedReadings } from "./planned/planned-readings.ts";
import type { OtherStack, StackReading } from "./reading.ts";
import type { Reality } from "./reality.ts";
import { type Phrase, say } from "./report/phrase.ts";
import { namesPhrase, numbersPhrase } from "./report/phrases.ts";
import type { ChangeBlock, Review } from "./review.ts";
import { judge } from "./rules/judge.ts";
import { type Exemption, readRuleFile } from "./rules/rule-file.ts";
import type { Thresholds } from "./rules/rule-file-schema.ts";
import type { BaseCommit } from "./sources/base-commit.ts";
import type { Version } from "./sources/read-version.ts";

/** Everything that a review is made of. */
export interface ReviewInput {
  stack: string;
  now: Date;
  base: BaseCommit & { version: Version };
  head: Review["head"] & { version: Version };
  /** Files of the program that the change edits. */
  program?: readonly string[] | undefined;
  /** Calls of the last seven days by number, where call records may be read. */
  calls?: CallCounts | undefined;
  /** Whether ids are told. */
  ids?: boolean | undefined;
  /** What a full review knows beyond the code. */
  engine?: EngineSide | undefined;
}

/**
 * Compares two versions of a stack, and judges what is different. With the engine's preview also what is deployed with the
 * base, and what the engine plans with what the code explains.
 *
 * @throws CouldNotReview when the head has no such stack, or its rule file is wrong.
 */
export function makeReview(input: ReviewInput): Review {
  const { stack, now, base, head, calls, ids, engine } = input;
  const { reading: declared, rules: rulesText } = head.version;
  if (!declared) throw new CouldNotReview(noStack(stack, base.version.reading !== undefined, head.version));
  const rules = readRuleFile(rulesText, { stack, now, base: base.version.rules });
  if (rules.problems.length > 0) throw new CouldNotReview(...rules.problems);

  const used = new Set<Exemption>();
  const about = { rules, calls, used };
  const standing = deployedSide(input, declared);
  const written = { head: declared, base: base.version.reading, deployed: standing?.reading };
  const { otherwise, ...readings } = engine
    ? plannedReadings(written, engine.preview, isSameProgram(input, declared))
    : { ...written, otherwise: undefined };
  const { head: to, deployed } = readings;
  const merged = standing && mergedBefore(input, readings, about);
  const from = readings.base ?? deployed;
  const others = othersOf(base.version, head.version);
  const own = compare({ ...about, title: "This change", from, to, others, reality: engine?.reality, before: merged });
  const blocks = [own, ...(merged && !isSilent(merged.block) ? [merged] : [])].map(({ block }) => block);
  const planned =
    engine && standing && plannedChanges({ ...engine, ...comparison(deployed, to), capabilities: to.capabilities });
  // What an edit of the program comes to, the engine's plan tells, and nothing else.
  const unseen = planned ? [] : (input.program ?? []);
  const outcome = outcomeOf(blocks, planned, unseen);
  const { version: _, ...baseCommit } = base;
  const { version: __, ...headCommit } = head;
  return {
    format: 1,
    stack,
    level: engine ? (engine.reality ? "live" : "full") : "offline",
    time: now.toISOString(),
    base: baseCommit,
    head: headCommit,
    ...(engine && { deployed: deployedFacts(engine.preview) }),
    ...(planned && { planned }),
    ...(ids && engine && { ids: idsIn(engine.preview) }),
    outcome,
    exitCode: ({ "nothing to say": 0, "changes within the rules": 2, "a rule broken": 3 } as const)[outcome],
    callsKnown: calls !== undefined,
    blocks,
    notes: [
      ...(unseen.length > 0
        ? [
            say`The program is edited, too (${namesPhrase(unseen)}). What callers will notice of that is not told here: a full review tells it.`,
          ]
        : []),
      ...(base.version.reading ? [] : [say`The stack ${stack} is not at the base: everything in it is new.`]),
      ...(otherwise ? otherwiseNotes(stack, otherwise) : []),
      ...notesOf(rules, used, readRuleFile(base.version.rules, { stack, now }).thresholds),
      ...(engine ? engineNotes(stack, engine, blocks.length > 1) : []),
    ],
  };
}

const idsIn = ({ deployed }: EngineSide["preview"]): NonNullable<Review["ids"]> =>
  [...deployed.applications].map(([key, { name, id }]) => ({ key, name, id }));

/** What is deployed, as far as it can be told; a reading that is absent in it: nothing is. */
function deployedSide({ base, engine }: ReviewInput, head: StackReading): { reading?: StackReading } | undefined {
  if (!engine || engine.preview.standing === "copy") return undefined;
  const versions = { revision: engine.revision?.version?.reading, base: base.version.reading, head };
  const reading = deployedReading(engine.preview.deployed, versions);
  return reading ? { reading } : {};
}

/** Whether base and head make the same of what they declare in the same words. */
const isSameProgram = ({ base, program = [] }: ReviewInput, head: StackReading): boolean =>
  program.length === 0 && compareConfiguration(base.version.reading, head).length === 0;

const otherwiseNotes = (stack: string, { numbers, applications }: PlannedReadings["otherwise"]): Phrase[] => [
  ...(numbers.length > 0
    ? [say`The program routes otherwise than stacks/Voice.${stack}.yaml says: ${numbersPhrase(numbers)}.`]
    : []),
  ...(applications.length > 0
    ? [say`The program makes otherwise than stacks/Voice.${stack}.yaml says: ${namesPhrase(applications)}.`]
    : []),
];

/** What others have merged and nobody has deployed, so that it goes out with this change. */
function mergedBefore(
  { base, head, engine }: ReviewInput,
  { base: to, deployed }: Readings,
  about: Judging,
): Compared | undefined {
  if (!to) return undefined;
  const destinations = new Map(head.version.others.map((other) => [other.stack, other.destinations]));
  // The flows of other stacks are known at the head alone.
  const others = base.version.others.map((other) => ({
    ...other,
    destinations: destinations.get(other.stack) ?? other.destinations,
    numbersBefore: other.numbers,
  }));
  const isElsewhere = engine?.revision && (!engine.revision.isInBase || engine.revision.hadEdits);
  const title = isElsewhere ? "Deployed otherwise than the base says" : "Already merged, not yet deployed";
  return compare({ ...about, title, from: deployed, to, others });
}

interface Judging {
  rules: { thresholds: Thresholds; exemptions: readonly Exemption[] };
  calls: CallCounts | undefined;
  used: Set<Exemption>;
}

interface Compared extends ReturnType<typeof comparison> {
  block: ChangeBlock;
}

const comparison = (from: StackReading | undefined, to: StackReading, calls?: CallCounts) => ({
  numbers: compareNumbers(from, to, calls),
  applications: compareApplications(from, to),
});

function compare(
  about: Judging & {
    title: ChangeBlock["title"];
    from: StackReading | undefined;
    to: StackReading;
    others: readonly OtherStack[];
    reality?: Reality | undefined;
    before?: Compared | undefined;
  },
): Compared {
  const { title, from, to, others, rules, calls, used, reality, before } = about;
  const { numbers, applications } = comparison(from, to, calls);
  const flows = compareCallers(from, to, calls);
  const { thresholds } = rules;
  const change = { from, to, others, numbers, applications, calls, thresholds, reality, before };
  const block: ChangeBlock = {
    title,
    unchanged: { numbers: numbers.unchanged, applications: applications.unchanged, flows: flows.unchanged },
    rules: judge(change, rules.exemptions, (exemption) => used.add(exemption)),
    numbers: numbers.groups,
    flows: flows.changes,
    applications: applications.changes,
    configuration: compareConfiguration(from, to),
  };
  return { block, numbers, applications };
}

function outcomeOf(
  blocks: readonly ChangeBlock[],
  planned: PlannedChanges | undefined,
  unseen: readonly string[],
): Review["outcome"] {
  if (blocks.some(({ rules }) => rules.some(({ status }) => status === "broken"))) return "a rule broken";
  const plansNothing = !planned || planned.changes.length + planned.other.create + planned.other.update === 0;
  return plansNothing && unseen.length === 0 && blocks.every(isSilent) ? "nothing to say" : "changes within the rules";
}

const isSilent = ({ rules, numbers, flows, applications, configuration }: ChangeBlock): boolean =>
  numbers.length + flows.length + applications.length + configuration.length === 0 &&
  rules.every(({ status }) => status === "kept");

function othersOf(base: Version, head: Version): OtherStack[] {
  const before = new Map(base.others.map(({ stack, numbers }) => [stack, numbers]));
  return head.others.map((other) => ({ ...other, numbersBefore: before.get(other.stack) ?? [] }));
}

function noStack(stack: string, wasThere: boolean, { others }: Version): string {
  if (wasThere)
    return (
      `stacks/Voice.${stack}.yaml is gone, and with it every number: to retire the stack, first take its numbers and ` +
      "applications out of the file and deploy that, then delete it"
    );
  const known = others.map((other) => other.stack).join(", ") || "none";
  return `there is no stack "${stack}": stacks/Voice.${stack}.yaml is missing; the stacks here are: ${known}`;
}

function notesOf(
  { thresholds, exemptions }: { thresholds: Thresholds; exemptions: readonly Exemption[] },
  used: ReadonlySet<Exemption>,
  thresholdsBefore: Thresholds,
): Phrase[] {
  const brought = exemptions
    .filter((exemption) => exemption.brought && used.has(exemption))
    .map(
      ({ name }) => say`The exemption ${name} is part of this very change: whoever approves the change approves it.`,
    );
  const unused = exemptions
    .filter((exemption) => !used.has(exemption))
    .map(
      ({ name, rule }) => say`The exemption ${name} from ${rule} was not needed: remove it once it has done its work.`,
    );
  const { share, least } = thresholds.tooManyNumbers;
  const { share: shareBefore, least: leastBefore } = thresholdsBefore.tooManyNumbers;
  const moved = isDeepStrictEqual(thresholds, thresholdsBefore)
    ? []
    : [
        say`This change sets R1 from ${shareBefore} of at least ${leastBefore} numbers to ${share} of at least ${least}.`,
      ];
  return [...moved, ...brought, ...unused];
}
