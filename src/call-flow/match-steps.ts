import { canonicalJson, stepsInOrder } from "./digest.ts";
import type { Flow, Step } from "./flow.ts";
import { edgesOf, stepOf } from "./graph.ts";

/**
 * Finds the steps of one version of a flow in another one, by what they do and how a caller gets there. Names and the
 * order of writing play no part, so a step that was only renamed is still the same one.
 *
 * @returns step before → step after. A step that is missing was removed; one that nothing leads to was added.
 */
export function matchSteps(before: Flow, after: Flow): Map<string, string> {
  const matched = new Map<string, string>();
  const taken = new Set<string>();
  const free = (one: string, other: string) => !matched.has(one) && !taken.has(other);
  const take = (one: string, other: string) => {
    matched.set(one, other);
    taken.add(other);
  };
  /** Whatever follows two steps in the same way is the same step too, as far as it goes on alike. */
  const spread = (...pairs: [string, string][]) => {
    for (const [one, other] of pairs)
      for (const [next, there] of followers(stepOf(before, one) as Step, stepOf(after, other) as Step)) {
        if (!free(next, there) || wayOn(stepOf(before, next)) !== wayOn(stepOf(after, there))) continue;
        take(next, there);
        pairs.push([next, there]);
      }
  };

  // Exact copies first: where a step was put in between, what follows it must not take the place of the one it follows.
  const copies = uniqueCopies(before, after);
  for (const [one, other] of copies) take(one, other);
  const entries: [string, string][] = (["start", "fallback"] as const).map((entry) => [before[entry], after[entry]]);
  const seeds = entries.filter(
    ([one, other]) => free(one, other) && wayOn(stepOf(before, one)) === wayOn(stepOf(after, other)),
  );
  for (const [one, other] of seeds) if (free(one, other)) take(one, other);
  spread(...seeds, ...copies);

  for (const one of stepsInOrder(before)) {
    if (matched.has(one)) continue;
    const other = mostAlike(
      stepOf(before, one) as Step,
      stepsInOrder(after).filter((name) => !taken.has(name)),
      after,
    );
    if (other === undefined) continue;
    take(one, other);
    spread([one, other]);
  }
  return matched;
}

/** Steps that are the same in every word, and there once in each version. Where they lead does not count. */
function uniqueCopies(before: Flow, after: Flow): [string, string][] {
  const once = (flow: Flow) =>
    [...Map.groupBy(stepsInOrder(flow), (name) => contentOf(stepOf(flow, name) as Step))].flatMap(
      ([content, [name, ...others]]) =>
        name === undefined || others.length > 0 ? [] : [[content, name] as [string, string]],
    );
  const there = new Map(once(after));
  return once(before).flatMap(([content, one]) => {
    const other = there.get(content);
    return other === undefined ? [] : [[one, other] as [string, string]];
  });
}

const contentOf = (step: Step): string =>
  canonicalJson([step.actions ?? [], step.gather, step.menu?.attempts, edgesOf(step).map(({ field }) => field)]);

const wayOn = (step: Step | undefined): string => (step?.menu ? "menu" : step?.end ? "end" : "goto");

function followers(one: Step, other: Step): [string, string][] {
  const there = new Map(edgesOf(other).map(({ field, to }) => [field, to]));
  return edgesOf(one).flatMap(({ field, to }) => {
    const next = there.get(field);
    return next === undefined ? [] : [[to, next] as [string, string]];
  });
}

/** The one that has most in common with this step; none where that is nothing. */
function mostAlike(step: Step, names: string[], flow: Flow): string | undefined {
  const parts = new Set(partsOf(step));
  let best: { name?: string; common: number } = { common: 0 };
  for (const name of names) {
    const common = partsOf(stepOf(flow, name) as Step).filter((part) => parts.has(part)).length;
    if (common > best.common) best = { name, common };
  }
  return best.name;
}

const partsOf = ({ actions = [], gather }: Step): string[] =>
  [...actions, ...(gather ? [gather] : [])].map((part) => canonicalJson(part));
