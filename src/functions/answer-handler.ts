import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import type { Answer, Choice, CompiledAnswers, CompiledFlow } from "../call-flow/compile.ts";
import { type Fields, fieldsOf } from "./request.ts";
import { json, refusal } from "./response.ts";

/** At the end of the path, so that a domain in front of the function may put a prefix before it. */
const PATH = /(?:^|\/)answer\/([^/]+)(?:\/([^/]+))?\/?$/;
/** Said where no flow is known that could say more. */
const APOLOGY =
  '{"say":{"text":"We are sorry, your call cannot be answered at the moment. Please try again later. Goodbye."}}';

/** What was decided for one request, in names that the code knows: nothing a caller sent gets into a log line. */
interface Decision {
  outcome: "start" | "key" | "wrong" | "silence" | "unknown_application" | "unknown_choice" | "no_base_url";
  application?: string;
  flow?: CompiledFlow;
  /** The choice that the request asked for, such as `menu.1`. */
  choice?: string | undefined;
  /** Absent where the flow's fallback is all that can be said. */
  answer?: Answer;
}

/**
 * Makes the Lambda handler of `GET|POST …/answer/<application key>[/<choice>]`.
 *
 * Every GET and POST is answered with 200 and a valid action list, whatever it holds: a caller is on the line, and
 * would hear silence or a dropped call otherwise. Unknown applications hear an apology, unknown choices the flow's
 * fallback. The same request always gets the same answer.
 *
 * @param options.publicBaseUrl - the domain in front of the function; without one, redirects go to the domain name of
 * the request context. Never to one that a header names, or anybody could send our callers elsewhere.
 * @param options.log - takes one JSON line per request, without caller data.
 * @example export const handler = createAnswerHandler(compileAnswers({ support: "receptionist" }, flowsFor("test")));
 */
export function createAnswerHandler(
  answers: CompiledAnswers,
  options: { publicBaseUrl?: string | undefined; log?: (line: string) => void } = {},
): (event: LambdaFunctionURLEvent, context?: Context) => Promise<LambdaFunctionURLResult> {
  const { publicBaseUrl = "", log = (line) => process.stdout.write(`${line}\n`) } = options;
  const configuredUrl = URL.parse(publicBaseUrl)?.href.replace(/\/+$/, "");

  return async (event, context) => {
    const method = event.requestContext?.http?.method ?? "GET";
    if (method !== "GET" && method !== "POST")
      return refusal(405, "method_not_allowed", "only GET and POST are answered", { allow: "GET, POST" });

    const baseUrl = configuredUrl ?? baseUrlOf(event.requestContext?.domainName);
    const fields = fieldsOf(event);
    const { outcome, application, flow, choice, answer } = decide(answers, event.rawPath ?? "", fields, baseUrl);
    const page = answer?.page ?? flow?.fallback;
    log(
      JSON.stringify({
        level: answer ? "INFO" : "WARN",
        message: "answered",
        timestamp: new Date().toISOString(),
        outcome,
        application,
        flow: application && answers.applications[application],
        digest: flow?.digest,
        choice,
        page,
        call_id: callIdOf(fields),
        request_id: context?.awsRequestId,
      }),
    );
    const actions = page === undefined ? APOLOGY : flow?.pages[page];
    if (answer?.choice === undefined) return json(200, `{"actions":[${actions}]}`);
    const url = `${baseUrl}/answer/${application}/${answer.choice}`;
    return json(200, `{"actions":[${actions},{"type":"redirect","url":"${url}"}]}`);
  };
}

function decide(answers: CompiledAnswers, path: string, fields: Fields, baseUrl: string | undefined): Decision {
  const [, application = "", choice] = PATH.exec(path) ?? [];
  const flow = own(answers.flows, own(answers.applications, application));
  if (!flow) return { outcome: "unknown_application" };
  const about = { application, flow };
  const chosen = choice === undefined ? undefined : own(flow.choices, choice);
  if (choice !== undefined && !chosen) return { ...about, outcome: "unknown_choice" };
  const next = chosen ? choose(chosen, digitsOf(fields)) : ({ outcome: "start", answer: flow.start } as const);
  if (next.answer.choice !== undefined && baseUrl === undefined) return { ...about, choice, outcome: "no_base_url" };
  return { ...about, choice, ...next };
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

function baseUrlOf(domainName: string | undefined): string | undefined {
  if (domainName === undefined || !/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/i.test(domainName)) return undefined;
  const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i.test(domainName);
  return `${loopback ? "http" : "https"}://${domainName}`;
}
