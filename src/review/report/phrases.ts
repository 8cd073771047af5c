import { REJECT } from "../../../infra/voice-schema.ts";
import type { Target } from "../changes/number-changes.ts";
import { byNumber, foldNumbers } from "../changes/number-ranges.ts";
import { counted, joined, ours, type Phrase, say } from "./phrase.ts";

/** How many ranges, or names, a sentence lists before it only counts. */
const LISTED = 3;

/**
 * Numbers within a sentence.
 *
 * @example "3 numbers: +15551230001 … +15551230003"
 */
export function numbersPhrase(numbers: readonly string[]): Phrase {
  const ranges = foldNumbers([...numbers].sort(byNumber));
  const listed = ranges
    .slice(0, LISTED)
    .map(({ first, last }) => (first === last ? say`${first}` : say`${first} … ${last}`));
  const rest = ranges.slice(LISTED).reduce((sum, range) => sum + range.count, 0);
  const more = rest > 0 ? say`, and ${rest} more` : undefined;
  const list = say`${joined(listed, ", ")}${more}`;
  return numbers.length === 1 ? list : say`${counted(numbers.length, "number")}: ${list}`;
}

/** Some names, and how many more there are. */
export function namesPhrase(names: readonly string[]): Phrase {
  const rest = names.length - LISTED;
  const list = joined(
    names.slice(0, LISTED).map((name) => say`${name}`),
    ", ",
  );
  return rest > 0 ? say`${list}, and ${rest} more` : list;
}

/** An application by the name that people know, with what answers its calls. */
export function targetPhrase(target: Target): Phrase {
  if (target === REJECT) return ours("out of service");
  return target.flow ? say`${target.name} (${target.flow})` : say`${target.name} (answered elsewhere)`;
}
