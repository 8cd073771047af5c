import type { Answer, CompiledFlow } from "../call-flow/compile.ts";
import { actionsOf, PATHS, type Path } from "./planned-calls.ts";
import type { Finding } from "./report.ts";

/** One event of a call, as it was recorded. */
export interface RecordedEvent {
  event: string;
  /** RFC 3339, as the vendor sent it. */
  createdAt: string;
  applicationId?: string;
  /** What came with the event. */
  data: Record<string, unknown>;
}

/** A call with all its events that were recorded, in the order of their time stamps. */
export interface RecordedCall {
  callId: string;
  events: RecordedEvent[];
}

/** Whether a digit that was gathered came with the redirect behind it, as far as the events after it tell. */
export type Arrival = "arrived" | "lost" | "unclear";

/** One recorded call, held against the flow. */
export interface Retraced {
  paths: ReadonlySet<Path>;
  arrival: Arrival;
  /** How it ended, such as `call.completed`; absent while it runs. */
  ended: string | undefined;
}

const ENDS = ["call.completed", "call.failed", "call.canceled"];

/**
 * Walks through the flow with what a call gathered. A call may take more than one path: a wrong key, then silence.
 *
 * Webhooks do not say whether digits reached the answer function. What the call did next does, wherever the flow goes on
 * differently for the key than for silence.
 */
export function retrace(flow: CompiledFlow, { events }: RecordedCall): Retraced {
  const gathered = events.filter(({ event }) => event === "call.gathered");
  const ended = events.find(({ event }) => ENDS.includes(event))?.event;
  const paths = new Set<Path>();
  let arrival: Arrival = "unclear";
  let answer = flow.start;
  for (const [index, { data }] of gathered.entries()) {
    const choice = answer.choice === undefined ? undefined : flow.choices[answer.choice];
    // Another version of the flow answered this call.
    if (!choice) break;
    const digits = typeof data.digits === "string" ? data.digits : "";
    const keyed = Object.hasOwn(choice.keys, digits) ? choice.keys[digits] : undefined;
    if (digits === "") {
      // A caller who hung up did not stay silent.
      if (data.timed_out === true) paths.add("timeout");
      answer = choice.silence;
      continue;
    }
    paths.add(keyed ? "normal" : "invalid");
    const meant = keyed ?? choice.wrong;
    const seen = arrivalOf(flow, { meant, silence: choice.silence, next: gathered[index + 1], ended });
    if (seen !== "unclear") arrival = arrival === "lost" ? "lost" : seen;
    answer = seen === "lost" ? choice.silence : meant;
  }
  if (flow.start.choice === undefined) paths.add("normal");
  // Only a call on which every key meant something is the normal one.
  else if (paths.size > 1) paths.delete("normal");
  return { paths, arrival, ended };
}

function arrivalOf(
  flow: CompiledFlow,
  {
    meant,
    silence,
    next,
    ended,
  }: { meant: Answer; silence: Answer; next: RecordedEvent | undefined; ended?: string | undefined },
): Arrival {
  const [asked, wouldAsk] = [meant, silence].map((answer) =>
    answer.choice === undefined ? undefined : termsOf(flow, answer),
  );
  if (asked === wouldAsk) return "unclear";
  const was = next && terms(next.data);
  if (was === undefined) {
    // A call that ended before the next question was asked says nothing; one that should have asked none says it all.
    return asked === undefined && ended === "call.completed" ? "arrived" : "unclear";
  }
  if (was === asked) return "arrived";
  return was === wouldAsk ? "lost" : "unclear";
}

/** What tells one question from another in `call.gathered`. */
const terms = ({ max_digits, timeout_seconds }: Record<string, unknown>): string => `${max_digits} ${timeout_seconds}`;

function termsOf(flow: CompiledFlow, answer: Answer): string | undefined {
  const gather = actionsOf(flow, answer).at(-1);
  if (gather?.type !== "gather") return undefined;
  return terms({ ...gather, max_digits: gather.max_digits ?? gather.num_digits ?? 1 });
}

/** Point 5 on a live stack: whether calls of the application are found under their ID. */
export function judgeRecords(subject: string, calls: readonly RecordedCall[]): Finding {
  const last = newest(calls);
  if (!last) return { subject, outcome: "unchecked", text: "no call of it is recorded yet: call one of its numbers" };
  const text = `${calls.length} recent ${calls.length === 1 ? "call" : "calls"} recorded under their ID`;
  return { subject, outcome: "passed", text, evidence: { at: timeOf(last), callId: last.callId } };
}

/**
 * Point 6 on a live stack: which of the three paths callers have taken, and whether their digits arrived.
 *
 * @param answerLog - the log group that tells where webhooks do not.
 */
export function judgeRecordedPaths(
  subject: string,
  flow: CompiledFlow,
  calls: readonly RecordedCall[],
  answerLog = "<the answer function's log group>",
): Finding[] {
  const retraced = calls.map((call) => ({ call, ...retrace(flow, call) }));
  const asks = flow.start.choice !== undefined;
  const paths = PATHS.map((path): Finding => {
    const about = `${subject}, ${path}`;
    if (!asks && path !== "normal") return { subject: about, outcome: "passed", text: "the flow asks nothing" };
    const taken = retraced.filter(
      ({ paths, ended }) => paths.has(path) && ended !== undefined && ended !== "call.failed",
    );
    const last = newest(taken.map(({ call }) => call));
    if (!last) return { subject: about, outcome: "unchecked", text: `no such call is recorded: ${howTo[path]}` };
    const count = `${taken.length} recorded ${taken.length === 1 ? "call" : "calls"}`;
    return { subject: about, outcome: "passed", text: count, evidence: { at: timeOf(last), callId: last.callId } };
  });
  return asks ? [...paths, judgeArrivals(`${subject}, digits`, retraced, answerLog)] : paths;
}

const howTo: Record<Path, string> = {
  normal: "call one of its numbers and press a key of the menu",
  invalid: "call one of its numbers and press a key that means nothing",
  timeout: "call one of its numbers and press nothing",
};

function judgeArrivals(
  subject: string,
  retraced: readonly (Retraced & { call: RecordedCall })[],
  answerLog: string,
): Finding {
  const lost = retraced.find(({ arrival }) => arrival === "lost");
  if (lost)
    return {
      subject,
      outcome: "failed",
      text: "gathered digits did not reach the redirect: the flow went on as for a silent caller",
      evidence: { at: timeOf(lost.call), callId: lost.call.callId },
    };
  const arrived = retraced.filter(({ arrival }) => arrival === "arrived");
  const last = newest(arrived.map(({ call }) => call));
  if (last)
    return {
      subject,
      outcome: "passed",
      text: `reached the redirect: ${arrived.length} ${arrived.length === 1 ? "call" : "calls"} went on as only the key leads`,
      evidence: { at: timeOf(last), callId: last.callId },
    };
  const pressed = newest(
    retraced.filter(({ paths }) => paths.has("normal") || paths.has("invalid")).map(({ call }) => call),
  );
  if (!pressed) return { subject, outcome: "unchecked", text: "no recorded caller has pressed a key" };
  // A person copies this into a shell, so only what is certainly an ID is put into it.
  const id = /^[\w.:-]+$/.test(pressed.callId) ? pressed.callId : "<call ID>";
  const pattern = `{ $.call_id = "${id}" }`;
  return {
    subject,
    outcome: "unchecked",
    text:
      "webhooks do not tell whether they reached the redirect. The log does, where outcome is key or wrong instead of " +
      `silence: aws logs filter-log-events --log-group-name ${answerLog} --filter-pattern '${pattern}'`,
    evidence: { at: timeOf(pressed), callId: pressed.callId },
  };
}

const timeOf = ({ events }: RecordedCall): string => events[0]?.createdAt ?? "";

const newest = (calls: readonly RecordedCall[]): RecordedCall | undefined =>
  calls.reduce<RecordedCall | undefined>(
    (last, call) => (!last || timeOf(call) > timeOf(last) ? call : last),
    undefined,
  );
