import type { Action, ActionType } from "./action-schema.ts";

/** The vendor's pages agree on no single form; every one of them agrees with these three keyed and the rest typed. */
const KEYED: ReadonlySet<ActionType> = new Set(["say", "gather", "send_digits"]);

/**
 * An action as the answer function emits it.
 *
 * @example toWire({ type: "say", text: "Hi." }) // { say: { text: "Hi." } }
 */
export function toWire(action: Action): object {
  if (!KEYED.has(action.type)) return action;
  const { type, ...fields } = action;
  return { [type]: fields };
}
