import { numbersOf } from "../changes/number-changes.ts";
import type { LiveDifference } from "../reality.ts";
import { counted, joined, ours, type Phrase, say } from "../report/phrase.ts";
import { namesPhrase } from "../report/phrases.ts";
import type { JudgedChange, Rule, Violation } from "./rule.ts";

/** Whoever approves a change from A to B approves nothing where a number is at C by now. */
export const realityDrifted: Rule = {
  number: "R8",
  name: "reality-drifted",
  refuses: () => "the account is not as it was deployed, so what would change is not what is reviewed",
  override:
    "put the account back or take over what it has (minivoice drift), then review again; or exempt the numbers, or the " +
    "applications by their keys",
  judge(change) {
    if (!change.reality) return undefined;
    const touched = touchedBy(change);
    const { differences } = change.reality;
    const concerned = differences.filter(({ subject }) => touched.has(subject));
    const elsewhere = differences.filter(({ subject }) => !touched.has(subject));
    return [...concerned.map(concernedViolation), ...elsewhereViolation(elsewhere)];
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

/** What the change does not touch is told as a count. */
function elsewhereViolation(elsewhere: readonly LiveDifference[]): Violation[] {
  if (elsewhere.length === 0) return [];
  const names = new Map(elsewhere.map(({ subject, name }) => [subject, name]));
  const describe = (subjects: readonly string[]) =>
    say`beside the change, ${counted(subjects.length, "object")} of the stack ${ours(subjects.length === 1 ? "is" : "are")} not as deployed: ${namesPhrase(subjects.map((subject) => names.get(subject) ?? subject))}`;
  return [{ subjects: [...names.keys()], describe }];
}
