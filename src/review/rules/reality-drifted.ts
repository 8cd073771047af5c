import { numbersOf } from "../changes/number-changes.ts";
import type { LiveDifference, NewNumber } from "../reality.ts";
import { counted, joined, ours, type Phrase, say } from "../report/phrase.ts";
import { namesPhrase, numbersPhrase } from "../report/phrases.ts";
import type { JudgedChange, Rule, Violation } from "./rule.ts";

/** Whoever approves a change from A to B approves nothing where a number is at C by now. */
export const realityDrifted: Rule = {
  number: "R8",
  name: "reality-drifted",
  refuses: () =>
    "the account is not as it was deployed, so what would change is not what is reviewed; or a new number cannot be had as it is there",
  override:
    "put the account back or take over what it has (minivoice drift), then review again; or exempt the numbers, or the " +
    "applications by their keys, which lets the review pass and no number that the deployment refuses",
  judge(change) {
    if (!change.reality) return undefined;
    const touched = touchedBy(change);
    const { differences } = change.reality;
    const concerned = differences.filter(({ subject }) => touched.has(subject));
    const elsewhere = differences.filter(({ subject }) => !touched.has(subject));
    return [
      ...concerned.map(concernedViolation),
      ...newViolations(change.reality.newNumbers),
      ...elsewhereViolation(elsewhere),
    ];
  },
};

/** What the change is about, and what was merged before it and is not deployed. */
function touchedBy({ numbers, applications, before }: JudgedChange): Set<string> {
  return new Set(
    [{ numbers, applications }, ...(before ? [before] : [])].flatMap((changes) => [
      ...numbersOf(changes.numbers),
      ...changes.applications.changes.flatMap(({ key, fields }) => [
        key,
        ...fields.flatMap(({ field, from }) => (field === "key" && from !== undefined ? [from] : [])),
      ]),
    ]),
  );
}

const concernedViolation = (difference: LiveDifference): Violation => ({
  subjects: [difference.subject],
  describe: () => {
    const { name, fields } = difference;
    if (fields.length === 0) return say`${name} was deployed, and somebody has deleted it`;
    return say`${name}: ${joined(fields.map(fieldPhrase), "; ")}`;
  },
});

function fieldPhrase({ field, deployed, live }: LiveDifference["fields"][number]): Phrase {
  const value = (text: string | undefined) => (text === undefined ? ours("nothing") : say`${text}`);
  return say`${ours(field === "route" ? "" : `${field} `)}reviewed as ${value(deployed)}, but it is ${value(live)} by now`;
}

/** New numbers that the deployment would refuse to route, together where it says the same of them. */
const newViolations = (newNumbers: readonly NewNumber[]): Violation[] =>
  [...Map.groupBy(newNumbers, ({ live, refused }) => refused && `${refused} ${live}`).values()].flatMap((same) => {
    const [{ live = "", refused } = {} as NewNumber] = same;
    if (!refused) return [];
    const describe = (subjects: readonly string[]) =>
      say`${numbersPhrase(subjects)}: new in the code, but ${refusals[refused](live)}`;
    return [{ subjects: same.map(({ number }) => number), describe }];
  });

const refusals: Readonly<Record<NonNullable<NewNumber["refused"]>, (live: string) => Phrase>> = {
  "held by another application": (live) =>
    say`its route in the account is now ${live}, an application that this stack does not manage: the deployment refuses to take it over. Have it unassigned in the account setup, or name that application's id in takeover`,
  "another customer's": () =>
    ours(
      "it belongs to another customer than minivoice:customerId says: the deployment refuses it. Leave it out, or review with the right account",
    ),
  "not in the account": () =>
    ours(
      "the account has no such number: the deployment fails for it. Check it, or have it assigned to the account first",
    ),
};

/** What the change does not touch is told as a count. */
function elsewhereViolation(elsewhere: readonly LiveDifference[]): Violation[] {
  if (elsewhere.length === 0) return [];
  const names = new Map(elsewhere.map(({ subject, name }) => [subject, name]));
  const describe = (subjects: readonly string[]) =>
    say`beside the change, ${counted(subjects.length, "object")} of the stack ${ours(subjects.length === 1 ? "is" : "are")} not as deployed: ${namesPhrase(subjects.map((subject) => names.get(subject) ?? subject))}`;
  return [{ subjects: [...names.keys()], describe }];
}
