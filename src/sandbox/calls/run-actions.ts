import type { Action } from "../../call-flow/action-schema.ts";
import { gather } from "./gather.ts";
import { startRecording, stopRecording } from "./recording.ts";
import type { CallSession } from "./session.ts";
import { speak } from "./speech.ts";

/** How a list ends: the call is over (by whom, or because the talk was), it failed, or another list follows. */
export type Next =
  | { over: "caller" | "platform" | "conversation" }
  | { failed: string }
  | { redirect: Extract<Action, { type: "redirect" }> };

const TALK_SECONDS = 30;

/** Runs one action list in order, up to its end or the action that ends it. */
export async function runActions(session: CallSession, actions: Action[]): Promise<Next> {
  for (const action of actions) {
    const next = await run(session, action);
    if (next) return next;
  }
  // There is no hang-up action: a list that has nothing more to do is how a call ends.
  return { over: "platform" };
}

async function run(session: CallSession, action: Action): Promise<Next | undefined> {
  const { assumptions, caller, clock } = session;
  const did = (text: string): undefined => session.tell({ kind: "did", action: action.type, text });
  switch (action.type) {
    case "say":
      session.tell({ kind: "said", text: action.text });
      await speak(session, action.text);
      return;
    case "gather":
      return (await gather(session, action)) ? undefined : { over: "caller" };
    case "send_digits":
      await clock.pass(action.pause_before_ms ?? 0);
      did(`sends the digits ${action.digits}`);
      return;
    case "redirect":
      return { redirect: action };
    case "transfer":
    case "bridge": {
      const { type, destination } = action;
      if (assumptions.transferOutcome === "no-answer") return { failed: `${type} to ${destination}: no answer` };
      session.tell({ kind: "connected", action: type, destination, talkedSeconds: TALK_SECONDS });
      await clock.pass(TALK_SECONDS * 1_000);
      return { over: "conversation" };
    }
    case "conference":
      session.tell({ kind: "joined", room: action.room, stayedSeconds: TALK_SECONDS });
      await clock.pass(TALK_SECONDS * 1_000);
      return caller.wantsToLeave || assumptions.conferenceEnd === "hangs-up" ? { over: "caller" } : undefined;
    case "hold":
      return did("puts the caller on hold");
    case "resume":
      return did("takes the caller off hold");
    case "mute":
    case "unmute":
      return did(`${action.type}s what the caller ${heard[action.direction]}`);
    case "start_recording":
      startRecording(session);
      return;
    case "stop_recording":
      stopRecording(session);
      return;
    case "start_stream":
      return did(`would stream ${action.track ?? "inbound"} sound to ${action.stream_url}; no connection is made`);
    case "stop_stream":
      return did(`would stop the stream${action.stream_url ? ` to ${action.stream_url}` : ""}`);
  }
}

const heard = { read: "says", write: "hears", both: "says and hears" };
