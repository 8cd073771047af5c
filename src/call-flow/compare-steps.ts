import type { Action } from "./action-schema.ts";
import { canonicalJson, stepsInOrder } from "./digest.ts";
import type { Flow, Gather, Step } from "./flow.ts";
import { edgesOf, stepOf } from "./graph.ts";
import { matchSteps } from "./match-steps.ts";
import type { Press } from "./states.ts";

/** Where an action sends the caller, or the sound. */
export interface Destination {
  action: "transfer" | "bridge" | "conference" | "redirect" | "start_stream";
  to: string;
}

/** A step that is in both versions: its name now, and what it was called before. */
interface Kept {
  step: string;
  was: string;
}

/**
 * One difference in what a flow says. Names of steps after the change are those of the new version, names before it
 * those of the old one.
 */
export type StepChange =
  /** Callers can come to this step now. */
  | { kind: "added"; step: string }
  /** Nobody comes to this step any more. */
  | { kind: "removed"; was: string }
  | { kind: "start" | "fallback"; before: string; after: string }
  /** Other words: a sentence, or the prompt of a question. */
  | (Kept & { kind: "words"; of: "say" | "prompt"; before?: string; after?: string })
  | (Kept & { kind: "destination"; before: Destination; after: Destination })
  /** Any other action that came, went, or has other fields. */
  | (Kept & { kind: "action"; before?: Action; after?: Action })
  /** A field of the question, such as `timeout_seconds`. */
  | (Kept & { kind: "gather"; field: string; before?: number | string; after?: number | string })
  | (Kept & { kind: "attempts"; before?: number; after?: number })
  /** An answer, `exhausted` or `goto` leads to another step, or is new, or gone. */
  | (Kept & { kind: "way"; on: Press | "exhausted" | "goto"; before?: string; after?: string });

/** Every difference, in the order in which a call meets the steps. Complete: none for flows with the same digest only. */
export function compareSteps(before: Flow, after: Flow): StepChange[] {
  const matched = matchSteps(before, after);
  const kept = new Map([...matched].map(([was, step]) => [step, was]));
  const changes: StepChange[] = [];
  for (const kind of ["start", "fallback"] as const)
    if (matched.get(before[kind]) !== after[kind]) changes.push({ kind, before: before[kind], after: after[kind] });
  for (const step of stepsInOrder(after)) {
    const was = kept.get(step);
    if (was === undefined) changes.push({ kind: "added", step });
    else changes.push(...changesIn({ step, was }, stepOf(before, was) as Step, stepOf(after, step) as Step, matched));
  }
  const removed = stepsInOrder(before).filter((was) => !matched.has(was));
  return [...changes, ...removed.map((was): StepChange => ({ kind: "removed", was }))];
}

function changesIn(kept: Kept, one: Step, other: Step, matched: ReadonlyMap<string, string>): StepChange[] {
  const attempts = { before: one.menu?.attempts, after: other.menu?.attempts };
  return [
    ...actionChanges(one.actions ?? [], other.actions ?? []),
    ...gatherChanges(one.gather, other.gather),
    ...(attempts.before === attempts.after ? [] : [{ kind: "attempts", ...known(attempts) } as const]),
    ...wayChanges(one, other, matched),
  ].map((change) => ({ ...kept, ...change }) as StepChange);
}

type Unplaced = StepChange extends infer Change ? (Change extends Kept ? Omit<Change, keyof Kept> : never) : never;

function gatherChanges(one: Gather | undefined, other: Gather | undefined): Unplaced[] {
  const fields = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]) as Set<keyof Gather>;
  return [...fields].sort().flatMap((field): Unplaced[] => {
    const sides = { before: one?.[field], after: other?.[field] };
    if (sides.before === sides.after) return [];
    return field === "prompt"
      ? [{ kind: "words", of: "prompt", ...(known(sides) as { before?: string; after?: string }) }]
      : [{ kind: "gather", field, ...known(sides) }];
  });
}

function wayChanges(one: Step, other: Step, matched: ReadonlyMap<string, string>): Unplaced[] {
  const ways = (step: Step) =>
    new Map(edgesOf(step).map(({ field, key, to }) => [key ?? field.replace(/^menu\./, ""), to]));
  const [from, into] = [ways(one), ways(other)];
  return [...new Set([...from.keys(), ...into.keys()])].flatMap((on): Unplaced[] => {
    const sides = { before: from.get(on), after: into.get(on) };
    const same = sides.before !== undefined && matched.get(sides.before) === sides.after;
    return same && sides.after !== undefined ? [] : [{ kind: "way", on, ...known(sides) }];
  });
}

function actionChanges(one: readonly Action[], other: readonly Action[]): Unplaced[] {
  return gapsBetween(one, other, canonicalJson).flatMap(([gone, come]) => {
    const changes: Unplaced[] = [];
    const left = [...come];
    for (const before of gone) {
      const index = left.findIndex((after) => isSameDeed(before, after));
      const [after] = index < 0 ? [] : left.splice(index, 1);
      changes.push(actionChange(before, after));
    }
    return [...changes, ...left.map((after) => actionChange(undefined, after))];
  });
}

/** Whether one action can be told as another version of the other: whoever hands a caller over does so either way. */
const isSameDeed = (one: Action, other: Action): boolean =>
  one.type === other.type || (handsOver(one) && handsOver(other));

const handsOver = ({ type }: Action): boolean => type === "transfer" || type === "bridge" || type === "redirect";

function actionChange(before: Action | undefined, after: Action | undefined): Unplaced {
  if ((before ?? after)?.type === "say" && (after ?? before)?.type === "say") {
    const sides = { before: textOf(before), after: textOf(after) };
    return { kind: "words", of: "say", ...(known(sides) as { before?: string; after?: string }) };
  }
  const from = before && destinationOf(before);
  const into = after && destinationOf(after);
  if (from && into && canonicalJson(from) !== canonicalJson(into))
    return { kind: "destination", before: from, after: into };
  return { kind: "action", ...(before && { before }), ...(after && { after }) };
}

const textOf = (action: Action | undefined): string | undefined => (action?.type === "say" ? action.text : undefined);

function destinationOf(action: Action): Destination | undefined {
  switch (action.type) {
    case "transfer":
    case "bridge":
      return { action: action.type, to: action.destination };
    case "conference":
      return { action: action.type, to: action.room };
    case "redirect":
      return { action: action.type, to: action.url };
    case "start_stream":
      return { action: action.type, to: action.stream_url };
    default:
      return undefined;
  }
}

/**
 * What two lists have not in common, gap by gap between what they have: the longest common subsequence, as in a diff.
 */
function gapsBetween<Item>(
  one: readonly Item[],
  other: readonly Item[],
  keyOf: (item: Item) => string,
): [Item[], Item[]][] {
  const [a, b] = [one.map(keyOf), other.map(keyOf)];
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (lengths[i] as number[])[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const gaps: [Item[], Item[]][] = [[[], []]];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [gone, come] = gaps.at(-1) as [Item[], Item[]];
    if (i < a.length && j < b.length && a[i] === b[j]) {
      gaps.push([[], []]);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) gone.push(one[i++] as Item);
    else come.push(other[j++] as Item);
  }
  return gaps;
}

/** Without the side that is missing. */
const known = <T>({ before, after }: { before?: T | undefined; after?: T | undefined }): { before?: T; after?: T } => ({
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});
