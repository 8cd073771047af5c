import { type Action, checkActionList } from "../call-flow/action-schema.ts";
import type { Answer, Choice, CompiledFlow } from "../call-flow/compile.ts";

/** The three ways in which every flow has to be tried. */
export const PATHS = ["normal", "invalid", "timeout"] as const;
export type Path = (typeof PATHS)[number];

/** A call to place, and what it must meet. */
export interface PlannedCall {
  /** What the caller presses at each question, in order; `""` is silence. Then the caller stays silent. */
  press: string[];
  /** What is answered, from the first request to the end of the call. */
  answers: Answer[];
}

/**
 * Plans one call for each path: the shortest one on which every key means something and which does not end as silence
 * does, the same after a wrong key, and one who never presses anything.
 *
 * @returns `undefined` for a path that the flow does not have: one that asks nothing knows no wrong key.
 * @example planCalls(flow).invalid?.press // ["9", "1"]
 */
export function planCalls(flow: CompiledFlow): Record<Path, PlannedCall | undefined> {
  const { start } = flow;
  const timeout = silentCall(flow, start);
  // A call that ends like a silent one could not show that its digits arrived.
  const silentEnd = lastAction(flow, timeout.answers.at(-1) ?? start);
  const normal = shortestCall(flow, start, silentEnd) ?? { press: [], answers: [start] };
  if (start.choice === undefined) return { normal, invalid: undefined, timeout: undefined };

  const { gather, choice } = questionOf(flow, start);
  const wrong = wrongKeys(gather, choice);
  if (wrong === undefined) return { normal, invalid: undefined, timeout };
  const after = shortestCall(flow, choice.wrong, silentEnd) ?? silentCall(flow, choice.wrong);
  const invalid = { press: [wrong, ...after.press], answers: [start, ...after.answers] };
  return { normal, invalid, timeout };
}

/** The actions of an answer, without the redirect that leads to its choice. */
export function actionsOf({ pages }: CompiledFlow, { page }: Answer): Action[] {
  const checked = checkActionList({ actions: JSON.parse(`[${pages[page] ?? ""}]`) });
  return checked.ok ? checked.actions : [];
}

type Gather = Extract<Action, { type: "gather" }>;

/** What the caller is asked at the end of an answer that has a choice. */
function questionOf(flow: CompiledFlow, answer: Answer): { gather: Gather; choice: Choice } {
  return {
    gather: actionsOf(flow, answer).at(-1) as Gather,
    choice: flow.choices[answer.choice ?? ""] as Choice,
  };
}

const lastAction = (flow: CompiledFlow, answer: Answer): string => JSON.stringify(actionsOf(flow, answer).at(-1));

/** Says nothing at any question. Every loop is bounded, so this ends. */
function silentCall(flow: CompiledFlow, from: Answer): PlannedCall {
  const answers = [from];
  for (let answer = from; answer.choice !== undefined; answers.push(answer))
    answer = questionOf(flow, answer).choice.silence;
  return { press: [], answers };
}

/** The fewest presses to the end of a call, keys in the order of the menu; preferably to an end unlike `avoided`. */
function shortestCall(flow: CompiledFlow, from: Answer, avoided: string): PlannedCall | undefined {
  const queue: PlannedCall[] = [{ press: [], answers: [from] }];
  const seen = new Set<string>();
  let second: PlannedCall | undefined;
  for (const call of queue) {
    const answer = call.answers.at(-1) as Answer;
    if (answer.choice === undefined) {
      if (lastAction(flow, answer) !== avoided) return call;
      second ??= call;
      continue;
    }
    if (seen.has(answer.choice)) continue;
    seen.add(answer.choice);
    const { gather, choice } = questionOf(flow, answer);
    // The same key with its finish key behind it is no other choice.
    for (const [key, next] of Object.entries(choice.keys))
      if (gather.finish_on_key === undefined || !key.endsWith(gather.finish_on_key))
        queue.push({ press: [...call.press, typed(key, gather)], answers: [...call.answers, next] });
  }
  return second;
}

/** What a caller types to give these digits: the finish key behind them where the gather would wait for more. */
function typed(digits: string, gather: Gather): string {
  return gather.finish_on_key !== undefined && digits.length < lengths(gather).most
    ? digits + gather.finish_on_key
    : digits;
}

/** Keys as many as the gather takes that mean nothing there, if there are any. */
function wrongKeys(gather: Gather, { keys }: Choice): string | undefined {
  const { least } = lengths(gather);
  const candidates = [..."9876543210*#ABCD"].filter((key) => key !== gather.finish_on_key);
  const wrong = candidates.map((key) => key.repeat(least)).find((digits) => !Object.hasOwn(keys, digits));
  return wrong && typed(wrong, gather);
}

/** How many digits a gather takes: `num_digits`, unless a range is given. */
function lengths({ num_digits, min_digits, max_digits }: Gather): { least: number; most: number } {
  const most = max_digits ?? Math.max(num_digits ?? 1, min_digits ?? 1);
  return { least: Math.max(1, min_digits ?? (max_digits === undefined ? most : 1)), most };
}
