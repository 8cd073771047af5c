import { isAnsweredOtherwise } from "../changes/application-changes.ts";
import { applicationsOf, routesOf } from "../reading.ts";
import { count, say } from "../report/phrase.ts";
import type { JudgedChange, Rule } from "./rule.ts";
import { share } from "./rule-file-schema.ts";

/** A slip in a template or a key moves many numbers at once; an intended change rarely does. */
export const tooManyNumbers: Rule = {
  number: "R1",
  name: "too-many-numbers",
  refuses: ({ tooManyNumbers: { share, least } }) =>
    `more than ${share} of at least ${count(least)} numbers change or leave`,
  override:
    "exempt it with upTo: <the count>; the deployment itself asks for MINIVOICE_CONFIRM_CHANGES=<the count> beyond its own limit",
  judge(change) {
    const { share: limit, least } = change.thresholds.tooManyNumbers;
    const total = routesOf(change.from).size;
    const changed = changedNumbers(change).length;
    if (total < least || changed <= share(limit) * total) return [];
    // One more than the limit allows is not told as the limit.
    const percent = Math.ceil((1000 * changed) / total) / 10;
    const describe = () => say`${changed} of ${total} numbers change or leave (${percent} %)`;
    return [{ subjects: ["numbers"], amount: changed, describe }];
  },
};

/** Numbers that were there and are answered otherwise: they move, leave, or their application changes under them. */
function changedNumbers({ from, to }: JudgedChange): string[] {
  const [before, after] = [applicationsOf(from), applicationsOf(to)];
  const routes = routesOf(to);
  return [...routesOf(from)].flatMap(([number, target]) => {
    const [was, is] = [before.get(target), after.get(target)];
    const same = routes.get(number) === target && !(was && is && isAnsweredOtherwise(was, is));
    return same ? [] : [number];
  });
}
