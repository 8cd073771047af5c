import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import type { Answer, Choice, CompiledAnswers, CompiledFlow } from "../call-flow/compile.ts";
import { PROBE_CALL_PREFIX } from "../webhooks/probe.ts";
import { metricLine } from "./metrics.ts";
import { type Fields, fieldsOf } from "./request.ts";
import { json } from "./response.ts";

/** At the end of the path, so that a domain in front of the function may put a prefix before it. */
const PATH = /(?:^|\/)answer\/([^/]+)(?:\/([^/]+))?\/?$/;
/** What was decided for one request, in names that the code knows: nothing a caller sent gets into a log line. */
interface Decision {
  outcome:
    | "start"
    | "key"
    | "wrong"
    | "silence"
    | "no_answer_url"
    | "unknown_application"
    | "unknown_choice"
    | "no_base_url"
    | "not_understood";
  application?: string;
  flow?: CompiledFlow;
  /** The choice that the request asked for, such as `menu.1`. */
  choice?: string | undefined;
  /** Absent where the flow's fallback is all that can be said. */
  answer?: Answer;
  /** Where redirects lead; present where the answer has one. */
  baseUrl?: string;
  callId?: string | undefined;
}

export interface AnswerOptions {
  /**
   * The domain in front of the function. Without one, redirects go to the domain name of the request context: never to
   * one that a header names, or anybody could send our callers elsewhere.
   */
  publicBaseUrl?: string | undefined;
  /** The stack that answers are counted for. */
  stack?: string | undefined;
  /** Takes one JSON line per request, without caller data; it carries the metrics too. */
  log?: (line: string) => void;
}

/**
 * Makes the Lambda handler of `…/answer/<application key>[/<choice>]`.
 *
 * Every request is answered with 200 and a valid action list, whatever it holds: a caller is on the line, and would hear
 * silence or a dropped call otherwise. Unknown applications hear an apology, whatever else is not understood the flow's
 * fallback; both are counted. A path that is no answer URL at all counts in nothing. The same request always gets the same answer. GET and POST are what the contract knows;
 * any other method is answered like them, since nothing here changes anything, and HEAD without a body.
 *
 * @example export const handler = createAnswerHandler(compileAnswers({ support: "receptionist" }, flowsFor("test")));
 */
export function createAnswerHandler(
  answers: CompiledAnswers,
  { publicBaseUrl = "", stack = "unknown", log = (line) => process.stdout.write(`${line}\n`) }: AnswerOptions = {},
): (event: LambdaFunctionURLEvent, context?: Context) => Promise<LambdaFunctionURLResult> {
  const configuredUrl = URL.parse(publicBaseUrl);
  const ownUrl = configuredUrl ? configuredUrl.origin + configuredUrl.pathname.replace(/\/+$/, "") : undefined;

  return async (event, context) => {
    const { outcome, application, flow, choice, answer, baseUrl, callId } = decide(answers, event, ownUrl);
    const page = answer?.page ?? flow?.fallback;
    const line = {
      level: answer || outcome === "no_answer_url" ? "INFO" : "WARN",
      message: "answered",
      timestamp: new Date().toISOString(),
      outcome,
      flow: application && answers.applications[application],
      digest: flow?.digest,
      choice,
      page,
      call_id: callId,
      request_id: context?.awsRequestId,
    };
    // Nobody called: neither a probe nor one of the scanners that try every public URL may raise an alarm.
    const nobodyCalled = outcome === "no_answer_url" || (callId?.startsWith(PROBE_CALL_PREFIX) ?? false);
    const counts = { Answers: 1, FallbackAnswers: answer ? 0 : 1 };
    log(nobodyCalled ? JSON.stringify({ ...line, stack, application }) : metricLine(stack, counts, application, line));
    const actions = page === undefined ? answers.apology : flow?.pages[page];
    const [before, after] = answers.redirect;
    const redirect = answer?.choice && `,${before}${baseUrl}/answer/${application}/${answer.choice}${after}`;
    const body = `{"actions":[${actions}${redirect ?? ""}]}`;
    return json(200, event?.requestContext?.http?.method === "HEAD" ? "" : body);
  };
}

function decide(answers: CompiledAnswers, event: LambdaFunctionURLEvent, ownUrl: string | undefined): Decision {
  const path = PATH.exec(typeof event?.rawPath === "string" ? event.rawPath : "");
  if (!path) return { outcome: "no_answer_url" };
  const [, application = "", choice] = path;
  const flow = own(answers.flows, own(answers.applications, application));
  const fields = readable(event);
  const callId = fields && callIdOf(fields);
  if (!flow) return { outcome: "unknown_application", callId };
  const about = { application, flow, callId };
  const chosen = choice === undefined ? undefined : own(flow.choices, choice);
  if (choice !== undefined && !chosen) return { ...about, outcome: "unknown_choice" };
  if (!fields) return { ...about, choice, outcome: "not_understood" };
  const next = chosen ? choose(chosen, digitsOf(fields)) : ({ outcome: "start", answer: flow.start } as const);
  if (next.answer.choice === undefined) return { ...about, choice, ...next };
  const baseUrl = ownUrl ?? baseUrlOf(event.requestContext?.domainName);
  return baseUrl === undefined ? { ...about, choice, outcome: "no_base_url" } : { ...about, choice, baseUrl, ...next };
}

/** Undefined for an event that no function URL sends: its parts may be anything. */
function readable(event: LambdaFunctionURLEvent): Fields | undefined {
  try {
    return fieldsOf(event);
  } catch {
    return undefined;
  }
}

function choose({ keys, wrong, silence }: Choice, digits: string): { outcome: Decision["outcome"]; answer: Answer } {
  if (digits === "") return { outcome: "silence", answer: silence };
  const answer = own(keys, digits);
  return answer ? { outcome: "key", answer } : { outcome: "wrong", answer: wrong };
}

/** Names come from the request, so inherited ones such as `constructor` must find nothing. */
const own = <T>(record: Record<string, T>, name: string | undefined): T | undefined =>
  name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;

/** The contract documents no name for either field, so all that are usual are tried. */
const first = (fields: Fields, names: string[]): unknown => names.map(fields).find((value) => value !== undefined);

/** What the caller typed; empty when nothing came, a text that is no key when something came that is no digits. */
function digitsOf(fields: Fields): string {
  const digits = first(fields, ["digits", "dtmf", "data.digits", "variables.digits"]) ?? "";
  return typeof digits === "string" || typeof digits === "number" ? String(digits).trim().toUpperCase() : "?";
}

/** Joins this line with webhooks and records. Only in the shape of an ID: anybody can send this function anything. */
function callIdOf(fields: Fields): string | undefined {
  const id = first(fields, ["call_id", "callid", "id", "call.id"]);
  return typeof id === "string" && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}

function baseUrlOf(domainName: unknown): string | undefined {
  if (typeof domainName !== "string" || !/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/i.test(domainName))
    return undefined;
  const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i.test(domainName);
  return `${loopback ? "http" : "https"}://${domainName}`;
}
