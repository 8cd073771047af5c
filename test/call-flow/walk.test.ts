import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compileAnswers } from "../../src/call-flow/compile.ts";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { measureCalls, pathsOf, walkFlow } from "../../src/call-flow/walk.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { anyFlow } from "./any-flow.ts";

const { receptionist, salesMenu } = flowsFor("test");

describe("a walk through a flow", () => {
  test("takes every path: each key, a wrong key, and silence, until the call ends", () => {
    const { paths, total, capped } = walkFlow(receptionist);
    const support = { step: "support", how: "transfer", to: "sip:support@test.example.com" };
    const operator = { step: "operator", how: "transfer", to: "+15550100101" };
    expect(paths.map(({ presses, end }) => [presses, end])).toEqual([
      [["1"], support],
      [["wrong", "1"], support],
      [["wrong", "wrong"], operator],
      [["wrong", "silence"], operator],
      [["silence"], operator],
    ]);
    expect({ total, capped }).toEqual({ total: 5, capped: false });
  });

  test("tells for each turn which steps are run, what is said, and which menus were used up", () => {
    const path = walkFlow(receptionist).paths.find(({ presses }) => presses.join() === "wrong,wrong");
    expect(path?.turns).toEqual([
      {
        steps: ["welcome", "menu"],
        usedUp: [],
        says: ["Thanks for calling.", "Press 1 for support"],
        actions: [
          { type: "say", text: "Thanks for calling." },
          { type: "gather", prompt: "Press 1 for support", num_digits: 1, timeout_seconds: 5 },
        ],
        asks: "menu",
      },
      expect.objectContaining({ steps: ["sorry", "menu"], asks: "menu" }),
      {
        steps: ["sorry", "operator"],
        usedUp: ["menu"],
        says: ["Sorry, that is not one of the choices.", "One moment please, a colleague will take your call."],
        actions: expect.any(Array),
        end: path?.end,
      },
    ]);
  });

  test("is JSON, through and through", () => {
    const walk = walkFlow(salesMenu);
    expect(JSON.parse(JSON.stringify(walk))).toEqual(walk);
  });

  test("tells how a call ends: handed over, in a room, or with the last action", () => {
    const gather = { num_digits: 1 };
    const flow = defineFlow("ends", {
      start: "ask",
      fallback: "bye",
      steps: {
        ask: {
          gather,
          menu: { keys: { "1": "bridge", "2": "room", "3": "elsewhere", "4": "waits" }, wrong: "bye", silence: "bye" },
        },
        bridge: { actions: [{ type: "bridge", destination: "sip:desk@example.com" }], end: true },
        room: { actions: [{ type: "conference", room: "lobby" }], end: true },
        elsewhere: { actions: [{ type: "redirect", url: "https://example.com/answer" }], end: true },
        waits: { actions: [{ type: "conference", room: "lobby" }], goto: "bye" },
        bye: { actions: [{ type: "say", text: "Goodbye." }], end: true },
      },
    });
    expect([...pathsOf(flow)].map(({ end }) => end)).toEqual([
      { step: "bridge", how: "bridge", to: "sip:desk@example.com" },
      { step: "room", how: "conference", to: "lobby" },
      { step: "elsewhere", how: "redirect", to: "https://example.com/answer" },
      // Whoever leaves the room hears the rest.
      { step: "bye", how: "end" },
      { step: "bye", how: "end" },
      { step: "bye", how: "end" },
    ]);
  });

  test("stops where it is told to, says so, and still knows how many paths there are", () => {
    const walk = walkFlow(salesMenu, { limit: 10 });
    expect(walk.paths).toHaveLength(10);
    expect(walk).toMatchObject({ total: 137, capped: true });
    expect(walkFlow(salesMenu, { limit: 137 })).toMatchObject({ total: 137, capped: false });
  });

  test("counts the paths of any flow without taking them, and never hears a question more often than counted", () => {
    fc.assert(
      fc.property(anyFlow, (flow) => {
        const { paths, questions } = measureCalls(flow);
        fc.pre(paths <= 2_000);
        const all = [...pathsOf(flow)];
        expect(all).toHaveLength(paths);
        expect(new Set(all.map(({ presses }) => presses.join())).size).toBe(paths);
        expect(Math.max(...all.map(({ presses }) => presses.length))).toBe(questions);
      }),
      { numRuns: 200 },
    );
  });

  test("meets every page that the flow is compiled to, and no other", () => {
    fc.assert(
      fc.property(anyFlow, (flow) => {
        fc.pre(measureCalls(flow).paths <= 2_000);
        const met = new Set([...pathsOf(flow)].flatMap(({ turns }) => turns.map(({ steps }) => steps.join("+"))));
        const compiled = compileAnswers({ support: "flow" }, { flow }).flows.flow;
        expect(new Set([...met, compiled?.fallback])).toEqual(new Set(Object.keys(compiled?.pages ?? {})));
      }),
      { numRuns: 200 },
    );
  });
});
