import type { Action } from "../../call-flow/action-schema.ts";
import { describeAction } from "../../call-flow/describe-action.ts";
import type { CallTurn } from "../../call-flow/walk.ts";
import { joined, ours, type Phrase, say } from "../report/phrase.ts";

/** What happens in one go of a call, sentence by sentence: what is said and done, and how it goes on. */
export function turnPhrases({ actions, end }: CallTurn): Phrase[] {
  return [...actions.map(actionPhrase), ...(end?.how === "end" ? [ours("the call ends")] : [])];
}

/** Words are somebody's, so are destinations; what is done with them is ours to say. */
function actionPhrase(action: Action): Phrase {
  switch (action.type) {
    case "say":
      return say`“${action.text}”`;
    case "gather": {
      const { prompt, ...terms } = action;
      const waits = ours(describeAction(terms));
      return prompt === undefined ? waits : say`“${prompt}” ${waits}`;
    }
    case "transfer":
    case "bridge":
      return say`${ours(action.type)} to ${action.destination}`;
    default:
      return say`${describeAction(action)}`;
  }
}

/**
 * What a caller does, up to the place in question.
 *
 * @example "presses 2, then a wrong key, then stays silent"
 */
export function pressesPhrase(presses: readonly string[]): Phrase {
  if (presses.length === 0) return ours("calls");
  return joined(
    presses.map((press, index) => {
      if (press === "silence") return ours("stays silent");
      const key = press === "wrong" ? ours("a wrong key") : say`${press}`;
      const goesOn = index > 0 && presses[index - 1] !== "silence";
      return goesOn ? key : say`presses ${key}`;
    }),
    ", then ",
  );
}
