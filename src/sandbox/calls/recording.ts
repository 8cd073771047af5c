import type { CallSession } from "./session.ts";

/** Begins a recording. No sound is stored; the webhooks tell when it would have been. */
export function startRecording(session: CallSession): void {
  if (session.recording) {
    session.tell({ kind: "note", text: "start_recording: a recording runs already" });
    return;
  }
  const id = `rec_${session.record.wire.id.replace(/^call_/, "")}_${session.record.deliveries.length}`;
  session.recording = { id, startedAt: session.clock.now() };
  session.tell({ kind: "did", action: "start_recording", text: "starts recording" });
  session.emit("recording.started", { recording_id: id });
}

/** Ends the recording that runs, on request or because the call is over. */
export function stopRecording(session: CallSession): void {
  const { recording } = session;
  if (!recording) {
    session.tell({ kind: "note", text: "stop_recording: no recording runs" });
    return;
  }
  session.recording = undefined;
  session.tell({ kind: "did", action: "stop_recording", text: "stops recording" });
  const duration_seconds = Math.round((session.clock.now() - recording.startedAt) / 1_000);
  session.emit("recording.completed", { recording_id: recording.id, duration_seconds });
}
