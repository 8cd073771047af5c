import { beforeAll, describe, expect, test } from "@jest/globals";
import { type CompiledFlow, compileAnswers } from "../../src/call-flow/compile.ts";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import type { Flow, Gather } from "../../src/call-flow/flow.ts";
import type { CallRecord } from "../../src/sandbox/control-client.ts";
import { openChecklist } from "../../src/verify/checklist.ts";
import type { PlacedCalls } from "../../src/verify/local-calls.ts";
import { planCalls } from "../../src/verify/planned-calls.ts";
import { judgeRecordedPaths, judgeRecords, type RecordedEvent, retrace } from "../../src/verify/recorded-calls.ts";
import { judgeCall } from "../../src/verify/three-paths.ts";
import { environmentWith, flows } from "./environment.ts";

const compiled = (flow: Flow): CompiledFlow => compileAnswers({ key: "flow" }, { flow }).flows.flow as CompiledFlow;

const presses = (flow: Flow) =>
  Object.fromEntries(Object.entries(planCalls(compiled(flow))).map(([path, plan]) => [path, plan?.press]));

/** A flow that asks once: keys go on to a person, everything else ends. */
const asking = (gather: Gather, ...keys: string[]): Flow =>
  defineFlow("asking", {
    start: "ask",
    fallback: "bye",
    steps: {
      ask: {
        gather,
        menu: {
          keys: Object.fromEntries(keys.map((key) => [key, "person"])),
          wrong: "bye",
          silence: "bye",
        },
      },
      person: { actions: [{ type: "transfer", destination: "+15550100101" }], end: true },
      bye: { actions: [{ type: "say", text: "Goodbye." }], end: true },
    } as never,
  });

describe("the calls that try a flow", () => {
  test.each([
    ["receptionist", { normal: ["1"], invalid: ["9", "1"], timeout: [] }],
    // "0" leads to the operator, as silence does: it could not show that the digit arrived.
    ["salesMenu", { normal: ["1"], invalid: ["9", "1"], timeout: [] }],
    ["appointmentReminder", { normal: ["1"], invalid: ["9", "1"], timeout: [] }],
  ])("%s", (name, expected) => {
    expect(presses(flows[name as keyof typeof flows])).toEqual(expected);
  });

  test.each<[string, Gather, string[], (string[] | undefined)[]]>([
    ["a wrong key as long as the gather takes", { num_digits: 3 }, ["123"], [["123"], ["999"]]],
    ["the finish key where more digits could follow", { max_digits: 3, finish_on_key: "#" }, ["12"], [["12#"], ["9#"]]],
    ["no finish key where no more can follow", { max_digits: 2, finish_on_key: "#" }, ["12"], [["12"], ["9#"]]],
    ["a key of the menu that is not the wrong one", { num_digits: 1 }, ["9", "8"], [["8"], ["7"]]],
    ["no wrong key where every key means something", { num_digits: 1 }, [..."0123456789*#ABCD"], [["0"], undefined]],
  ])("press %s", (_, gather, keys, expected) => {
    const { normal, invalid } = presses(asking(gather, ...keys));
    expect([normal, invalid]).toEqual(expected);
  });

  test("are one only where nothing is asked", () => {
    const actions = [{ type: "say", text: "Hello." }] as const;
    const flow = defineFlow("plain", { start: "hello", fallback: "hello", steps: { hello: { actions, end: true } } });
    expect(presses(flow)).toEqual({ normal: [], invalid: undefined, timeout: undefined });
  });

  test("end like silence where no key leads anywhere else", () => {
    const flow = defineFlow("one-way", {
      start: "ask",
      fallback: "bye",
      steps: {
        ask: { gather: { num_digits: 1 }, menu: { keys: { "1": "bye" }, wrong: "bye", silence: "bye" } },
        bye: { actions: [{ type: "say", text: "Goodbye." }], end: true },
      },
    });
    expect(presses(flow).normal).toEqual(["1"]);
  });
});

describe("a call that was placed", () => {
  let placed: PlacedCalls;
  beforeAll(async () => {
    const { subject } = await environmentWith();
    [placed] = (await openChecklist(subject).placedCalls()) as [PlacedCalls];
  });

  /** Judges the call of the path with the wrong key, changed. */
  function judge(change: (call: CallRecord) => void) {
    const { plan, call } = placed.calls.invalid ?? { plan: undefined, call: undefined };
    if (!plan) throw new Error("it was placed");
    const changed = structuredClone(call);
    change(changed);
    return judgeCall(placed.flow, plan, placed.application.id, changed);
  }
  const entry = (call: CallRecord, kind: string, index = 0) =>
    // biome-ignore lint/suspicious/noExplicitAny: what is falsified here is whatever the entry holds.
    call.transcript.filter((each) => each.kind === kind)[index] as any;

  test("and went as planned", () => {
    expect(judge(() => undefined)).toMatchObject({
      outcome: "passed",
      text: "9, 1: 3 answers as the flow says, 5 webhooks accepted; every digit reached its redirect",
    });
  });

  test.each<[string, (call: CallRecord) => void, string]>([
    ["reached another application", ({ wire }) => (wire.application_id = "app_9"), "reached another application"],
    ["failed", (call) => (call.failure = "transfer to sip:…: no answer"), "the call failed: transfer"],
    ["ended as failed", ({ wire }) => (wire.status = "failed"), "ended as failed"],
    ["ended early", (call) => call.transcript.splice(8), "the call ended before answer 3"],
    [
      "heard something else",
      (call) => (entry(call, "fetched", 1).answer = '{"actions":[{"say":{"text":"Hi."}}]}'),
      "answer 2 is not what the flow says there",
    ],
    [
      "was led elsewhere",
      (call) => (entry(call, "fetched").answer = entry(call, "fetched").answer.replace("menu.1", "menu.7")),
      "answer 1 does not lead on as the flow says",
    ],
    ["went on and on", (call) => call.transcript.push(entry(call, "fetched")), "went on for 1 more answers"],
    ["lost a digit", (call) => delete entry(call, "fetched", 2).sent.digits, "the digits 1 never reached the redirect"],
    [
      "was not told of",
      ({ deliveries }) => Object.assign(deliveries[2] as object, { state: "given-up" }),
      "the webhook call.gathered was not accepted",
    ],
    [
      "was told of wrongly",
      ({ deliveries }) => Object.assign(deliveries[2] as object, { body: '{"data":{"digits":"8","timed_out":false}}' }),
      "call.gathered 1 does not tell what was gathered",
    ],
  ])("and %s", (_, change, text) => {
    expect(judge((call) => void change(call))).toMatchObject({
      outcome: "failed",
      text: expect.stringContaining(text),
      evidence: { callId: placed.calls.invalid?.call.wire.id },
    });
  });

  test("by a sandbox that keeps no answers cannot be judged", () => {
    expect(judge((call) => delete entry(call, "fetched").answer)).toMatchObject({
      outcome: "unchecked",
      text: expect.stringContaining("npm stop, then npm start"),
    });
  });
});

describe("a call that was recorded", () => {
  const gathered = (digits: string, maxDigits = 1, timeoutSeconds = 8): RecordedEvent => ({
    event: "call.gathered",
    createdAt: "2026-05-29T12:00:05Z",
    applicationId: "app_1",
    data: { digits, timed_out: digits === "", max_digits: maxDigits, timeout_seconds: timeoutSeconds },
  });
  const other = (event: string): RecordedEvent => ({ event, createdAt: "2026-05-29T12:00:00Z", data: {} });
  const call = (...events: RecordedEvent[]) => ({ callId: "call_1", events: [other("call.created"), ...events] });
  const done = other("call.completed");
  const reminder = compiled(flows.appointmentReminder);
  const sales = compiled(flows.salesMenu);

  // The reminder asks again after silence, so a key that ends the call shows that it arrived.
  test.each<[string, CompiledFlow, RecordedEvent[], string[], string]>([
    ["a key, then the end", reminder, [gathered("1"), done], ["normal"], "arrived"],
    ["a key, then the question again", reminder, [gathered("1"), gathered("1"), done], ["normal"], "lost"],
    [
      "wrong keys, where silence asks again too",
      reminder,
      [gathered("7"), gathered("7"), done],
      ["invalid"],
      "unclear",
    ],
    ["silence twice", reminder, [gathered(""), gathered(""), done], ["timeout"], "unclear"],
    ["a key, and no end yet", reminder, [gathered("1")], ["normal"], "unclear"],
    ["nothing gathered", reminder, [done], [], "unclear"],
    ["a key that ends as silence does", sales, [gathered("0", 1, 6), done], ["normal"], "unclear"],
    ["two menus", sales, [gathered("2", 1, 6), gathered("1", 1, 6), done], ["normal"], "arrived"],
    ["more than the flow asks", sales, [gathered("1", 1, 6), gathered("1", 1, 6), done], ["normal"], "unclear"],
  ])("%s", (_, flow, events, paths, arrival) => {
    const traced = retrace(flow, call(...events));
    expect({ paths: [...traced.paths], arrival: traced.arrival }).toEqual({ paths, arrival });
  });

  test("a caller who hung up did not stay silent", () => {
    const hungUp = { ...gathered(""), data: { digits: "", timed_out: false, status: "hangup" } };
    expect([...retrace(reminder, call(hungUp, done)).paths]).toEqual([]);
  });

  test("stands for each path that it took, unless it failed", () => {
    const outcomes = (...calls: ReturnType<typeof call>[]) =>
      Object.fromEntries(
        judgeRecordedPaths("reminders", reminder, calls).map(({ subject, outcome }) => [
          subject.split(", ")[1],
          outcome,
        ]),
      );
    expect(outcomes()).toEqual({
      normal: "unchecked",
      invalid: "unchecked",
      timeout: "unchecked",
      digits: "unchecked",
    });
    expect(outcomes(call(gathered("7"), gathered(""), done), call(gathered("1"), done))).toEqual({
      normal: "passed",
      invalid: "passed",
      timeout: "passed",
      digits: "passed",
    });
    expect(outcomes(call(gathered("1"), gathered("1"), done))).toMatchObject({ digits: "failed" });
    expect(outcomes(call(gathered("1"), other("call.failed")))).toMatchObject({ normal: "unchecked" });
  });

  test("whose digits left no trace in webhooks is looked for in the log", () => {
    const [finding] = judgeRecordedPaths("sales", sales, [call(gathered("0", 1, 6), done)], "answer-log").slice(-1);
    expect(finding).toMatchObject({
      outcome: "unchecked",
      text: expect.stringContaining(`--log-group-name answer-log --filter-pattern '{ $.call_id = "call_1" }'`),
    });
  });

  test("is found under its ID", () => {
    expect(judgeRecords("support", [])).toMatchObject({ outcome: "unchecked" });
    expect(judgeRecords("support", [call(done)])).toMatchObject({ outcome: "passed", evidence: { callId: "call_1" } });
  });
});
