import { type ActionProblem, checkActionList, describeProblem } from "../call-flow/action-schema.ts";
import { type Outcome, request } from "../http/request.ts";
import { BUDGET, inMilliseconds, judgeTimes } from "./budget.ts";
import type { DeployedApplication } from "./deployed.ts";
import type { LiveAccount } from "./live-account.ts";
import { probeCallId } from "./probe.ts";
import type { Evidence, Finding } from "./report.ts";
import { shown } from "./shown.ts";

/** Redirects that are followed behind one answer; no flow of this project is as long. */
const MAX_REDIRECTS = 20;

/** Point 1: asks the `answer_url` of each application a few times, and follows a caller who stays silent. */
export async function checkAnswers(
  applications: readonly DeployedApplication[],
  account: Pick<LiveAccount, "application">,
  signal: AbortSignal,
  budget = BUDGET,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  // One after the other: answers that wait for each other would look slow.
  for (const { key, id, answerUrl } of applications) {
    const live = await account.application(id);
    const failed = (text: string, evidence?: Evidence) =>
      findings.push({ subject: key, outcome: "failed", text, ...(evidence && { evidence }) });
    if ("missing" in live) failed(live.missing);
    else if ("found" in live && live.found.answerUrl !== answerUrl)
      failed("MiniVoice asks another address than this stack declares: put it back with minivoice up", {
        path: "answer_url",
        expected: shown(answerUrl),
        found: shown(live.found.answerUrl),
      });
    else if (answerUrl === undefined) failed("has no answer_url: nobody is asked what its callers are to hear");
    else {
      const note =
        "unknown" in live ? { note: `whether MiniVoice has this answer_url is not known: ${live.unknown}` } : {};
      findings.push({ subject: key, ...(await checkAnswer(answerUrl, signal, budget)), ...note });
    }
  }
  return findings;
}

async function checkAnswer(url: string, signal: AbortSignal, budget: typeof BUDGET): Promise<Omit<Finding, "subject">> {
  const callId = probeCallId();
  const at = new Date().toISOString();
  const ask = (method: string, address: string) => {
    const asked = new URL(address);
    asked.searchParams.set("call_id", callId);
    const headers = { accept: "application/json" };
    return request(asked.href, { method, headers }, { timeoutMs: budget.worstMs + 1_000, signal });
  };

  let method = "GET";
  const tries: Outcome[] = [await ask(method, url)];
  // The contract does not say how MiniVoice asks, so an application may take one method only.
  if (tries[0] && "status" in tries[0] && tries[0].status === 405) {
    method = "POST";
    tries[0] = await ask(method, url);
  }
  while (tries.length < budget.tries) tries.push(await ask(method, url));

  const first = tries[0] as Outcome;
  const evidence: Evidence = {
    at,
    request: `${method} ${shown(url)}`,
    ...("status" in first && { status: first.status, headers: headersOf(first.headers) }),
    milliseconds: tries.map(({ durationMs }) => durationMs),
  };
  const failure = judgeAnswers(tries, budget);
  if (failure) {
    const { text, ...where } = failure;
    return { outcome: "failed", text, evidence: { ...evidence, ...where } };
  }
  let behind = 0;
  for (let next = redirectOf(first, url); next !== undefined && behind < MAX_REDIRECTS; behind++) {
    const outcome = await ask(next.method, next.url);
    const problem = problemOf(outcome);
    if (problem) {
      const { text, ...where } = problem;
      const redirect = `${next.method} ${shown(next.url)}`;
      const seen = { at, request: redirect, ...("status" in outcome && { status: outcome.status }) };
      return {
        outcome: "failed",
        text: `the redirect behind its answer leads to ${redirect}: ${text}`,
        evidence: { ...seen, ...where },
      };
    }
    next = redirectOf(outcome, next.url);
  }
  const more = behind > 0 ? `; ${behind} more behind its redirects` : "";
  const text = `valid and the same each time, in ${inMilliseconds(evidence.milliseconds ?? [])}${more}`;
  return { outcome: "passed", text, evidence };
}

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

function problemOf(outcome: Outcome): AnswerProblem | undefined {
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

/** Where MiniVoice would go on, as long as it stays with the same server: what another one does is not ours to try. */
function redirectOf(outcome: Outcome, from: string): { method: string; url: string } | undefined {
  const checked = "text" in outcome ? checkActionList(JSON.parse(outcome.text)) : undefined;
  const redirect = checked?.ok ? checked.actions.find(({ type }) => type === "redirect") : undefined;
  if (redirect?.type !== "redirect" || new URL(redirect.url).origin !== new URL(from).origin) return undefined;
  return { method: redirect.method ?? "GET", url: redirect.url };
}

function headersOf(headers: Headers): Record<string, string> {
  const matter = ["content-type", "location", "retry-after", "x-amzn-requestid"];
  return Object.fromEntries(matter.flatMap((name) => (headers.has(name) ? [[name, String(headers.get(name))]] : [])));
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
