import { isDeepStrictEqual } from "node:util";
import { checkActionList } from "../call-flow/action-schema.ts";
import type { CompiledFlow } from "../call-flow/compile.ts";
import type { CallRecord } from "../sandbox/control-client.ts";
import { actionsOf, type PlannedCall } from "./planned-calls.ts";
import type { Evidence, Finding } from "./report.ts";

type Entry<Kind extends string> = Extract<CallRecord["transcript"][number], { kind: Kind }>;

/**
 * Judges a call that was placed as planned: it reached the application, every answer was the flow's, every digit arrived
 * at its redirect, the call ended well, and every webhook was accepted.
 */
export function judgeCall(
  flow: CompiledFlow,
  plan: PlannedCall,
  applicationId: string,
  call: CallRecord,
): Omit<Finding, "subject"> {
  const evidence: Evidence = { at: call.startedAt, callId: call.wire.id };
  if (entries(call, "fetched").some(({ actions, answer }) => actions && answer === undefined)) {
    const text = "the sandbox that runs is older than this checkout and keeps no answers: npm stop, then npm start";
    return { outcome: "unchecked", text, evidence };
  }
  const problem =
    reached(applicationId, call) ??
    (call.failure === undefined ? undefined : { text: `the call failed: ${call.failure}` }) ??
    answersAsPlanned(flow, plan, call) ??
    digitsArrived(call) ??
    endedWell(call) ??
    webhooksAccepted(call);
  if (problem) {
    const { text, ...where } = problem;
    return { outcome: "failed", text, evidence: { ...evidence, ...where } };
  }
  return { outcome: "passed", text: describe(plan, call), evidence };
}

type Problem = Pick<Evidence, "path" | "expected" | "found"> & { text: string };

function reached(expected: string, { wire }: CallRecord): Problem | undefined {
  const found = wire.application_id ?? "nobody";
  return found === expected ? undefined : { text: "the call reached another application", expected, found };
}

function answersAsPlanned(flow: CompiledFlow, plan: PlannedCall, call: CallRecord): Problem | undefined {
  const fetched = entries(call, "fetched").filter(({ actions }) => actions);
  for (const [index, answer] of plan.answers.entries()) {
    const place = `answer ${index + 1}`;
    const text = fetched[index]?.answer;
    if (text === undefined) return { text: `the call ended before ${place}`, expected: answer.page, found: "nothing" };
    const checked = checkActionList(JSON.parse(text));
    const actions = checked.ok ? checked.actions : [];
    const expected = actionsOf(flow, answer);
    const wrong = expected.findIndex((action, at) => !isDeepStrictEqual(action, actions[at]));
    if (wrong >= 0)
      return {
        text: `${place} is not what the flow says there`,
        path: `$.actions[${wrong}]`,
        expected: JSON.stringify(expected[wrong]),
        found: JSON.stringify(actions[wrong] ?? null),
      };
    const rest = actions.slice(expected.length);
    const leads = rest.length === 0 ? undefined : rest[0];
    const choice = leads?.type === "redirect" ? new URL(leads.url).pathname.split("/").at(-1) : undefined;
    if (rest.length > 1 || choice !== answer.choice)
      return {
        text: `${place} does not lead on as the flow says`,
        path: `$.actions[${expected.length}]`,
        expected: answer.choice ?? "nothing",
        found: JSON.stringify(rest),
      };
  }
  const more = fetched.length - plan.answers.length;
  return more > 0 ? { text: `the call went on for ${more} more answers`, found: `${fetched.length}` } : undefined;
}

/** Each gathered digit must come with the next redirect: otherwise the flow would take every caller for a silent one. */
function digitsArrived({ transcript }: CallRecord): Problem | undefined {
  for (const [index, entry] of transcript.entries()) {
    if (entry.kind !== "gathered" || entry.digits === "") continue;
    const next = transcript.slice(index).find(({ kind }) => kind === "fetched") as Entry<"fetched"> | undefined;
    if (next && Object.values(next.sent).includes(entry.digits)) continue;
    return {
      text: `the digits ${entry.digits} never reached the redirect behind them`,
      expected: entry.digits,
      found: next ? Object.keys(next.sent).join(", ") || "no parameters" : "no redirect",
    };
  }
  return undefined;
}

function endedWell({ wire }: CallRecord): Problem | undefined {
  const ends = ["completed", "canceled"];
  if (ends.includes(wire.status)) return undefined;
  return { text: `the call ended as ${wire.status}`, expected: "completed", found: wire.status };
}

function webhooksAccepted(call: CallRecord): Problem | undefined {
  const refused = call.deliveries.find(({ state }) => state !== "accepted");
  if (refused) {
    const last = refused.attempts.at(-1);
    const found = last?.status === undefined ? (last?.error ?? "not sent") : `status ${last.status}`;
    return { text: `the webhook ${refused.event} was not accepted`, expected: "2xx", found };
  }
  const told = call.deliveries.filter(({ event }) => event === "call.gathered");
  const gathered = entries(call, "gathered");
  for (const [index, { digits, ended }] of call.deliveries.length === 0 ? [] : gathered.entries()) {
    const { data } = JSON.parse(told[index]?.body ?? "{}") as { data?: { digits?: string; timed_out?: boolean } };
    if (data?.digits === digits && data.timed_out === (ended === "timeout")) continue;
    return {
      text: `call.gathered ${index + 1} does not tell what was gathered`,
      path: "data.digits, data.timed_out",
      expected: `${JSON.stringify(digits)}, ${ended === "timeout"}`,
      found: data ? `${JSON.stringify(data.digits)}, ${data.timed_out}` : "no such webhook",
    };
  }
  return undefined;
}

function describe(plan: PlannedCall, call: CallRecord): string {
  const gathered = entries(call, "gathered");
  const what = gathered.map(({ digits }) => digits || "silence").join(", ") || "nothing asked";
  const pressed = gathered.filter(({ digits }) => digits !== "");
  const arrived = pressed.length > 0 ? "; every digit reached its redirect" : "";
  const count = plan.answers.length;
  const webhooks = `${call.deliveries.length} webhooks accepted`;
  return `${what}: ${count} ${count === 1 ? "answer" : "answers"} as the flow says, ${webhooks}${arrived}`;
}

const entries = <Kind extends string>({ transcript }: CallRecord, kind: Kind): Entry<Kind>[] =>
  transcript.filter((entry): entry is Entry<Kind> => entry.kind === kind);
