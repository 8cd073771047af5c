import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { type Flow, FlowError } from "../../src/call-flow/flow.ts";
import { directoryOf } from "../../src/flows/directory.ts";
import { type FlowName, flows, flowsFor } from "../../src/flows/index.ts";
import { anyGraph } from "../call-flow/any-flow.ts";
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
  test("ends every call within the contract; any other is refused with its reasons", async () => {
    let valid = 0;
    await fc.assert(
      fc.asyncProperty(anyGraph, async ({ name, ...definition }) => {
        let flow: Flow;
        try {
          flow = defineFlow(name, definition);
        } catch (error) {
          expect(error).toBeInstanceOf(FlowError);
          expect((error as FlowError).problems.length).toBeGreaterThan(0);
          return;
        }
        const { ends, longest } = await everyCall(flow);
        expect(ends.size).toBeGreaterThan(0);
        // The greeting, and as many redirects as MiniVoice may follow.
        expect(longest).toBeLessThanOrEqual(1 + 20);
        valid++;
      }),
      { numRuns: 1_000 },
    );
    expect(valid).toBeGreaterThan(200);
  });
});
