import { isDeepStrictEqual } from "node:util";
import { compareApplications } from "./changes/application-changes.ts";
import { compareConfiguration } from "./changes/configuration-changes.ts";
import { compareCallers } from "./changes/flow-changes.ts";
import { type CallCounts, compareNumbers } from "./changes/number-changes.ts";
import { CouldNotReview } from "./could-not-review.ts";
import type { OtherStack, StackReading } from "./reading.ts";
import { type Phrase, say } from "./report/phrase.ts";
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
  /** Calls of the last seven days by number, where call records may be read. */
  calls?: CallCounts | undefined;
}

/**
 * Compares two versions of a stack, and judges what is different.
 *
 * @throws CouldNotReview when the head has no such stack, or its rule file is wrong.
 */
export function makeReview({ stack, now, base, head, calls }: ReviewInput): Review {
  const { reading: to, rules: rulesText } = head.version;
  const from = base.version.reading;
  if (!to) throw new CouldNotReview(noStack(stack, from !== undefined, head.version));
  const rules = readRuleFile(rulesText, { stack, now, base: base.version.rules });
  if (rules.problems.length > 0) throw new CouldNotReview(...rules.problems);

  const used = new Set<Exemption>();
  const block = compare({ from, to, others: othersOf(base.version, head.version), rules, calls, used });
  const outcome = outcomeOf([block]);
  const { version: _, ...baseCommit } = base;
  const { version: __, ...headCommit } = head;
  return {
    format: 1,
    stack,
    level: "offline",
    time: now.toISOString(),
    base: baseCommit,
    head: headCommit,
    outcome,
    exitCode: ({ "nothing to say": 0, "changes within the rules": 2, "a rule broken": 3 } as const)[outcome],
    callsKnown: calls !== undefined,
    blocks: [block],
    notes: notesOf(stack, from, rules, used, readRuleFile(base.version.rules, { stack, now }).thresholds),
  };
}

function compare(about: {
  from: StackReading | undefined;
  to: StackReading;
  others: readonly OtherStack[];
  rules: { thresholds: Thresholds; exemptions: readonly Exemption[] };
  calls: CallCounts | undefined;
  used: Set<Exemption>;
}): ChangeBlock {
  const { from, to, others, rules, calls, used } = about;
  const numbers = compareNumbers(from, to, calls);
  const applications = compareApplications(from, to);
  const flows = compareCallers(from, to, calls);
  const change = { from, to, others, numbers, applications, calls, thresholds: rules.thresholds };
  return {
    title: "This change",
    unchanged: { numbers: numbers.unchanged, applications: applications.unchanged, flows: flows.unchanged },
    rules: judge(change, rules.exemptions, (exemption) => used.add(exemption)),
    numbers: numbers.groups,
    flows: flows.changes,
    applications: applications.changes,
    configuration: compareConfiguration(from, to),
  };
}

function outcomeOf(blocks: readonly ChangeBlock[]): Review["outcome"] {
  if (blocks.some(({ rules }) => rules.some(({ status }) => status === "broken"))) return "a rule broken";
  const silent = blocks.every(
    ({ rules, numbers, flows, applications, configuration }) =>
      numbers.length + flows.length + applications.length + configuration.length === 0 &&
      rules.every(({ status }) => status === "kept"),
  );
  return silent ? "nothing to say" : "changes within the rules";
}

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
  stack: string,
  from: StackReading | undefined,
  { thresholds, exemptions }: { thresholds: Thresholds; exemptions: readonly Exemption[] },
  used: ReadonlySet<Exemption>,
  thresholdsBefore: Thresholds,
): Phrase[] {
  const unborn = from ? [] : [say`The stack ${stack} is not at the base: everything in it is new.`];
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
  return [...unborn, ...moved, ...brought, ...unused];
}
