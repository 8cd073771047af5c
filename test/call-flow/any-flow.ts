import fc from "fast-check";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import type { StepAction } from "../../src/call-flow/flow.ts";
import { type Flow, FlowError, type Step } from "../../src/call-flow/flow.ts";
import { reachableAfter, reachableFrom } from "../../src/call-flow/graph.ts";

const name = (index: number) => `s${index}`;

/** Words that break what is written without care: quotes, brackets, line ends, entities, Markdown. */
const words = fc.constantFrom('Say "{url}".', "Hallo\n<&>\u2028", "1. One moment, [please](x)", "`code` #35; <br/>");
const say = fc.record({ type: fc.constant("say" as const), text: words });
const destination = fc.constantFrom("+15550100001", "+15550100002", "sip:desk@example.com");

/** Any action after which the list goes on. */
const passing: fc.Arbitrary<StepAction> = fc.oneof(
  { weight: 4, arbitrary: say },
  fc.record({ type: fc.constant("conference" as const), room: fc.constantFrom("lobby", "board.room") }),
  fc.constantFrom<StepAction>(
    { type: "hold" },
    { type: "resume" },
    { type: "mute", direction: "read" },
    { type: "unmute", direction: "both" },
    { type: "start_recording" },
    { type: "stop_recording" },
    { type: "start_stream", stream_url: "wss://example.com/audio", track: "both" },
    { type: "stop_stream" },
    { type: "send_digits", digits: "1w2#", pause_before_ms: 500 },
  ),
);

/** Any action that hands the caller over. */
const leaving: fc.Arbitrary<StepAction> = fc.oneof(
  fc.record({ type: fc.constantFrom("transfer" as const, "bridge" as const), destination }),
  fc.record({ type: fc.constant("redirect" as const), url: fc.constant("https://elsewhere.example.com/answer") }),
);

const gather = fc.constantFrom(
  { num_digits: 1 },
  { prompt: "Ihre Wahl?", num_digits: 1, timeout_seconds: 7 },
  { prompt: "Your number?", max_digits: 3, finish_on_key: "#" },
);

/** Random graphs over a few steps, most of them with mistakes; the last step is an end, so that the fallback has one. */
export const anyGraph: fc.Arbitrary<Flow> = fc.integer({ min: 1, max: 6 }).chain((size) => {
  const target = fc.nat(size).map(name);
  const actions = fc.array(passing, { maxLength: 2 });
  const step = fc.oneof(
    fc.record({ actions, goto: target }),
    fc.record({ actions: fc.array(passing, { minLength: 1, maxLength: 2 }), end: fc.constant(true as const) }),
    fc.record({
      actions: fc.tuple(actions, leaving).map(([before, last]) => [...before, last]),
      end: fc.constant(true as const),
    }),
    fc.record({
      actions,
      gather,
      menu: fc.record({
        keys: fc.dictionary(fc.constantFrom("0", "1", "2", "*", "A"), target, { minKeys: 1, maxKeys: 3 }),
        wrong: target,
        silence: target,
        attempts: fc.integer({ min: 1, max: 3 }),
        exhausted: fc.oneof(fc.constant(name(size)), target),
      }),
    }),
  ) as fc.Arbitrary<Step>;
  return fc.array(step, { minLength: size, maxLength: size }).map((steps): Flow => {
    const end: Step = { actions: [{ type: "say", text: "Goodbye." }], end: true };
    const all = Object.fromEntries([...steps, end].map((each, index) => [name(index), each]));
    return tidy({ name: "random", start: name(0), fallback: name(size), steps: all });
  });
});

/** Random flows that may be put behind a number. */
export const anyFlow: fc.Arbitrary<Flow> = anyGraph.filter((graph) => defined(graph) !== undefined);

/** The flow, if it is valid. */
export function defined({ name: flowName, ...definition }: Flow): Flow | undefined {
  try {
    return defineFlow(flowName, definition);
  } catch (error) {
    if (error instanceof FlowError) return undefined;
    throw error;
  }
}

/** Without the two mistakes that nearly every random graph has: steps nobody comes to, and bounds nobody needs. */
export function tidy(flow: Flow): Flow {
  const unbound = Object.entries(flow.steps).map(([key, step]): [string, Step] => {
    if (!step.menu || reachableAfter(flow, key).has(key)) return [key, step];
    const { attempts: _attempts, exhausted: _exhausted, ...menu } = step.menu;
    return [key, { ...step, menu } as Step];
  });
  const steps = Object.fromEntries(unbound);
  const reachable = reachableFrom({ ...flow, steps }, flow.start, flow.fallback);
  return { ...flow, steps: Object.fromEntries(unbound.filter(([key]) => reachable.has(key))) };
}

/** The same flow with other names for its steps, written in another order. */
export function renamed(flow: Flow, nameOf: (name: string) => string): Flow {
  const steps = Object.entries(flow.steps).map(([key, step]): [string, Step] => {
    const { menu, goto, ...rest } = step;
    if (goto !== undefined) return [nameOf(key), { ...rest, goto: nameOf(goto) } as Step];
    if (!menu) return [nameOf(key), step];
    const keys = Object.entries(menu.keys).map(([press, to]) => [press, nameOf(to)]);
    const { exhausted } = menu;
    return [
      nameOf(key),
      {
        ...rest,
        menu: {
          ...(exhausted !== undefined && { exhausted: nameOf(exhausted), attempts: menu.attempts }),
          silence: nameOf(menu.silence),
          wrong: nameOf(menu.wrong),
          keys: Object.fromEntries(keys.reverse()),
        },
      } as Step,
    ];
  });
  return {
    name: `${flow.name} renamed`,
    fallback: nameOf(flow.fallback),
    start: nameOf(flow.start),
    steps: Object.fromEntries(steps.reverse()),
  };
}
