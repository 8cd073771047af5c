import { compareCalls, compareFallback, type PathChange, type TurnChange } from "./compare-calls.ts";
import { compareSteps, type StepChange } from "./compare-steps.ts";
import { flowDigest } from "./digest.ts";
import type { Flow } from "./flow.ts";

/** Two versions of a flow, side by side: plain JSON. */
export interface FlowComparison {
  /** Digest of the version before. */
  before: string;
  /** Digest of the version after. */
  after: string;
  /** What the flow says otherwise, step by step. Empty exactly when the digests are equal. */
  steps: StepChange[];
  /**
   * What callers meet otherwise, with the presses that lead there. Empty where the steps are only arranged otherwise:
   * then no caller notices.
   */
  paths: PathChange[];
  /** What a request that is not understood meets otherwise. */
  fallback?: TurnChange;
  /** Whether there was too much to compare, so that `paths` may be incomplete. */
  capped: boolean;
}

/**
 * Compares two versions of a flow: what they say, and what callers meet. Renaming or reordering steps is no change.
 *
 * @param before - one that `defineFlow` accepted, like `after`.
 * @example
 * const { paths } = compareFlows(receptionistOf(main), receptionistOf(branch));
 * paths[0]; // { presses: ["1"], differs: ["ends"], before: { end: { how: "transfer", to: "+15550100001" }, … }, … }
 */
export function compareFlows(before: Flow, after: Flow): FlowComparison {
  const digests = { before: flowDigest(before), after: flowDigest(after) };
  if (digests.before === digests.after) return { ...digests, steps: [], paths: [], capped: false };
  const fallback = compareFallback(before, after);
  return {
    ...digests,
    steps: compareSteps(before, after),
    ...compareCalls(before, after),
    ...(fallback && { fallback }),
  };
}

/** The names of the steps that differ, to be marked in a diagram of either version. */
export function changedSteps({ steps }: FlowComparison): { before: Set<string>; after: Set<string> } {
  const changed = { before: new Set<string>(), after: new Set<string>() };
  for (const change of steps) {
    if ("was" in change) changed.before.add(change.was);
    if ("step" in change) changed.after.add(change.step);
    if (change.kind === "start" || change.kind === "fallback") {
      changed.before.add(change.before);
      changed.after.add(change.after);
    }
  }
  return changed;
}
