import type { Action } from "../../call-flow/action-schema.ts";
import { type ActionSource, fetchActions } from "./fetch-actions.ts";
import { stopRecording } from "./recording.ts";
import { type Next, runActions } from "./run-actions.ts";
import type { CallSession } from "./session.ts";

type Ending = Exclude<Next, { redirect: unknown }>;

const RING_MS = 1_500;

/** Runs a call from the first ring to its last event. */
export async function runCall(session: CallSession, { cancel }: { cancel: boolean }): Promise<void> {
  const { record, application, assumptions, clock } = session;
  const { from, to, route_mode } = record.wire;
  session.tell({ kind: "dialed", from, to });
  if (application) session.tell({ kind: "routed", applicationId: application.id, applicationName: application.name });

  if (route_mode === "reject") return refuse(session, `${to} rejects calls`);
  if (!application) return refuse(session, `no application is assigned to ${to}`);
  if (!application.webhook_url)
    session.tell({ kind: "note", text: "no webhook_url: events of this call are sent nowhere" });

  session.emit("call.created");
  await clock.pass(RING_MS);
  if (cancel) {
    session.tell({ kind: "hung-up", by: "caller" });
    record.wire.status = "canceled";
    return session.emit("call.canceled");
  }
  if (!application.answer_url) return fail(session, `application ${application.id} has no answer_url`);
  if (assumptions.answered === "before-answer-url") answer(session);
  const source = {
    cause: "answer_url",
    method: assumptions.answerMethod,
    url: application.answer_url,
    hops: 0,
  } as const;
  const ending = await follow(session, source);
  if ("failed" in ending) return fail(session, ending.failed);

  session.tell({ kind: "hung-up", by: ending.over });
  if (session.recording) stopRecording(session);
  const event = ending.over === "caller" ? assumptions.hangupEvent : "call.completed";
  record.wire.status = event === "call.canceled" ? "canceled" : "completed";
  session.emit(event);
}

/** From action list to action list, until the call ends. */
async function follow(session: CallSession, first: ActionSource): Promise<Ending> {
  let source = first;
  for (;;) {
    const fetched = await fetchActions(session, source);
    if ("failed" in fetched) return fetched;
    if (!session.record.answered) answer(session);
    if (fetched.actions.length === 0) {
      if (session.assumptions.emptyList === "fail")
        return { failed: `${source.cause} ${source.url}: the action list is empty` };
      session.tell({ kind: "note", text: "the action list is empty: the caller hears nothing" });
    }
    const next = await runActions(session, fetched.actions);
    if (!("redirect" in next)) return next;
    const refusal = mayRedirect(session, next.redirect);
    if (refusal) return refusal;
    source = redirectSource(session, next.redirect);
  }
}

function mayRedirect(
  session: CallSession,
  redirect: Extract<Action, { type: "redirect" }>,
): { failed: string } | undefined {
  const { assumptions } = session;
  const own = assumptions.maxRedirectsCounts === "call" ? redirect.max_redirects : undefined;
  const limit = own ?? Number(assumptions.maxRedirectsDefault);
  if (session.redirects >= limit) {
    const name = own === undefined ? `${limit} redirects, the sandbox's limit` : `max_redirects ${limit}`;
    return {
      failed: `redirect ${redirect.url}: this call has followed ${session.redirects} already, and the limit is ${name}`,
    };
  }
  session.redirects += 1;
  return undefined;
}

const redirectSource = ({ assumptions }: CallSession, action: Extract<Action, { type: "redirect" }>): ActionSource => ({
  cause: "redirect",
  method: action.method ?? "GET",
  url: action.url,
  hops: assumptions.maxRedirectsCounts === "http" ? (action.max_redirects ?? 0) : 0,
});

function answer(session: CallSession): void {
  session.record.answered = true;
  session.record.wire.status = "in_progress";
  session.tell({ kind: "answered" });
  session.emit("call.answered");
}

function fail(session: CallSession, reason: string): void {
  const { record } = session;
  record.failure = reason;
  session.tell({ kind: "failed", reason });
  if (session.recording) stopRecording(session);
  record.wire.status = "failed";
  session.emit("call.failed", { reason });
}

function refuse(session: CallSession, reason: string): void {
  session.record.failure = reason;
  session.record.wire.status = "failed";
  session.tell({ kind: "refused", reason });
  if (session.assumptions.rejectedCallEvents === "call.failed") session.emit("call.failed", { reason });
}
