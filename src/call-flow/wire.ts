import type { Action, ActionType } from "./action-schema.ts";

/**
 * How actions are written: `mixed` as every page of the vendor agrees with, `typed` as `{"type": "say", …}` throughout,
 * `keyed` as `{"say": {…}}` throughout. The contract contradicts itself, so an account may turn out to want another one.
 */
export type ActionSyntax = "mixed" | "typed" | "keyed";

export const actionSyntaxes: readonly ActionSyntax[] = ["mixed", "typed", "keyed"];

/** The vendor's pages agree on no single form; every one of them agrees with these three keyed and the rest typed. */
const KEYED: ReadonlySet<ActionType> = new Set(["say", "gather", "send_digits"]);

/**
 * An action as the answer function emits it.
 *
 * @example toWire({ type: "say", text: "Hi." }) // { say: { text: "Hi." } }
 */
export function toWire(action: Action, syntax: ActionSyntax = "mixed"): object {
  if (syntax === "typed" || (syntax === "mixed" && !KEYED.has(action.type))) return action;
  const { type, ...fields } = action;
  return { [type]: fields };
}
