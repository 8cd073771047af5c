import { type Action, checkActionList, describeProblem } from "../../call-flow/action-schema.ts";
import { type Outcome, request } from "../../http/request.ts";
import { milliseconds } from "../assumptions.ts";
import { userAgent } from "../what-this-is.ts";
import type { CallSession } from "./session.ts";
import { signatureHeaders, signatureTimestamp } from "./signature.ts";

/** Where the next actions come from. */
export interface ActionSource {
  cause: "answer_url" | "redirect";
  method: "GET" | "POST";
  url: string;
  /** How many HTTP redirects (3xx) are followed. */
  hops: number;
}

/** Actions that may be run, or why there are none. */
export type Fetched = { actions: Action[]; answer: string } | { failed: string };

/** Asks for the next action list, and holds it against the contract. Each request becomes a line of the transcript. */
export async function fetchActions(session: CallSession, source: ActionSource): Promise<Fetched> {
  const { assumptions } = session;
  const digits = source.cause === "redirect" ? session.digits : undefined;
  if (assumptions.digitsKept === "next-redirect") session.digits = undefined;

  const outgoing = build(session, source, digits);
  let attempts = Number(assumptions.answerRetries);
  let result = await once(session, source, outgoing);
  while (result.again && attempts-- > 0) result = await once(session, source, outgoing);
  return result.fetched;
}

interface Outgoing {
  url: string;
  method: string;
  sent: Record<string, string>;
  sentIn: "query" | "form" | "json";
  headers: Record<string, string>;
  body?: string;
}

function build({ assumptions, record, application }: CallSession, source: ActionSource, digits?: string): Outgoing {
  const { id, from, to } = record.wire;
  const sent: Record<string, string> = {
    ...(assumptions.answerParameters === "call" && { [assumptions.callIdName]: id, from, to }),
    ...((digits || (digits === "" && assumptions.silentDigits === "empty")) && { [assumptions.digitsName]: digits }),
  };
  const url = new URL(source.url);
  const sentIn = source.method === "GET" ? "query" : assumptions.digitsIn;
  if (sentIn === "query") for (const [name, value] of Object.entries(sent)) url.searchParams.set(name, value);
  const form = new URLSearchParams(sent).toString();
  const body = sentIn === "query" ? undefined : sentIn === "form" ? form : JSON.stringify(sent);
  const contentType = sentIn === "form" ? "application/x-www-form-urlencoded" : "application/json";
  const secret = assumptions.answerSigned === "yes" ? application?.webhook_secret : undefined;
  return {
    url: url.href,
    method: source.method,
    sent,
    sentIn,
    headers: {
      ...userAgent,
      accept: "application/json",
      ...(body !== undefined && { "content-type": contentType }),
      ...(secret && signatureHeaders(secret, signatureTimestamp(new Date(), assumptions), body ?? "")),
    },
    ...(body !== undefined && { body }),
  };
}

/** One request, with the HTTP redirects that it may follow. */
async function once(
  session: CallSession,
  source: ActionSource,
  { url, sent, sentIn, ...init }: Outgoing,
): Promise<{ fetched: Fetched; again: boolean }> {
  const limits = { timeoutMs: milliseconds(session.assumptions.answerTimeout), signal: session.signal };
  let at = url;
  let outcome = await request(at, init, limits);
  for (let hop = 0; hop < source.hops; hop += 1) {
    const location = redirectOf(outcome);
    if (!location) break;
    at = new URL(location, at).href;
    outcome = await request(at, init, limits);
  }
  const fetched = judge(source, outcome);
  const { durationMs } = outcome;
  session.tell({
    kind: "fetched",
    cause: source.cause,
    method: init.method,
    url: source.url,
    sent,
    sentIn,
    ...("error" in outcome ? { error: outcome.error } : { status: outcome.status }),
    durationMs,
    ...("actions" in fetched && { actions: fetched.actions.map(({ type }) => type), answer: fetched.answer }),
  });
  return { fetched, again: "error" in outcome || outcome.status >= 500 };
}

const redirectOf = (outcome: Outcome): string | null =>
  "status" in outcome && outcome.status >= 300 && outcome.status < 400 ? outcome.headers.get("location") : null;

function judge({ cause, method, url }: ActionSource, outcome: Outcome): Fetched {
  const failed = (reason: string): Fetched => ({ failed: `${cause} ${method} ${url}: ${reason}` });
  if ("error" in outcome) return failed(outcome.error);
  const { status, text } = outcome;
  if (status < 200 || status > 299) return failed(`status ${status}, where 2xx is needed${beginning(text)}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failed(`the answer is not valid JSON${beginning(text)}`);
  }
  const checked = checkActionList(json);
  if (checked.ok) return { actions: checked.actions, answer: text };
  return failed(`the actions break the contract: ${checked.problems.map(describeProblem).join("; ")}`);
}

/** The first words of an answer that nobody expected: they mostly say what went wrong. */
function beginning(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line && `; it begins: ${line.length > 120 ? `${line.slice(0, 119)}…` : line}`;
}
