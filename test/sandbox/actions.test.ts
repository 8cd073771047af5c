import { describe, expect, test } from "@jest/globals";
import { gathered, heard, kinds, line, sandboxWith } from "./account.ts";

describe("each action", () => {
  const placed = async (actions: unknown[], press: string[] = [], more: Record<string, unknown> = {}) => {
    const sandbox = await sandboxWith(more);
    const { events, requests } = await line(sandbox, ({ url }) =>
      url.pathname === "/answer" ? { actions } : { actions: [{ say: { text: "Next." } }] },
    );
    const call = await sandbox.control.placeCall({ to: "+15551230001", press });
    return { call, events, requests, sandbox };
  };

  test("is understood in the keyed and in the typed form", async () => {
    const { call } = await placed([{ type: "say", text: "Typed." }, { transfer: { destination: "+15550100123" } }]);
    expect(kinds(call).slice(-3)).toEqual(["said", "connected", "hung-up"]);
  });

  test("gather takes as many digits as it says, or up to its finish key", async () => {
    const gather = { gather: { min_digits: 2, max_digits: 4, finish_on_key: "#" } };
    const { call, events } = await placed([gather, gather, gather, { gather: {} }], ["1234", "12#", "1", "12"]);
    expect(gathered(call)).toEqual([
      ["1234", "digits"],
      ["12", "digits"],
      ["1", "timeout"],
      ["1", "digits"],
    ]);
    expect(call.transcript).toContainEqual(expect.objectContaining({ kind: "gathered", discarded: "2" }));
    expect(
      events()
        .filter(({ event }) => event === "call.gathered")
        .map(({ data }) => data),
    ).toMatchObject([
      { digits: "1234", status: "completed", timed_out: false, min_digits: 2, max_digits: 4, finish_on_key: "#" },
      { digits: "12", status: "completed" },
      { digits: "1", status: "timeout", timed_out: true },
      { digits: "1", status: "completed", timed_out: false },
    ]);
  });

  test("gather follows the assumptions on finish keys, early digits and words", async () => {
    const { call, events } = await placed([{ gather: { max_digits: 3 } }, { gather: {} }], ["12#4"], {
      assumptions: {
        finishKey: "#",
        finishKeyIncluded: "yes",
        typeAhead: "keep",
        gatherStatus: "ok-timed_out-canceled",
      },
    });
    expect(gathered(call)).toEqual([
      ["12#", "digits"],
      ["4", "digits"],
    ]);
    expect(events()[2].data.status).toBe("ok");
  });

  test("recordings are told by webhook, and end with the call", async () => {
    const { events } = await placed([
      { type: "start_recording" },
      { say: { text: "This call is recorded." } },
      { type: "stop_recording" },
      { type: "start_recording" },
    ]);
    const recordings = events().filter(({ event }) => event.startsWith("recording."));
    expect(recordings.map(({ event }) => event)).toEqual([
      ...["recording.started", "recording.completed", "recording.started", "recording.completed"],
    ]);
    expect(new Set(recordings.map(({ data }) => data.event_key)).size).toBe(4);
    expect(recordings[1].data.recording_id).toBe(recordings[0].data.recording_id);
    expect(recordings[2].data.recording_id).not.toBe(recordings[0].data.recording_id);
    expect(events().at(-1).event).toBe("call.completed");
  });

  test("conference, hold, mute, stream and digits go on; what is only pretended says so", async () => {
    const { call } = await placed([
      ...[
        { type: "hold" },
        { type: "resume" },
        { type: "mute", direction: "both" },
        { type: "unmute", direction: "both" },
      ],
      { type: "start_stream", stream_url: "wss://example.com/audio" },
      ...[{ type: "stop_stream" }, { send_digits: { digits: "1w2", pause_before_ms: 500 } }],
      { type: "conference", room: "standup" },
      { say: { text: "Goodbye." } },
    ]);
    expect(kinds(call).slice(-10)).toEqual([...Array(7).fill("did"), "joined", "said", "hung-up"]);
    expect(call.transcript).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining("no connection is made") }),
    );
    expect(call.wire.status).toBe("completed");
  });

  test("bridge ends the list, and fails the call where nobody answers", async () => {
    const bridge = [{ type: "bridge", destination: "sip:desk@example.com" }, { say: { text: "Never said." } }];
    const { call } = await placed(bridge);
    expect(heard(call)).toEqual([]);
    const { call: failed } = await placed(bridge, [], { assumptions: { transferOutcome: "no-answer" } });
    expect(failed).toMatchObject({ failure: "bridge to sip:desk@example.com: no answer", wire: { status: "failed" } });
  });

  test("an empty list ends the call, or fails it", async () => {
    expect((await placed([])).call.wire.status).toBe("completed");
    expect((await placed([], [], { assumptions: { emptyList: "fail" } })).call.failure).toContain(
      "the action list is empty",
    );
  });
});
