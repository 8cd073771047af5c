import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defineFlow, type Flow, FlowError, type Step } from "../../src/call-flow/flow.ts";
import { reachableAfter, reachableFrom } from "../../src/call-flow/graph.ts";
import { directoryOf } from "../../src/flows/directory.ts";
import { type FlowName, flows, flowsFor } from "../../src/flows/index.ts";
import { everyCall } from "./every-call.ts";

const transfer = (destination: string) => JSON.stringify({ type: "transfer", destination });

describe("the flows of this account", () => {
  const { operator, support, newBusiness, billing, delivery, scheduling } = directoryOf("test");
  const ends: Record<FlowName, string[]> = {
    receptionist: [transfer(support), transfer(operator)],
    salesMenu: [transfer(newBusiness), transfer(billing), transfer(delivery), transfer(operator)],
    appointmentReminder: [
      transfer(scheduling),
      JSON.stringify({ type: "say", text: "Thank you, your appointment is confirmed. Goodbye." }),
      JSON.stringify({ type: "say", text: "Your appointment stays as it is. We will call again. Goodbye." }),
    ],
  };

  test.each(Object.keys(flows) as FlowName[])("%s ends every call, and only where it says", async (name) => {
    const calls = await everyCall(flowsFor("test")[name]);
    expect([...calls.ends].sort()).toEqual(ends[name].sort());
    expect(calls.longest).toBeLessThanOrEqual(7);
  });

  test("put callers of no two environments through to the same destination", () => {
    const all = ["local", "test", "production"].flatMap((stack) => Object.values(directoryOf(stack)));
    expect(new Set(all).size).toBe(all.length);
  });

  test("take the local directory on every local stack, and refuse to borrow one for any other", () => {
    expect(flowsFor("my-experiment", { local: true })).toEqual(flowsFor("local"));
    expect(() => flowsFor("staging")).toThrow(
      'stack "staging" has no directory of destinations (known: local, test, production): add it to src/flows/directory.ts',
    );
    expect(() => flowsFor("constructor")).toThrow("has no directory");
  });
});

describe("any flow that passes validation", () => {
  const name = (index: number) => `s${index}`;

  /** Random graphs over a few steps; the last one is an end, so that the fallback has somewhere to go. */
  const graphs = fc.integer({ min: 1, max: 6 }).chain((size) => {
    const target = fc.nat(size).map(name);
    const say = fc.record({
      type: fc.constant("say" as const),
      text: fc.constantFrom('Say "{url}".', "Hallo\n<&>\u2028"),
    });
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ actions: fc.array(say, { maxLength: 2 }), goto: target }),
      fc.record({ actions: fc.array(say, { minLength: 1, maxLength: 2 }), end: fc.constant(true as const) }),
      fc.record({
        gather: fc.constantFrom({ num_digits: 1 }, { prompt: "Ihre Wahl?", max_digits: 3, finish_on_key: "#" }),
        menu: fc.record({
          keys: fc.dictionary(fc.constantFrom("0", "1", "2", "*", "A"), target, { minKeys: 1, maxKeys: 3 }),
          wrong: target,
          silence: target,
          attempts: fc.integer({ min: 1, max: 3 }),
          exhausted: fc.oneof(fc.constant(name(size)), target),
        }),
      }),
    );
    return fc.array(step, { minLength: size, maxLength: size }).map((steps): Flow => {
      const end: Step = { actions: [{ type: "say", text: "Goodbye." }], end: true };
      const all = Object.fromEntries([...steps, end].map((each, index) => [name(index), each]));
      return tidy({ name: "random", start: name(0), fallback: name(size), steps: all });
    });
  });

  /** Without the two mistakes that nearly every random graph has: steps nobody comes to, and bounds nobody needs. */
  function tidy(flow: Flow): Flow {
    const unbound = Object.entries(flow.steps).map(([key, step]): [string, Step] => {
      if (!step.menu || reachableAfter(flow, key).has(key)) return [key, step];
      const { attempts: _attempts, exhausted: _exhausted, ...menu } = step.menu;
      return [key, { ...step, menu } as Step];
    });
    const steps = Object.fromEntries(unbound);
    const reachable = reachableFrom({ ...flow, steps }, flow.start, flow.fallback);
    return { ...flow, steps: Object.fromEntries(unbound.filter(([key]) => reachable.has(key))) };
  }

  test("ends every call within the contract; any other is refused with its reasons", async () => {
    let valid = 0;
    await fc.assert(
      fc.asyncProperty(graphs, async ({ name: flowName, ...definition }) => {
        let flow: Flow;
        try {
          flow = defineFlow(flowName, definition);
        } catch (error) {
          expect(error).toBeInstanceOf(FlowError);
          expect((error as FlowError).problems.length).toBeGreaterThan(0);
          return;
        }
        const { ends } = await everyCall(flow);
        expect(ends.size).toBeGreaterThan(0);
        valid++;
      }),
      { numRuns: 1_000 },
    );
    expect(valid).toBeGreaterThan(200);
  });
});
