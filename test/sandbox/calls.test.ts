import { describe, expect, test } from "@jest/globals";
import { gathered, heard, kinds, line, type Received, sandboxWith } from "./account.ts";

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

describe("a call runs the flow behind answer_url", () => {
  test("normal path: the digits reach the redirect, and the transfer ends the list", async () => {
    const sandbox = await sandboxWith();
    const { application, requests, events } = await line(sandbox, receptionist);
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
    await line(sandbox, receptionist);
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
    const { events, requests } = await line(sandbox, receptionist);
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
    const { requests, events } = await line(sandbox, receptionist);
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
    const { requests, events } = await line(sandbox, receptionist);
    const call = await sandbox.control.placeCall({ to: "+15551230001", cancel: true });
    expect(call).toMatchObject({ answered: false, wire: { status: "canceled" } });
    expect(requests("/answer")).toEqual([]);
    expect(events().map(({ event }) => event)).toEqual(["call.created", "call.canceled"]);
  });
});

describe("a number without a way to an answer", () => {
  test("refuses the call when it rejects, even with an application", async () => {
    const sandbox = await sandboxWith();
    const { application, requests, events } = await line(sandbox, receptionist);
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
    const { events } = await line(sandbox, () => answer);
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

test("failed requests for actions are repeated and signed where that is assumed", async () => {
  const sandbox = await sandboxWith({
    assumptions: { answerRetries: "1", answerSigned: "yes", answered: "before-answer-url" },
  });
  let failures = 1;
  const { requests, events } = await line(sandbox, () => (failures-- > 0 ? 503 : { actions: [] }));
  const call = await sandbox.control.placeCall({ to: "+15551230001" });
  expect(call.wire.status).toBe("completed");
  expect(call.transcript.flatMap((entry) => (entry.kind === "fetched" ? [entry.status] : []))).toEqual([503, 200]);
  expect(requests("/answer")[1]?.headers["x-minivoice-signature"]).toMatch(/^v1=[0-9a-f]{64}$/);
  expect(events().map(({ event }) => event)).toEqual(["call.created", "call.answered", "call.completed"]);
});
