import type { Action, DtmfKey, WholeNumber } from "./action-schema.ts";

/**
 * What a caller is asked for: the contract's `gather` action, without its `type`. Either exactly `num_digits` (one, if
 * nothing is said), or `min_digits` (one) to `max_digits`: the contract does not say which of them would win.
 */
export type Gather = Omit<GatherAction, "type" | Count> &
  (
    | { num_digits?: number; min_digits?: never; max_digits?: never }
    | { num_digits?: never; min_digits?: number; max_digits: number }
  );
type GatherAction = Extract<Action, { type: "gather" }>;
type Count = "num_digits" | "min_digits" | "max_digits";

/** Anything but `gather`: every gather comes with a menu, or its digits would have nowhere to go. */
export type StepAction = Exclude<Action, { type: "gather" }>;

/** One or more keys of a telephone; only the first one is told by the type, each is checked. */
export type Keys = `${DtmfKey}${string}`;

/** Where a caller goes on after a `gather`. */
export interface Menu<Name extends string = string> {
  /** What the caller typed → step, such as `{ "1": "support", "0": "operator" }`. */
  readonly keys: Readonly<Record<Keys, Name>>;
  /** The step for anything else that was typed. */
  readonly wrong: Name;
  /** The step for a caller who typed nothing, and for digits that never reached us. */
  readonly silence: Name;
  /** How often this menu is heard in one call, 1 to 10. Needed exactly where the flow can come back to it. */
  readonly attempts?: WholeNumber<1, 10>;
  /** The step instead of one more attempt. */
  readonly exhausted?: Name;
}

/**
 * A list of actions, and how the call goes on: ask the caller, go to another step, or end.
 * An end is said (`end: true`), never the absence of something: a forgotten `goto` must not cut a caller off.
 * `transfer`, `bridge` and a `redirect` to another system come last in a step that ends.
 */
export type Step<Name extends string = string> = { readonly actions?: readonly StepAction[] } & (
  | { readonly gather: Gather; readonly menu: Menu<Name>; readonly goto?: never; readonly end?: never }
  | { readonly goto: Name; readonly gather?: never; readonly menu?: never; readonly end?: never }
  | { readonly end: true; readonly gather?: never; readonly menu?: never; readonly goto?: never }
);

/** A call flow as data: steps joined by their names. It can be checked, walked, compared and compiled. */
export interface Flow<Name extends string = string> {
  readonly name: string;
  /** Where a call begins. */
  readonly start: Name;
  /** The step for a request that is not understood. It ends the call's questions: no menu may follow. */
  readonly fallback: Name;
  readonly steps: Readonly<Record<Name, Step<Name>>>;
}

/** One reason why a flow is refused. */
export interface FlowProblem {
  /** Such as `flow "receptionist", step "welcome", menu.wrong`. */
  place: string;
  /** What is wrong and the way out. */
  rule: string;
}

/** A flow that cannot be put behind a number, with every reason and its place. */
export class FlowError extends Error {
  override readonly name = "FlowError";
  readonly problems: readonly FlowProblem[];

  constructor(problems: readonly FlowProblem[]) {
    super(problems.map(({ place, rule }) => `${place}: ${rule}`).join("\n"));
    this.problems = problems;
  }
}
