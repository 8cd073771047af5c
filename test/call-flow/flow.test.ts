import { describe, expect, test } from "@jest/globals";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { type Flow, FlowError, type Step } from "../../src/call-flow/flow.ts";

const bye: Step<"bye"> = { actions: [{ type: "say", text: "Goodbye." }], end: true };
const gather = { prompt: "Press 1", num_digits: 1, timeout_seconds: 5 } as const;

/** What an author reads about these steps; the first is the start, `bye` the fallback. */
function problems(steps: Record<string, unknown>, change: Partial<Flow> = {}): string[] {
  const [start = ""] = Object.keys(steps);
  try {
    defineFlow("demo", { start, fallback: "bye", steps: { ...(steps as Record<string, Step>), bye }, ...change });
    return [];
  } catch (error) {
    if (error instanceof FlowError) return error.message.split("\n");
    throw error;
  }
}

describe("a call flow", () => {
  test("is data, and is returned as it was written", () => {
    const flow = defineFlow("demo", {
      start: "menu",
      fallback: "bye",
      steps: {
        menu: {
          gather,
          menu: { keys: { "1": "help" }, wrong: "menu", silence: "bye", attempts: 2, exhausted: "bye" },
        },
        help: { actions: [{ type: "transfer", destination: "sip:help@example.com" }], end: true },
        bye,
      },
    });
    expect(JSON.parse(JSON.stringify(flow))).toEqual(flow);
    expect(flow.name).toBe("demo");
  });

  test("is typed: a step that does not exist is an error in the editor, and at run time", () => {
    expect(() =>
      defineFlow("demo", {
        // @ts-expect-error unknown step
        start: "wellcome",
        fallback: "bye",
        steps: {
          // @ts-expect-error unknown step
          welcome: { actions: [], goto: "by" },
          // @ts-expect-error gather only with its menu
          asks: { actions: [{ type: "gather" }], end: true },
          bye,
        },
      }),
    ).toThrow(FlowError);
  });

  test("is typed: a limit of the contract that a type can tell is an error in the editor", () => {
    const menu = { keys: { "1": "bye" }, wrong: "bye", silence: "bye" } as const;
    const define = () =>
      defineFlow("demo", {
        start: "limits",
        fallback: "bye",
        steps: {
          limits: {
            actions: [
              // @ts-expect-error neither E.164 nor a SIP URI
              { type: "bridge", destination: "555" },
              // @ts-expect-error numbers are written without blanks
              { type: "transfer", destination: "+1 555 010 0123" },
              // @ts-expect-error streams are encrypted
              { type: "start_stream", stream_url: "ws://example.com/audio" },
              // @ts-expect-error 20 at most
              { type: "redirect", url: "https://example.com/answer", max_redirects: 21 },
              // @ts-expect-error absolute URLs only
              { type: "redirect", url: "/answer" },
              // @ts-expect-error read, write or both
              { type: "mute", direction: "left" },
              // @ts-expect-error at least one key
              { type: "send_digits", digits: "" },
              // @ts-expect-error no such action
              { type: "hang_up" },
            ],
            // @ts-expect-error 30 seconds at most
            gather: { timeout_seconds: 45 },
            menu,
          },
          // @ts-expect-error one key
          finish: { gather: { finish_on_key: "##" }, menu },
          // @ts-expect-error an exact count, or a range
          count: { gather: { num_digits: 1, max_digits: 3 }, menu },
          // @ts-expect-error no key of a telephone
          keys: { gather: {}, menu: { ...menu, keys: { one: "bye" } } },
          // @ts-expect-error ten at most
          attempts: { gather: {}, menu: { ...menu, attempts: 11, exhausted: "bye" } },
          // @ts-expect-error silence is not said
          silent: { gather: {}, menu: { keys: { "1": "bye" }, wrong: "bye" } },
          bye,
        },
      });
    expect(define).toThrow(FlowError);
  });

  test("may use all fifteen actions", () => {
    expect(
      problems({
        all: {
          actions: [
            { type: "start_recording" },
            { type: "start_stream", stream_url: "wss://example.com/audio", track: "both" },
            { type: "send_digits", digits: "1w2" },
            { type: "mute", direction: "both" },
            { type: "unmute", direction: "both" },
            { type: "hold" },
            { type: "resume" },
            { type: "stop_stream" },
            { type: "stop_recording" },
            { type: "conference", room: "lobby", end_on_exit: true },
          ],
          gather,
          menu: { keys: { "1": "bridge" }, wrong: "transfer", silence: "elsewhere" },
        },
        bridge: { actions: [{ type: "bridge", destination: "+15550100001" }], end: true },
        transfer: { actions: [{ type: "transfer", destination: "+15550100002" }], end: true },
        elsewhere: { actions: [{ type: "redirect", url: "https://example.com/answer" }], end: true },
      }),
    ).toEqual([]);
  });

  test("names every unknown step with its place, and the ones that exist", () => {
    expect(
      problems(
        {
          menu: { gather, menu: { keys: { "1": "hlep" }, wrong: "bye", silence: "toString" } },
          next: { goto: "nxet" },
        },
        { start: "mneu", fallback: "constructor" },
      ),
    ).toEqual([
      'flow "demo", start: unknown step "mneu"; known steps: menu, next, bye',
      'flow "demo", fallback: unknown step "constructor"; known steps: menu, next, bye',
      'flow "demo", step "menu", menu.keys["1"]: unknown step "hlep"; known steps: menu, next, bye',
      'flow "demo", step "menu", menu.silence: unknown step "toString"; known steps: menu, next, bye',
      'flow "demo", step "next", goto: unknown step "nxet"; known steps: menu, next, bye',
    ]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "a limit of the contract",
      { ask: { gather: { timeout_seconds: 45 }, menu: { keys: { "1": "bye" }, wrong: "bye", silence: "bye" } } },
      'step "ask", gather.timeout_seconds: must be a whole number from 1 to 30, but is 45',
    ],
    [
      "an action's field",
      { go: { actions: [{ type: "hold" }, { type: "transfer", destination: "555" }], end: true } },
      'step "go", actions[1].destination: must be an E.164 number such as +15550100123, or a SIP URI, but is "555"',
    ],
    [
      "a key that is none",
      { ask: { gather, menu: { keys: { one: "bye" }, wrong: "bye", silence: "bye" } } },
      'step "ask", menu.keys["one"]: must be of the keys 0-9, *, # and A-D',
    ],
    [
      "a key that is too long to be typed",
      { ask: { gather, menu: { keys: { "12": "bye" }, wrong: "bye", silence: "bye" } } },
      'step "ask", menu.keys["12"]: cannot be typed: the gather takes exactly 1',
    ],
    [
      "a key that is the finish key",
      { ask: { gather: { finish_on_key: "#" }, menu: { keys: { "#": "bye" }, wrong: "bye", silence: "bye" } } },
      'step "ask", menu.keys["#"]: cannot be typed: # is the finish_on_key',
    ],
    [
      "two counts of digits",
      {
        ask: { gather: { num_digits: 1, max_digits: 3 }, menu: { keys: { "1": "bye" }, wrong: "bye", silence: "bye" } },
      },
      'step "ask", gather.num_digits: must not be given beside min_digits or max_digits: say which',
    ],
    [
      "a count that is open above",
      { ask: { gather: { min_digits: 1 }, menu: { keys: { "1": "bye" }, wrong: "bye", silence: "bye" } } },
      'step "ask", gather.max_digits: must be given beside min_digits: nobody says how many are enough',
    ],
    [
      "a misspelt field",
      { ask: { gather, menu: { keys: { "1": "bye" }, wrong: "bye", silence: "bye", exhuasted: "bye" } } },
      'step "ask", menu.exhuasted: is not a known field; known are keys, wrong, silence, attempts, exhausted',
    ],
    [
      "another misspelt field",
      { hello: { action: [], goto: "bye" } },
      'step "hello", action: is not a known field; known are actions, gather, menu, goto, end',
    ],
    [
      "a password, which anybody could read",
      { go: { actions: [{ type: "transfer", destination: "sip:desk:secret@example.com" }], end: true } },
      'step "go", actions[0]: must not hold a user\'s password: anybody can read an answer',
    ],
    [
      "a password in a URL",
      { go: { actions: [{ type: "start_stream", stream_url: "wss://a:b@example.com" }, { type: "hold" }], end: true } },
      'step "go", actions[0]: must not hold a user\'s password: anybody can read an answer',
    ],
    [
      "a step that no call comes to, although a way leads there",
      {
        // Both are heard alternately, and the second one is used up first.
        one: { gather, menu: { keys: { "1": "two" }, wrong: "bye", silence: "bye", attempts: 3, exhausted: "never" } },
        two: { gather, menu: { keys: { "1": "one" }, wrong: "bye", silence: "bye", attempts: 1, exhausted: "bye" } },
        never: { goto: "bye" },
      },
      'step "never": no call can come here: the menus on the way are left before; join it or remove it',
    ],
    [
      "a menu without a key",
      { ask: { gather, menu: { keys: {}, wrong: "bye", silence: "bye" } } },
      'step "ask", menu.keys: must name at least one key',
    ],
    [
      "too many attempts",
      { ask: { gather, menu: { keys: { "1": "bye" }, wrong: "ask", silence: "bye", attempts: 11, exhausted: "bye" } } },
      'step "ask", menu.attempts: must be a whole number from 1 to 10, but is 11',
    ],
    [
      "attempts that lead nowhere",
      { ask: { gather, menu: { keys: { "1": "bye" }, wrong: "ask", silence: "bye", attempts: 2 } } },
      'step "ask", menu: attempts and exhausted come together: how often, and where to then',
    ],
    [
      "a gather without a menu",
      { ask: { gather } },
      'step "ask": gather and menu come together: the question, and where each answer leads',
    ],
    [
      "a gather among the actions",
      { ask: { actions: [{ type: "gather" }], goto: "bye" } },
      'step "ask", actions[0]: gather belongs into the step\'s own gather, beside its menu',
    ],
    [
      "a step that does not say how it goes on",
      { hello: { actions: [{ type: "say", text: "Hello." }] } },
      'step "hello": must say once how the call goes on: gather with menu, goto, or end: true where the call ends',
    ],
    [
      "a step that goes on twice",
      { hello: { actions: [{ type: "say", text: "Hello." }], goto: "bye", end: true } },
      'step "hello": must say once how the call goes on: gather with menu, goto, or end: true where the call ends',
    ],
    [
      "an end in silence",
      { hush: { actions: [], end: true } },
      'step "hush", actions: must not be empty where the call ends: the caller would hear nothing',
    ],
    [
      "actions behind a transfer",
      {
        go: {
          actions: [
            { type: "transfer", destination: "+15550100001" },
            { type: "say", text: "Gone." },
          ],
          end: true,
        },
      },
      'step "go", actions[0]: transfer must be the last action of a step with end: true; nothing after it is run',
    ],
    [
      "a step after a transfer",
      { go: { actions: [{ type: "transfer", destination: "+15550100001" }], goto: "bye" } },
      'step "go", actions[0]: transfer must be the last action of a step with end: true; nothing after it is run',
    ],
    [
      "a name that is no path segment",
      { "a/b": { goto: "bye" } },
      'step "a/b": a step\'s name is a letter, then letters, digits, - and _, 64 at most',
    ],
    [
      "a step that nobody comes to",
      { hello: { goto: "bye" }, lost: { goto: "bye" } },
      'step "lost": cannot be reached from the start; join it or remove it',
    ],
    [
      "a loop without a bound",
      { ask: { gather, menu: { keys: { "1": "bye" }, wrong: "sorry", silence: "bye" } }, sorry: { goto: "ask" } },
      'step "ask", menu: the flow can come back here: bound it with attempts and exhausted',
    ],
    [
      "a bound that is never needed",
      { ask: { gather, menu: { keys: { "1": "bye" }, wrong: "bye", silence: "bye", attempts: 2, exhausted: "bye" } } },
      'step "ask", menu.attempts: the flow never comes back here; remove attempts and exhausted',
    ],
    [
      "a way out that leads back in",
      {
        ask: { gather, menu: { keys: { "1": "bye" }, wrong: "ask", silence: "bye", attempts: 2, exhausted: "sorry" } },
        sorry: { goto: "ask" },
      },
      'step "ask", menu.exhausted: leads back here: ask → sorry → ask; it must get out',
    ],
  ])("is refused for %s", (_why, steps, problem) => {
    expect(problems(steps)).toEqual([`flow "demo", ${problem}`]);
  });

  test("is refused where no end can be reached", () => {
    const dead = "no end can be reached from here: the caller would never get out";
    expect(
      problems({
        ask: { gather, menu: { keys: { "1": "round" }, wrong: "bye", silence: "bye" } },
        round: { goto: "about" },
        about: { goto: "round" },
      }),
    ).toEqual([`flow "demo", step "round": ${dead}`, `flow "demo", step "about": ${dead}`]);
  });

  test("is refused when its fallback asks: whoever was not understood cannot be asked again", () => {
    const ask = { gather, menu: { keys: { "1": "bye" }, wrong: "bye", silence: "bye" } };
    expect(problems({ ask }, { fallback: "ask" })).toEqual([
      'flow "demo", step "ask": is the fallback, for requests that were not understood, so no menu may follow it',
    ]);
  });

  /** A menu that leads to the next two, and back to itself on silence. */
  const room = (names: string[], index: number): Step => {
    const [first = "bye", second = "bye", third = "bye"] = names.toSpliced(index, 1);
    const keys = { "1": first, "2": second };
    return { gather, menu: { keys, wrong: third, silence: names[index] ?? "", attempts: 10, exhausted: "bye" } };
  };

  test("is refused when its loops have more states than anybody could oversee", () => {
    const names = ["a", "b", "c", "d"];
    expect(problems(Object.fromEntries(names.map((name, index) => [name, room(names, index)])))).toEqual([
      'flow "demo", step "a", menu.attempts: shares a loop with b, c, d, and they can be heard in more than 500 ways: lower attempts, or part them',
    ]);
    expect(
      problems(Object.fromEntries(names.slice(2).map((name, index) => [name, room(names.slice(2), index)]))),
    ).toEqual([]);
  });

  test("is refused when it asks in more places than the answer function could hold", () => {
    const steps = Array.from({ length: 501 }, (_, index): [string, Step] => {
      const next = index < 500 ? `m${index + 1}` : "bye";
      return [`m${index}`, { gather, menu: { keys: { "1": next }, wrong: "bye", silence: "bye" } }];
    });
    expect(problems(Object.fromEntries(steps))).toEqual([
      'flow "demo", step "m0": the flow can ask in more than 500 ways, each menu as often as it is heard: lower attempts, or split it',
    ]);
  });

  test("is refused when a caller can be asked more often than MiniVoice may follow redirects", () => {
    const chain = (length: number, last: string) =>
      Object.fromEntries(
        Array.from({ length }, (_, index): [string, Step] => {
          const next = index + 1 < length ? `m${index + 1}` : last;
          return [`m${index}`, { gather, menu: { keys: { "1": next }, wrong: "bye", silence: "bye" } }];
        }),
      );
    const elsewhere: Step = { actions: [{ type: "redirect", url: "https://example.com/answer" }], end: true };
    expect(problems(chain(20, "bye"))).toEqual([]);
    const tooMany = [
      'flow "demo", step "m0": begins calls with up to 21 redirects, one after each question, and MiniVoice may follow no more than 20 in a call: lower attempts, or shorten the way',
    ];
    expect(problems(chain(21, "bye"))).toEqual(tooMany);
    expect(problems({ ...chain(20, "elsewhere"), elsewhere })).toEqual(tooMany);
  });

  test("takes keys of several digits where the gather does", () => {
    const menu = { keys: { "1": "bye", "123": "bye" }, wrong: "bye", silence: "bye" };
    expect(problems({ ask: { gather: { min_digits: 1, max_digits: 3, finish_on_key: "#" }, menu } })).toEqual([]);
    expect(problems({ ask: { gather: { min_digits: 2, max_digits: 3 }, menu } })).toEqual([
      'flow "demo", step "ask", menu.keys["1"]: cannot be typed: the gather takes 2 to 3',
    ]);
    expect(problems({ ask: { gather: { num_digits: 3, finish_on_key: "#" }, menu } })).toEqual([]);
    expect(problems({ ask: { gather: { num_digits: 3 }, menu } })).toEqual([
      'flow "demo", step "ask", menu.keys["1"]: cannot be typed: the gather takes exactly 3',
    ]);
  });
});
