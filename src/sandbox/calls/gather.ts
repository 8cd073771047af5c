import type { Action } from "../../call-flow/action-schema.ts";
import { type Assumptions, milliseconds } from "../assumptions.ts";
import type { CallSession } from "./session.ts";
import { speak } from "./speech.ts";

const KEY_PRESS_MS = 400;

/** Asks the caller for digits. Returns whether the caller is still there. */
export async function gather(session: CallSession, action: Extract<Action, { type: "gather" }>): Promise<boolean> {
  const { assumptions, caller, clock } = session;
  const terms = termsOf(action, assumptions);
  const timeoutSeconds = action.timeout_seconds ?? milliseconds(assumptions.gatherTimeout) / 1_000;
  session.tell({
    kind: "asked",
    ...(action.prompt && { prompt: action.prompt }),
    expects: describe(terms),
    timeoutSeconds,
  });
  if (action.prompt) await speak(session, action.prompt);

  const reply = caller.reply();
  const { digits, ended, rest } =
    typeof reply === "object" ? take(reply.press, terms) : { digits: "", ended: reply, rest: "" };
  await clock.pass(digits.length * KEY_PRESS_MS + (ended === "silence" ? timeoutSeconds * 1_000 : 0));
  const discarded = assumptions.typeAhead === "discard" ? rest : "";
  if (rest && !discarded) caller.pressAhead(rest);

  session.digits = digits;
  session.tell({
    kind: "gathered",
    digits,
    ended: ended === "silence" ? "timeout" : ended,
    ...(discarded && { discarded }),
  });
  const [enough, silent, gone] =
    assumptions.gatherStatus === "completed-timeout-hangup"
      ? ["completed", "timeout", "hangup"]
      : ["ok", "timed_out", "canceled"];
  session.emit("call.gathered", {
    digits,
    status: ended === "hangup" ? gone : ended === "digits" || digits.length >= terms.min ? enough : silent,
    timed_out: ended === "silence",
    min_digits: terms.min,
    max_digits: terms.max,
    timeout_seconds: timeoutSeconds,
    finish_on_key: terms.finishKey ?? null,
  });
  return ended !== "hangup";
}

/** How many digits end the gather by themselves, how few are enough, and the key that ends it at once. */
interface Terms {
  min: number;
  max: number;
  finishKey: string | undefined;
  keepsFinishKey: boolean;
}

function termsOf(
  { num_digits, min_digits, max_digits, finish_on_key }: Extract<Action, { type: "gather" }>,
  { finishKey, finishKeyIncluded }: Assumptions,
): Terms {
  const max = max_digits ?? Math.max(num_digits ?? 1, min_digits ?? 1);
  const min = min_digits ?? (max_digits === undefined ? max : 1);
  return {
    min,
    max,
    finishKey: finish_on_key ?? (finishKey === "none" ? undefined : finishKey),
    keepsFinishKey: finishKeyIncluded === "yes",
  };
}

/** What a gather takes of the keys pressed. Too few, and no finish key: the caller is waited for in vain. */
function take(
  keys: string,
  { max, finishKey, keepsFinishKey }: Terms,
): { digits: string; ended: "digits" | "silence"; rest: string } {
  const finish = finishKey === undefined ? -1 : keys.indexOf(finishKey);
  if (finish >= 0 && finish < max)
    return {
      digits: keys.slice(0, keepsFinishKey ? finish + 1 : finish),
      ended: "digits",
      rest: keys.slice(finish + 1),
    };
  const digits = keys.slice(0, max);
  return { digits, ended: digits.length === max ? "digits" : "silence", rest: keys.slice(max) };
}

function describe({ min, max, finishKey }: Terms): string {
  const count = min === max ? `${max}` : `${min} to ${max}`;
  return `${count} ${max === 1 ? "digit" : "digits"}${finishKey === undefined ? "" : `, ends with ${finishKey}`}`;
}
