import { canonicalJson } from "./digest.ts";
import type { Flow } from "./flow.ts";
import { FlowStates, leadsTo, type Press, pressesAt, type Turn } from "./states.ts";
import { type CallTurn, callTurn } from "./walk.ts";

/**
 * What differs between two turns: `says` the sentences, `asks` whether or what for the caller is asked, `ends` whether
 * or where the call ends, `does` any other action or their order.
 */
export type Difference = "says" | "asks" | "ends" | "does";

/** A place in a call where callers meet something else than before. */
export interface TurnChange {
  differs: Difference[];
  before: CallTurn;
  after: CallTurn;
}

/** The same with the shortest way for a caller to get there. */
export interface PathChange extends TurnChange {
  /** What the caller does at each question up to there. A key that only one version knows is a wrong key in the other. */
  presses: Press[];
  /** How many other ways lead from the same steps to the same difference. */
  alsoAfter: number;
}

/** Two versions of a flow can be in more pairs of states than anybody would wait for. */
const MAX_PAIRS = 20_000;

/**
 * Places the same calls in two versions of a flow, and tells where they differ. Beyond the first difference a path is
 * followed as long as both versions ask.
 *
 * @returns the shortest paths first; `capped` when there was too much to compare.
 */
export function compareCalls(before: Flow, after: Flow): { paths: PathChange[]; capped: boolean } {
  const statesBefore = new FlowStates(before);
  const statesAfter = new FlowStates(after);
  const found = new Map<string, PathChange>();
  const seen = new Set<string>();
  const queue: { presses: Press[]; one: Turn; other: Turn }[] = [];

  function meet(presses: Press[], one: Turn, other: Turn): void {
    const differs = differencesOf(one, other);
    const place = canonicalJson([one.steps, other.steps]);
    const known = found.get(place);
    if (known) known.alsoAfter++;
    else if (differs.length > 0)
      found.set(place, { presses, differs, before: callTurn(one), after: callTurn(other), alsoAfter: 0 });
    if (!one.asks || !other.asks) return;
    const pair = `${one.asks.name} ${other.asks.name}`;
    if (seen.has(pair)) return;
    seen.add(pair);
    queue.push({ presses, one, other });
  }

  meet([], statesBefore.turnFrom(before.start), statesAfter.turnFrom(after.start));
  for (const { presses, one, other } of queue) {
    if (seen.size > MAX_PAIRS) break;
    if (!one.asks || !other.asks) continue;
    const { asks: here } = one;
    const { asks: there } = other;
    for (const press of new Set([...pressesAt(before, here.menu), ...pressesAt(after, there.menu)]))
      meet(
        [...presses, press],
        statesBefore.turnFrom(leadsTo(before, here.menu, press), here.heard),
        statesAfter.turnFrom(leadsTo(after, there.menu, press), there.heard),
      );
  }
  return { paths: [...found.values()], capped: seen.size > MAX_PAIRS };
}

/** What a request that is not understood meets. */
export function compareFallback(before: Flow, after: Flow): TurnChange | undefined {
  const one = new FlowStates(before).turnFrom(before.fallback);
  const other = new FlowStates(after).turnFrom(after.fallback);
  const differs = differencesOf(one, other);
  return differs.length > 0 ? { differs, before: callTurn(one), after: callTurn(other) } : undefined;
}

/** Names of steps do not count: callers never hear them. */
function differencesOf(one: Turn, other: Turn): Difference[] {
  if (canonicalJson(one.actions) === canonicalJson(other.actions)) return [];
  const [before, after] = [callTurn(one), callTurn(other)];
  const unequal = (part: (turn: CallTurn) => unknown) => canonicalJson([part(before)]) !== canonicalJson([part(after)]);
  const differs: Difference[] = [];
  if (unequal(({ says }) => says)) differs.push("says");
  if (unequal(termsOf)) differs.push("asks");
  if (unequal(({ end }) => end && [end.how, end.to])) differs.push("ends");
  if (unequal(deedsOf) || differs.length === 0) differs.push("does");
  return differs;
}

/** What the caller is asked for, without the words. */
function termsOf({ actions }: CallTurn): unknown {
  const last = actions.at(-1);
  return last?.type === "gather" ? { ...last, prompt: undefined } : undefined;
}

/** Everything but words, the question, and what is told as the end. */
const deedsOf = ({ actions, end }: CallTurn): unknown =>
  actions.filter(
    ({ type }, index) => type !== "say" && type !== "gather" && !(index === actions.length - 1 && type === end?.how),
  );
