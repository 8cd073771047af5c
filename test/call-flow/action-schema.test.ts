import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { type Action, actionTypes, checkActionList, describeProblem } from "../../src/call-flow/action-schema.ts";

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/minivoice/${name}`, import.meta.url), "utf8"));

/** What an operator would read for a list of this one action. */
const problems = (action: unknown): string[] => {
  const result = checkActionList({ actions: [action] });
  return result.ok ? [] : result.problems.map(describeProblem);
};

/** One valid action of every type, with every field that the contract knows. */
const every: Action[] = [
  { type: "say", text: "Thanks for calling." },
  {
    type: "gather",
    prompt: "Your number?",
    num_digits: 3,
    min_digits: 1,
    max_digits: 5,
    timeout_seconds: 30,
    finish_on_key: "#",
  },
  { type: "send_digits", digits: "0123456789*#ABCDwW,", pause_before_ms: 60_000 },
  { type: "redirect", url: "https://example.com/answer?step=2", method: "POST", max_redirects: 20 },
  { type: "transfer", destination: "+15550100123" },
  { type: "bridge", destination: "sips:support@example.com:5061;transport=tls" },
  { type: "conference", room: "support.room-1_a", mute: false, end_on_exit: true },
  { type: "hold" },
  { type: "resume" },
  { type: "mute", direction: "both" },
  { type: "unmute", direction: "read" },
  { type: "start_recording" },
  { type: "stop_recording" },
  { type: "start_stream", stream_url: "wss://example.com/audio", track: "inbound" },
  { type: "stop_stream", stream_url: "wss://example.com/audio", track: "both" },
];

describe("an action list", () => {
  test("knows the fifteen actions of the contract", () => {
    expect(every.map(({ type }) => type)).toEqual(actionTypes);
    expect(actionTypes).toHaveLength(15);
  });

  test("understands every action in the typed and in the keyed form, and normalises to the typed one", () => {
    const keyed = every.map(({ type, ...fields }) => ({ [type]: fields }));
    expect(checkActionList({ actions: every })).toEqual({ ok: true, actions: every });
    expect(checkActionList({ actions: keyed })).toEqual({ ok: true, actions: every });
  });

  test("accepts the vendor's own sample", () => {
    expect(checkActionList(fixture("answer-url.response.json"))).toEqual({
      ok: true,
      actions: [
        { type: "say", text: "Thanks for calling." },
        { type: "gather", prompt: "Press 1 for support", num_digits: 1, timeout_seconds: 5 },
      ],
    });
  });

  test("reports every problem with index, action, field, value and rule", () => {
    const answer = { actions: [{ hold: {} }, { gather: { timeout_seconds: 45 } }, { type: "transfer", to: "bob" }] };
    expect(checkActionList(answer)).toEqual({
      ok: false,
      problems: [
        {
          index: 1,
          action: "gather",
          field: "timeout_seconds",
          value: 45,
          rule: "must be a whole number from 1 to 30",
        },
        {
          index: 2,
          action: "transfer",
          field: "destination",
          value: undefined,
          rule: "must be an E.164 number such as +15550100123, or a SIP URI",
        },
        { index: 2, action: "transfer", field: "to", value: "bob", rule: "is not a known field" },
      ],
    });
  });

  test.each<[unknown, string]>([
    [{ say: { text: " " } }, 'actions[0] say.text: must be text that is not empty, but is " "'],
    [{ say: {} }, "actions[0] say.text: must be text that is not empty, but is missing"],
    [{ gather: { num_digits: 0 } }, "actions[0] gather.num_digits: must be a whole number, 1 or more, but is 0"],
    [
      { gather: { timeout_seconds: "5" } },
      'actions[0] gather.timeout_seconds: must be a whole number from 1 to 30, but is "5"',
    ],
    [
      { gather: { finish_on_key: "##" } },
      'actions[0] gather.finish_on_key: must be one DTMF key: 0-9, *, # or A-D, but is "##"',
    ],
    [
      { gather: { min_digits: 3, max_digits: 2 } },
      "actions[0] gather.min_digits: must not exceed max_digits, but is 3",
    ],
    [
      { send_digits: { digits: "12e" } },
      'actions[0] send_digits.digits: must be digits of 0-9 * # A-D w W and comma, at least one, but is "12e"',
    ],
    [
      { send_digits: { digits: "1", pause_before_ms: 60_001 } },
      "actions[0] send_digits.pause_before_ms: must be a whole number from 0 to 60000, but is 60001",
    ],
    [
      { type: "redirect", url: "/answer/support" },
      'actions[0] redirect.url: must be an absolute https:// or http:// URL, but is "/answer/support"',
    ],
    [
      { type: "redirect", url: "https://example.com", max_redirects: 21 },
      "actions[0] redirect.max_redirects: must be a whole number from 0 to 20, but is 21",
    ],
    [
      { type: "redirect", url: "https://example.com", method: "PUT" },
      'actions[0] redirect.method: must be one of GET, POST, but is "PUT"',
    ],
    [
      { type: "transfer", destination: "15550100123" },
      'actions[0] transfer.destination: must be an E.164 number such as +15550100123, or a SIP URI, but is "15550100123"',
    ],
    [
      { type: "bridge", destination: "sip:" },
      'actions[0] bridge.destination: must be an E.164 number such as +15550100123, or a SIP URI, but is "sip:"',
    ],
    [
      { type: "conference", room: "a room" },
      "actions[0] conference.room: must be a name of letters, digits, '.', '-' and '_', but is \"a room\"",
    ],
    [{ type: "mute" }, "actions[0] mute.direction: must be one of read, write, both, but is missing"],
    [
      { type: "start_stream", stream_url: "ws://example.com" },
      'actions[0] start_stream.stream_url: must be an absolute wss:// URL, but is "ws://example.com"',
    ],
    [
      { type: "stop_stream", track: "left" },
      'actions[0] stop_stream.track: must be one of inbound, outbound, both, but is "left"',
    ],
    [{ type: "hold", seconds: 5 }, "actions[0] hold.seconds: is not a known field, but is 5"],
    [
      { say: { type: "hold", text: "Hi" } },
      'actions[0] say.type: must not be given inside the keyed form, but is "hold"',
    ],
    [{ hold: true }, "actions[0] hold: must be an object with the action's fields, but is true"],
    [
      { hold: {}, resume: {} },
      'actions[0]: must name exactly one action, as {"say": {…}} or {"type": "say", …}, but is {"hold":{},"resume":{}}',
    ],
    ["hold", 'actions[0]: must be an object, but is "hold"'],
    [null, "actions[0]: must be an object, but is null"],
  ])("refuses %j", (action, problem) => {
    expect(problems(action)).toEqual([problem]);
  });

  test.each([{ type: "hang_up" }, { hangup: {} }, { type: "constructor" }, { type: 5 }])(
    "refuses the unknown action %j and names the known ones",
    (action) => {
      expect(problems(action)).toEqual([
        expect.stringMatching(/type: must be one of say, gather, .*stop_stream, but is/),
      ]);
    },
  );

  test.each<[unknown, string]>([
    [null, "answer: must be an object, but is null"],
    [[], "answer: must be an object, but is []"],
    [{}, "answer actions: must be a list of actions, but is missing"],
    [{ actions: "say" }, 'answer actions: must be a list of actions, but is "say"'],
    [{ actions: [], action: [] }, "answer action: is not a known field, but is []"],
  ])("refuses the answer %j", (answer, problem) => {
    const result = checkActionList(answer);
    expect(result.ok ? [] : result.problems.map(describeProblem)).toEqual([problem]);
  });

  test("keeps a long value out of the message", () => {
    const [problem] = problems({ type: "transfer", destination: "x".repeat(10_000) });
    expect(problem?.length).toBeLessThan(200);
  });
});
