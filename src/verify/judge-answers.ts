import { isDeepStrictEqual } from "node:util";
import { type Action, type ActionProblem, checkActionList, describeProblem } from "../call-flow/action-schema.ts";
import type { Outcome } from "../http/request.ts";
import { BUDGET, judgeTimes } from "./budget.ts";
import type { Evidence } from "./report.ts";
import { shown } from "./shown.ts";

/** What is wrong with an answer, in words, and where. */
export type AnswerProblem = Pick<Evidence, "path" | "expected" | "found"> & { text: string };

/**
 * Judges the answers to one and the same request: each must be valid by the contract, all the same, and quick.
 *
 * @returns what is wrong first, or `undefined`.
 */
export function judgeAnswers(tries: readonly Outcome[], budget = BUDGET): AnswerProblem | undefined {
  for (const outcome of tries) {
    const problem = problemOf(outcome);
    if (problem) return problem;
  }
  const [first, ...others] = tries.map((outcome) => ("text" in outcome ? outcome.text : ""));
  const different = others.find((text) => text !== first);
  if (first !== undefined && different !== undefined)
    return {
      text: "the same request got different answers, so nobody can tell what callers hear",
      expected: "the same bytes each time",
      found: `a difference at byte ${differenceAt(first, different)}`,
    };
  const slow = judgeTimes(
    tries.map(({ durationMs }) => durationMs),
    budget,
  );
  return slow && { text: "answers too slowly: the caller hears silence meanwhile", ...slow };
}

/** What is wrong with one answer by itself. */
export function problemOf(outcome: Outcome): AnswerProblem | undefined {
  if ("error" in outcome) return { text: `no answer: ${outcome.error}`, expected: "an answer" };
  const { status, text: body } = outcome;
  if (status < 200 || status > 299)
    return { text: `status ${status}`, expected: "2xx", found: `${status}${beginning(body)}` };
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { text: "the answer is no JSON", path: "$", expected: "JSON", found: beginning(body).slice(2) || "nothing" };
  }
  const checked = checkActionList(json);
  if (!checked.ok) {
    const [first, ...more] = checked.problems;
    const others = more.length > 0 ? ` (and ${more.length} more)` : "";
    return first && { text: `${describeProblem(first)}${others}`, ...placeOf(first, json) };
  }
  if (checked.actions.length === 0)
    return {
      text: "the action list is empty: the caller hears nothing",
      path: "$.actions",
      expected: "an action",
      found: "[]",
    };
  return undefined;
}

/**
 * Whether a call begins as its flow does, which validity does not tell: a function that does not know the application
 * apologises, and one that does not know its own address sends callers elsewhere.
 *
 * @param url - the `answer_url`, which the addresses behind it begin with.
 */
export function otherBeginning(outcome: Outcome, url: string, expected: Action[]): AnswerProblem | undefined {
  const actions = actionsIn(outcome);
  const wrong = expected.findIndex((action, index) => !isDeepStrictEqual(action, actions[index]));
  const redirect = actions[expected.length];
  const place = (index: number) => ({ path: `$.actions[${index}]`, found: JSON.stringify(actions[index] ?? null) });
  if (wrong >= 0)
    return { text: "does not begin as its flow does", expected: JSON.stringify(expected[wrong]), ...place(wrong) };
  if (redirect?.type === "redirect" && !redirect.url.startsWith(`${url.replace(/\/+$/, "")}/`))
    return {
      text: "leads its callers to another address than its own: is voice:publicBaseUrl right?",
      expected: `${shown(url)}/…`,
      ...place(expected.length),
      found: shown(redirect.url),
    };
  return undefined;
}

/** Where in the answer, as it was written: an action has two forms. */
function placeOf({ index, action, field, value, rule }: ActionProblem, json: unknown): Omit<AnswerProblem, "text"> {
  const found = value === undefined ? "nothing" : JSON.stringify(value);
  const raw = index === undefined ? undefined : (json as { actions: unknown[] }).actions[index];
  const keyed = typeof raw === "object" && raw !== null && !("type" in raw) && action !== undefined && action in raw;
  // The keyed form has no field `type`: its name is what is wrong.
  const inner = field && !(keyed && field === "type") ? [field] : [];
  const steps = [...(index === undefined ? [] : [`actions[${index}]`]), ...(keyed ? [action] : []), ...inner];
  return {
    path: ["$", ...steps].join("."),
    expected: rule,
    found: found.length > 200 ? `${found.slice(0, 199)}…` : found,
  };
}

/** Of an answer that was found to be valid. */
export function actionsIn(outcome: Outcome): Action[] {
  const checked = "text" in outcome ? checkActionList(JSON.parse(outcome.text)) : undefined;
  return checked?.ok ? checked.actions : [];
}

/** The first words of an answer that nobody expected: they mostly say what went wrong. */
function beginning(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line && `: ${line.length > 120 ? `${line.slice(0, 119)}…` : line}`;
}

function differenceAt(one: string, other: string): number {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? a.length : at;
}
