import type { Action } from "../call-flow/action-schema.ts";
import { type Outcome, request } from "../http/request.ts";
import { BUDGET, inMilliseconds } from "./budget.ts";
import type { DeployedApplication } from "./deployed.ts";
import { actionsIn, judgeAnswers, otherBeginning, problemOf } from "./judge-answers.ts";
import type { LiveAccount } from "./live-account.ts";
import { probeCallId } from "./probe.ts";
import type { Evidence, Finding } from "./report.ts";
import { shown } from "./shown.ts";

/** Redirects that are followed behind one answer; no flow of this project is as long. */
const MAX_REDIRECTS = 20;

/** How answers are looked at. */
export interface AnswerCheck {
  signal: AbortSignal;
  budget?: typeof BUDGET;
  /** The actions that a call to an application begins with, where they are known: an apology is valid, too. */
  beginningOf?: (application: DeployedApplication) => Action[] | undefined;
}

/** Point 1: asks the `answer_url` of each application a few times, and follows a caller who stays silent. */
export async function checkAnswers(
  applications: readonly DeployedApplication[],
  account: Pick<LiveAccount, "application">,
  { signal, budget = BUDGET, beginningOf = () => undefined }: AnswerCheck,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  // One after the other: answers that wait for each other would look slow.
  for (const application of applications) {
    const { key, id, answerUrl } = application;
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
      const found = await checkAnswer(answerUrl, { signal, budget, beginning: beginningOf(application) });
      findings.push({ subject: key, ...found, ...note });
    }
  }
  return findings;
}

async function checkAnswer(
  url: string,
  { signal, budget, beginning }: { signal: AbortSignal; budget: typeof BUDGET; beginning: Action[] | undefined },
): Promise<Omit<Finding, "subject">> {
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
  const failure = judgeAnswers(tries, budget) ?? (beginning && otherBeginning(first, url, beginning));
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

/** Where MiniVoice would go on, as long as it stays with the same server: what another one does is not ours to try. */
function redirectOf(outcome: Outcome, from: string): { method: string; url: string } | undefined {
  const redirect = actionsIn(outcome).find(({ type }) => type === "redirect");
  if (redirect?.type !== "redirect" || new URL(redirect.url).origin !== new URL(from).origin) return undefined;
  return { method: redirect.method ?? "GET", url: redirect.url };
}

function headersOf(headers: Headers): Record<string, string> {
  const matter = ["content-type", "location", "retry-after", "x-amzn-requestid"];
  return Object.fromEntries(matter.flatMap((name) => (headers.has(name) ? [[name, String(headers.get(name))]] : [])));
}
