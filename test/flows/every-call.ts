import { type Action, checkActionList, describeProblem } from "../../src/call-flow/action-schema.ts";
import { type CompiledAnswers, compileAnswers } from "../../src/call-flow/compile.ts";
import type { Flow } from "../../src/call-flow/flow.ts";
import { createAnswerHandler } from "../../src/functions/answer-handler.ts";
import { functionUrlEvent } from "../functions/function-url-event.ts";

/** What callers can meet in a flow. */
export interface Calls {
  /** The number of different answers that were fetched. */
  answers: number;
  /** The number of answers that the most patient caller hears. */
  longest: number;
  /** The last action of every call, as JSON. */
  ends: Set<string>;
}

/**
 * Places every call that a caller can make: each key of each menu, a key that is none, and silence, through the answer
 * function.
 *
 * @throws Error when an answer breaks the contract, or when a call can go on for ever.
 */
export async function everyCall(flow: Flow): Promise<Calls> {
  const answers = compileAnswers({ support: "flow" }, { flow });
  const handler = createAnswerHandler(answers, { log: () => undefined });
  const lengths = new Map<string, number>();
  const open = new Set<string>();
  const ends = new Set<string>();

  async function longestFrom(path: string): Promise<number> {
    const known = lengths.get(path);
    if (known !== undefined) return known;
    if (open.has(path)) throw new Error(`a call can go on for ever: it comes back to ${path}`);
    open.add(path);
    const last = (await fetchActions(path)).at(-1);
    let length = 1;
    if (last?.type === "redirect" && last.url.startsWith("https://answers.example.com/")) {
      const { pathname } = new URL(last.url);
      for (const digits of inputsAt(answers, pathname))
        length = Math.max(length, 1 + (await longestFrom(`${pathname}?digits=${encodeURIComponent(digits)}`)));
    } else ends.add(JSON.stringify(last));
    open.delete(path);
    lengths.set(path, length);
    return length;
  }

  async function fetchActions(path: string): Promise<Action[]> {
    const result = await handler(functionUrlEvent({ path, domainName: "answers.example.com" }));
    const body: unknown = JSON.parse((typeof result === "string" ? result : result.body) ?? "");
    const checked = checkActionList(body);
    if (!checked.ok) throw new Error(`${path}: ${checked.problems.map(describeProblem).join("; ")}`);
    if (checked.actions.length === 0) throw new Error(`${path}: the caller hears nothing`);
    return checked.actions;
  }

  const longest = await longestFrom("/answer/support");
  return { answers: lengths.size, longest, ends };
}

/** Every key that means something there, one that does not, and nothing. */
function inputsAt(answers: CompiledAnswers, pathname: string): string[] {
  const choice = answers.flows.flow?.choices[pathname.split("/").at(-1) ?? ""];
  if (!choice) throw new Error(`a redirect leads to ${pathname}, where nothing is`);
  return [...Object.keys(choice.keys), "999999", ""];
}
