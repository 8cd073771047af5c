import { describe, expect, test } from "@jest/globals";
import type { CallRecord } from "../../src/sandbox/control-client.ts";
import { line, type Received, sandboxWith } from "./account.ts";

const OPERATOR = "+15550100123";

/** A receptionist: 1 is support, anything else is asked again once, silence goes to the operator. */
const receptionist = ({ url }: Received) => {
  const digits = url.searchParams.get("digits");
  const origin = `http://${url.host}`;
  const menu = (path: string) => [
    { gather: { prompt: "Press 1 for support", num_digits: 1, timeout_seconds: 5 } },
    { type: "redirect", url: `${origin}${path}` },
  ];
  if (url.pathname === "/answer") return { actions: [{ say: { text: "Thanks for calling." } }, ...menu("/menu")] };
  if (digits === "1") return { actions: [{ say: { text: "Support." } }, { type: "transfer", destination: OPERATOR }] };
  if (digits === null) return { actions: [{ type: "transfer", destination: OPERATOR }] };
  return { actions: [{ say: { text: "Sorry?" } }, ...menu("/menu")] };
};

/** The requests come in with the customer's own host, so that a redirect leads back to it. */
async function lineWith(sandbox: Awaited<ReturnType<typeof sandboxWith>>, answers: (request: Received) => unknown) {
  const made = await line(sandbox, (request) => {
    const url = new URL(request.url.pathname + request.url.search, made.url);
    return answers({ ...request, url });
  });
  return made;
}

const heard = (call: CallRecord) => call.transcript.flatMap((entry) => (entry.kind === "said" ? [entry.text] : []));
const kinds = (call: CallRecord) => call.transcript.map(({ kind }) => kind);
const gathered = (call: CallRecord) =>
  call.transcript.flatMap((entry) => (entry.kind === "gathered" ? [[entry.digits, entry.ended]] : []));

describe("a call runs the flow behind answer_url", () => {
  test("normal path: the digits reach the redirect, and the transfer ends the list", async () => {
    const sandbox = await sandboxWith();
    const { application, requests, events } = await lineWith(sandbox, receptionist);
    const call = await sandbox.control.placeCall({ to: "+15551230001", from: "+15550100177", press: ["1"] });

    expect(call).toMatchObject({
      answered: true,
      wire: { status: "completed", direction: "inbound", from: "+15550100177", application_id: application.id },
    });
    expect(kinds(call)).toEqual([
      ...["dialed", "routed", "fetched", "answered", "said", "asked", "gathered"],
      ...["fetched", "said", "connected", "hung-up"],
    ]);
    expect(heard(call)).toEqual(["Thanks for calling.", "Support."]);
    const [answer] = requests("/answer");
    expect(answer?.method).toBe("GET");
    expect(Object.fromEntries(answer?.url.searchParams ?? [])).toEqual({
      call_id: call.wire.id,
      from: "+15550100177",
      to: "+15551230001",
    });
    expect(requests("/menu")[0]?.url.searchParams.get("digits")).toBe("1");
    expect(events().map(({ event }) => event)).toEqual([
      ...["call.created", "call.answered", "call.gathered", "call.completed"],
    ]);
  });

  test("invalid digit: the caller is asked again", async () => {
    const sandbox = await sandboxWith();
    await lineWith(sandbox, receptionist);
    const call = await sandbox.control.placeCall({ to: "+15551230001", press: ["7", "1"] });
    expect(heard(call)).toEqual(["Thanks for calling.", "Sorry?", "Support."]);
    expect(gathered(call)).toEqual([
      ["7", "digits"],
      ["1", "digits"],
    ]);
    expect(call.wire.status).toBe("completed");
  });

  test("timeout: silence takes no real time, but the call's clock shows it", async () => {
    const sandbox = await sandboxWith();
    const { events, requests } = await lineWith(sandbox, receptionist);
    const call = await sandbox.control.placeCall({ to: "+15551230001", silence: true });
    expect(gathered(call)).toEqual([["", "timeout"]]);
    expect(requests("/menu")[0]?.url.searchParams.has("digits")).toBe(false);
    expect(events()[2].data).toEqual({
      event_key: expect.stringContaining(":call.gathered:"),
      digits: "",
      status: "timeout",
      timed_out: true,
      min_digits: 1,
      max_digits: 1,
      timeout_seconds: 5,
      finish_on_key: null,
    });
    const times = events().map(({ created_at }) => Date.parse(created_at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(5_000);
  });

  test("hang-up: nothing is run after it", async () => {
    const sandbox = await sandboxWith();
    const { requests, events } = await lineWith(sandbox, receptionist);
    const call = await sandbox.control.placeCall({ to: "+15551230001", press: ["7"], hangup: true });
    expect(gathered(call)).toEqual([
      ["7", "digits"],
      ["", "hangup"],
    ]);
    expect(requests("/menu")).toHaveLength(1);
    expect(call.transcript.at(-1)).toMatchObject({ kind: "hung-up", by: "caller" });
    expect(events().at(-1).event).toBe("call.completed");

    await sandbox.control.setAssumptions({ hangupEvent: "call.canceled" });
    const canceled = await sandbox.control.placeCall({ to: "+15551230001", hangup: true });
    expect([canceled.wire.status, canceled.deliveries.at(-1)?.event]).toEqual(["canceled", "call.canceled"]);
  });

  test("a caller who gives up while it rings cancels the call", async () => {
    const sandbox = await sandboxWith();
    const { requests, events } = await lineWith(sandbox, receptionist);
    const call = await sandbox.control.placeCall({ to: "+15551230001", cancel: true });
    expect(call).toMatchObject({ answered: false, wire: { status: "canceled" } });
    expect(requests("/answer")).toEqual([]);
    expect(events().map(({ event }) => event)).toEqual(["call.created", "call.canceled"]);
  });
});

describe("a number without a way to an answer", () => {
  test("refuses the call when it rejects, even with an application", async () => {
    const sandbox = await sandboxWith();
    const { application, requests, events } = await lineWith(sandbox, receptionist);
    await sandbox.control.assign("+15551230001", application.id, "reject");
    const call = await sandbox.control.placeCall({ to: "+15551230001" });
    expect(call).toMatchObject({ answered: false, failure: "+15551230001 rejects calls", wire: { status: "failed" } });
    expect([requests("/answer"), events()]).toEqual([[], []]);

    await sandbox.control.setAssumptions({ rejectedCallEvents: "call.failed" });
    await sandbox.control.placeCall({ to: "+15551230001" });
    expect(events().map(({ event }) => event)).toEqual(["call.failed"]);
  });

  test("refuses the call when no application is assigned, and fails it without an answer_url", async () => {
    const sandbox = await sandboxWith();
    const unassigned = await sandbox.control.placeCall({ to: "+15551230002" });
    expect(unassigned.failure).toBe("no application is assigned to +15551230002");
    const { id } = await sandbox.control.createApplication({ name: "Empty" });
    await sandbox.control.assign("+15551230002", id);
    const silent = await sandbox.control.placeCall({ to: "+15551230002" });
    expect(silent.failure).toBe(`application ${id} has no answer_url`);
    expect(silent.transcript).toContainEqual(
      expect.objectContaining({ kind: "note", text: expect.stringContaining("no webhook_url") }),
    );
  });
});

describe("an answer that is no action list fails the call, and says why", () => {
  const failureOf = async (answer: unknown) => {
    const sandbox = await sandboxWith({ assumptions: { answerTimeout: "200 milliseconds" } });
    const { events } = await lineWith(sandbox, () => answer);
    const call = await sandbox.control.placeCall({ to: "+15551230001" });
    expect(call).toMatchObject({ answered: false, wire: { status: "failed" } });
    expect(call.transcript.at(-1)).toMatchObject({ kind: "failed", reason: call.failure });
    expect(events().map(({ event }) => event)).toEqual(["call.created", "call.failed"]);
    expect(events()[1].data.reason).toBe(call.failure);
    return call.failure;
  };

  test("a status that is not 2xx", async () => {
    expect(await failureOf(502)).toMatch(/^answer_url GET http:\S+\/answer: status 502, where 2xx is needed$/);
  });

  test("no JSON, with its first words", async () => {
    expect(await failureOf("<html>Oops</html>")).toMatch(
      /the answer is not valid JSON; it begins: <html>Oops<\/html>$/,
    );
  });

  test("actions that break the contract, with their place", async () => {
    const failure = await failureOf({ actions: [{ say: { text: "Hi." } }, { gather: { timeout_seconds: 45 } }] });
    expect(failure).toContain(
      "the actions break the contract: actions[1] gather.timeout_seconds: must be a whole number from 1 to 30, but is 45",
    );
  });

  test("no action that the contract knows", async () => {
    expect(await failureOf({ actions: [{ type: "hangup" }] })).toContain("actions[0]");
  });

  test("an answer that takes too long", async () => {
    expect(await failureOf(new Promise(() => undefined))).toMatch(/no answer within 0.2 seconds$/);
  });

  test("nobody there", async () => {
    const sandbox = await sandboxWith();
    const { id } = await sandbox.control.createApplication({ name: "Gone", answerUrl: "http://127.0.0.1:1/answer" });
    await sandbox.control.assign("+15551230001", id);
    const call = await sandbox.control.placeCall({ to: "+15551230001" });
    expect(call.failure).toMatch(/^answer_url GET http:\/\/127.0.0.1:1\/answer: /);
  });
});

describe("each action", () => {
  const placed = async (actions: unknown[], press: string[] = [], more: Record<string, unknown> = {}) => {
    const sandbox = await sandboxWith(more);
    const { events, requests } = await lineWith(sandbox, ({ url }) =>
      url.pathname === "/answer" ? { actions } : { actions: [{ say: { text: "Next." } }] },
    );
    const call = await sandbox.control.placeCall({ to: "+15551230001", press });
    return { call, events, requests, sandbox };
  };

  test("is understood in the keyed and in the typed form", async () => {
    const { call } = await placed([{ type: "say", text: "Typed." }, { transfer: { destination: OPERATOR } }]);
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

describe("redirects", () => {
  test("stop at max_redirects, and at the sandbox's own limit", async () => {
    const sandbox = await sandboxWith({ assumptions: { maxRedirectsDefault: "5" } });
    let limit: number | undefined = 2;
    const { requests } = await lineWith(sandbox, ({ url }) => ({
      actions: [{ type: "redirect", url: `${url.origin}/again`, ...(limit !== undefined && { max_redirects: limit }) }],
    }));
    const limited = await sandbox.control.placeCall({ to: "+15551230001" });
    expect(limited.failure).toContain("this call has followed 2 already, and the limit is max_redirects 2");
    expect(requests("/again")).toHaveLength(2);

    limit = undefined;
    const endless = await sandbox.control.placeCall({ to: "+15551230001" });
    expect(endless.failure).toContain("5 redirects, the sandbox's limit");
  });

  test("carry the digits in the query, in a form or in JSON, under the assumed names, and keep the URL's own query", async () => {
    const flow = ({ url }: Received) =>
      url.pathname === "/answer"
        ? { actions: [{ gather: {} }, { type: "redirect", url: `${url.origin}/next?step=2`, method: "POST" }] }
        : { actions: [{ say: { text: "Done." } }] };
    const sandbox = await sandboxWith();
    const { requests } = await lineWith(sandbox, flow);
    const next = async (assumptions: Parameters<typeof sandbox.control.setAssumptions>[0]) => {
      await sandbox.control.setAssumptions(assumptions);
      await sandbox.control.placeCall({ to: "+15551230001", press: ["4"] });
      const request = requests("/next").at(-1);
      return { query: request?.url.search, type: request?.headers["content-type"], body: request?.body };
    };
    expect(await next({ answerParameters: "none" })).toMatchObject({ query: "?step=2&digits=4", body: "" });
    expect(await next({ digitsIn: "form", digitsName: "Digits" })).toEqual({
      query: "?step=2",
      type: "application/x-www-form-urlencoded",
      body: "Digits=4",
    });
    const json = await next({ digitsIn: "json", answerParameters: "call", callIdName: "callId" });
    expect(JSON.parse(json.body ?? "")).toEqual({
      callId: expect.any(String),
      from: expect.any(String),
      to: "+15551230001",
      Digits: "4",
    });
    await sandbox.control.setAssumptions({ answerMethod: "POST" });
    await sandbox.control.placeCall({ to: "+15551230001" });
    expect(requests("/answer").at(-1)).toMatchObject({ method: "POST", body: expect.stringContaining('"callId"') });
  });

  test("carry the digits once, or until the next gather; after silence nothing, or an empty text", async () => {
    const sandbox = await sandboxWith();
    const { requests } = await lineWith(sandbox, ({ url }) => {
      const to = { "/answer": "/first", "/first": "/second" }[url.pathname];
      const gather = url.pathname === "/answer" ? [{ gather: {} }] : [];
      return { actions: [...gather, ...(to ? [{ type: "redirect", url: url.origin + to }] : [])] };
    });
    const digits = async (press: string[]) => {
      await sandbox.control.placeCall({ to: "+15551230001", press });
      return ["/first", "/second"].map((path) => requests(path).at(-1)?.url.searchParams.get("digits"));
    };
    expect(await digits(["4"])).toEqual(["4", null]);
    expect(await digits([""])).toEqual([null, null]);
    await sandbox.control.setAssumptions({ digitsKept: "until-next-gather", silentDigits: "empty" });
    expect(await digits(["4"])).toEqual(["4", "4"]);
    expect(await digits([""])).toEqual(["", ""]);
  });

  test("follow HTTP redirects where max_redirects means those", async () => {
    const sandbox = await sandboxWith({ assumptions: { maxRedirectsCounts: "http" } });
    let hops = 2;
    await lineWith(sandbox, ({ url: { pathname, origin } }) => {
      const next = { "/answer": undefined, "/a": "/b", "/b": "/c" }[pathname];
      if (next) return new Response(null, { status: 307, headers: { location: next } });
      const redirect = { type: "redirect", url: `${origin}/a`, max_redirects: hops };
      return { actions: pathname === "/answer" ? [redirect] : [{ say: { text: "Found." } }] };
    });
    expect(heard(await sandbox.control.placeCall({ to: "+15551230001" }))).toEqual(["Found."]);
    hops = 1;
    expect((await sandbox.control.placeCall({ to: "+15551230001" })).failure).toContain("status 307");
  });
});

test("failed requests for actions are repeated and signed where that is assumed", async () => {
  const sandbox = await sandboxWith({
    assumptions: { answerRetries: "1", answerSigned: "yes", answered: "before-answer-url" },
  });
  let failures = 1;
  const { requests, events } = await lineWith(sandbox, () => (failures-- > 0 ? 503 : { actions: [] }));
  const call = await sandbox.control.placeCall({ to: "+15551230001" });
  expect(call.wire.status).toBe("completed");
  expect(call.transcript.flatMap((entry) => (entry.kind === "fetched" ? [entry.status] : []))).toEqual([503, 200]);
  expect(requests("/answer")[1]?.headers["x-minivoice-signature"]).toMatch(/^v1=[0-9a-f]{64}$/);
  expect(events().map(({ event }) => event)).toEqual(["call.created", "call.answered", "call.completed"]);
});
