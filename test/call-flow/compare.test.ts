import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { changedSteps, compareFlows } from "../../src/call-flow/compare.ts";
import { flowDigest } from "../../src/call-flow/digest.ts";
import { type Flow, FlowError, type Step } from "../../src/call-flow/flow.ts";
import { FlowStates, leadsTo, type Press, type Turn } from "../../src/call-flow/states.ts";
import { problemsOf } from "../../src/call-flow/validate.ts";
import { measureCalls, pathsOf } from "../../src/call-flow/walk.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { anyFlow, defined, renamed, tidy } from "./any-flow.ts";

const { receptionist, salesMenu } = flowsFor("test");

/** The receptionist after an edit: steps replaced, added, or (undefined) removed. */
function edited(edit: Record<string, unknown>, change: Partial<Flow> = {}, flow = receptionist): Flow {
  const steps = Object.entries({ ...flow.steps, ...edit }).filter(([, step]) => step !== undefined);
  const version = { ...flow, ...change, steps: Object.fromEntries(steps) as Record<string, Step> };
  const problems = problemsOf(version);
  if (problems.length > 0) throw new FlowError(problems);
  return version;
}

const step = (name: string, flow = receptionist) => flow.steps[name] as Step;
const menuOf = (flow: Flow, name: string) => flow.steps[name]?.menu as NonNullable<Step["menu"]>;

describe("two versions of a flow", () => {
  test("are equal when only names and the order of writing differ", () => {
    const other = renamed(salesMenu, (name) => `x-${name}`);
    const { steps, paths, fallback, before, after } = compareFlows(salesMenu, other);
    expect({ steps, paths, fallback }).toEqual({ steps: [], paths: [], fallback: undefined });
    expect(before).toBe(after);
  });

  test("show a transfer that goes elsewhere, with the presses that lead there", () => {
    const actions = [
      { type: "say", text: "Connecting you to support." },
      { type: "transfer", destination: "+15550100999" },
    ];
    const comparison = compareFlows(receptionist, edited({ support: { actions, end: true } }));
    expect(comparison.steps).toEqual([
      {
        kind: "destination",
        step: "support",
        was: "support",
        before: { action: "transfer", to: "sip:support@test.example.com" },
        after: { action: "transfer", to: "+15550100999" },
      },
    ]);
    expect(comparison.paths).toMatchObject([
      {
        presses: ["1"],
        differs: ["ends"],
        before: { end: { how: "transfer", to: "sip:support@test.example.com" } },
        after: { end: { how: "transfer", to: "+15550100999" } },
        alsoAfter: 1,
      },
    ]);
    expect(comparison.fallback).toBeUndefined();
    expect(changedSteps(comparison)).toEqual({ before: new Set(["support"]), after: new Set(["support"]) });
  });

  test("show a transfer that became a bridge", () => {
    const actions = [
      { type: "say", text: "Connecting you to support." },
      { type: "bridge", destination: "sip:support@test.example.com" },
    ];
    const { steps, paths } = compareFlows(receptionist, edited({ support: { actions, end: true } }));
    const to = "sip:support@test.example.com";
    expect(steps).toMatchObject([
      { kind: "destination", before: { action: "transfer", to }, after: { action: "bridge", to } },
    ]);
    expect(paths).toMatchObject([{ differs: ["ends"], after: { end: { how: "bridge" } } }]);
  });

  test("show other words, and a prompt", () => {
    const after = edited({
      welcome: { actions: [{ type: "say", text: "Good morning." }], goto: "menu" },
      menu: { ...step("menu"), gather: { prompt: "For support press 1", num_digits: 1, timeout_seconds: 5 } },
    });
    const { steps, paths } = compareFlows(receptionist, after);
    expect(steps).toEqual([
      {
        kind: "words",
        of: "say",
        step: "welcome",
        was: "welcome",
        before: "Thanks for calling.",
        after: "Good morning.",
      },
      {
        kind: "words",
        of: "prompt",
        step: "menu",
        was: "menu",
        before: "Press 1 for support",
        after: "For support press 1",
      },
    ]);
    expect(paths.map(({ presses, differs }) => [presses, differs])).toEqual([
      [[], ["says"]],
      [["wrong"], ["says"]],
    ]);
  });

  test("show time limits and attempts", () => {
    const after = edited({
      menu: {
        gather: { prompt: "Press 1 for support", num_digits: 1, timeout_seconds: 9 },
        menu: { ...menuOf(receptionist, "menu"), attempts: 3 },
      },
    });
    const { steps, paths } = compareFlows(receptionist, after);
    expect(steps).toEqual([
      { kind: "gather", field: "timeout_seconds", step: "menu", was: "menu", before: 5, after: 9 },
      { kind: "attempts", step: "menu", was: "menu", before: 2, after: 3 },
    ]);
    // Two wrong keys were enough for a person; now the caller is asked once more.
    expect(paths.map(({ presses, differs }) => [presses, differs])).toEqual([
      [[], ["asks"]],
      [["wrong"], ["asks"]],
      [
        ["wrong", "wrong"],
        ["says", "asks", "ends"],
      ],
    ]);
    expect(paths[2]?.before).toMatchObject({ usedUp: ["menu"], end: { step: "operator" } });
    expect(paths[2]?.after).toMatchObject({ usedUp: [], asks: "menu" });
  });

  test("show silence, wrong keys and used-up attempts that end otherwise", () => {
    const bye = { actions: [{ type: "say", text: "Goodbye." }], end: true };
    const after = edited({
      menu: { ...step("menu"), menu: { ...menuOf(receptionist, "menu"), exhausted: "bye" } },
      unheard: { ...step("unheard"), goto: "bye" },
      bye,
    });
    const { steps, paths } = compareFlows(receptionist, after);
    expect(steps).toEqual([
      { kind: "way", on: "exhausted", step: "menu", was: "menu", before: "operator", after: "bye" },
      { kind: "way", on: "goto", step: "unheard", was: "unheard", before: "operator", after: "bye" },
      { kind: "added", step: "bye" },
    ]);
    expect(paths.map(({ presses, differs }) => [presses, differs])).toEqual([
      [["silence"], ["says", "ends"]],
      [
        ["wrong", "wrong"],
        ["says", "ends"],
      ],
    ]);
  });

  test("show a new key, which meant nothing before, and the steps that callers can come to now", () => {
    const after = edited({
      menu: { ...step("menu"), menu: { ...menuOf(receptionist, "menu"), keys: { "1": "support", "2": "sales" } } },
      sales: { actions: [{ type: "transfer", destination: "+15550100102" }], end: true },
    });
    const { steps, paths } = compareFlows(receptionist, after);
    expect(steps).toEqual([
      { kind: "way", on: "2", step: "menu", was: "menu", after: "sales" },
      { kind: "added", step: "sales" },
    ]);
    expect(paths[0]).toMatchObject({
      presses: ["2"],
      before: { asks: "menu" },
      after: { end: { to: "+15550100102" } },
    });
    const back = compareFlows(after, receptionist);
    expect(back.steps).toEqual([
      { kind: "way", on: "2", step: "menu", was: "menu", before: "sales" },
      { kind: "removed", was: "sales" },
    ]);
  });

  test("show another fallback, and another beginning", () => {
    const other = compareFlows(receptionist, edited({}, { fallback: "support" }));
    expect(other.steps).toEqual([{ kind: "fallback", before: "operator", after: "support" }]);
    expect(other.fallback).toMatchObject({ differs: ["says", "ends"], after: { end: { step: "support" } } });
    expect(other.paths).toEqual([]);

    const notice = { actions: [{ type: "say", text: "We record calls." }], goto: "welcome" };
    const begun = compareFlows(receptionist, edited({ notice }, { start: "notice" }));
    expect(begun.steps).toEqual([
      { kind: "start", before: "welcome", after: "notice" },
      { kind: "added", step: "notice" },
    ]);
    expect(begun.paths).toMatchObject([{ presses: [], differs: ["says"] }]);
  });

  test("show a conference in another room, and an action that callers do not hear", () => {
    const flow = (room: string, actions: unknown[] = []) =>
      edited({ support: { actions: [...actions, { type: "conference", room }], end: true } });
    expect(compareFlows(flow("lobby"), flow("board"))).toMatchObject({
      steps: [{ kind: "destination", before: { action: "conference", to: "lobby" }, after: { to: "board" } }],
      paths: [{ presses: ["1"], differs: ["ends"] }],
    });
    expect(compareFlows(flow("lobby"), flow("lobby", [{ type: "start_recording" }]))).toMatchObject({
      steps: [{ kind: "action", after: { type: "start_recording" } }],
      paths: [{ presses: ["1"], differs: ["does"] }],
    });
  });

  test("tell steps that are only arranged otherwise, which no caller notices", () => {
    const [greeting] = step("welcome").actions ?? [];
    const after = edited({ welcome: { goto: "greeting" }, greeting: { actions: [greeting], goto: "menu" } });
    const { steps, paths, fallback } = compareFlows(receptionist, after);
    expect(steps).not.toEqual([]);
    expect({ paths, fallback }).toEqual({ paths: [], fallback: undefined });
  });

  test("keep the name that a step had", () => {
    const other = renamed(
      edited({ unheard: { actions: [{ type: "say", text: "Hello?" }], goto: "operator" } }),
      (name) => `new-${name}`,
    );
    expect(compareFlows(receptionist, other).steps).toEqual([
      {
        kind: "words",
        of: "say",
        step: "new-unheard",
        was: "unheard",
        before: "We did not hear a choice.",
        after: "Hello?",
      },
    ]);
  });

  test("are plain JSON side by side", () => {
    const comparison = compareFlows(receptionist, salesMenu);
    expect(comparison.steps.length).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });
});

/** One edit of the kind that people make; whatever is no flow afterwards is thrown away. */
const anyEdit: fc.Arbitrary<(flow: Flow) => Flow> = fc
  .record({
    at: fc.nat(),
    to: fc.nat(),
    kind: fc.constantFrom(
      "text",
      "destination",
      "silence",
      "wrong",
      "key",
      "attempts",
      "timeout",
      "fallback",
      "insert",
    ),
  })
  .map(({ at, to, kind }) => (flow: Flow): Flow => {
    const names = Object.keys(flow.steps);
    const name = names[at % names.length] as string;
    const target = names[to % names.length] as string;
    const { [name]: old, ...rest } = flow.steps;
    const put = (changed: object): Flow => ({ ...flow, steps: { ...rest, [name]: { ...old, ...changed } as Step } });
    const { actions = [], menu, gather } = old as Step;
    if (kind === "fallback") return { ...flow, fallback: target };
    if (kind === "text") return put({ actions: [{ type: "say", text: `Changed ${to}.` }, ...actions] });
    if (kind === "destination")
      return put({
        actions: actions.map((each) => ("destination" in each ? { ...each, destination: "+15550100777" } : each)),
      });
    if (kind === "insert")
      return {
        ...flow,
        start: "inserted",
        steps: { ...flow.steps, inserted: { actions: [{ type: "hold" }], goto: flow.start } },
      };
    if (!menu || !gather) return flow;
    if (kind === "timeout") return put({ gather: { ...gather, timeout_seconds: 1 + (to % 30) } });
    if (kind === "key") return put({ menu: { ...menu, keys: { ...menu.keys, "1": target } } });
    if (kind === "attempts")
      return menu.attempts === undefined ? flow : put({ menu: { ...menu, attempts: 1 + (to % 4) } });
    return put({ menu: { ...menu, [kind]: target } });
  });

/** A flow and a version of it that somebody edited up to three times. */
const versions = fc
  .tuple(anyFlow, fc.array(anyEdit, { minLength: 1, maxLength: 3 }))
  .map(([flow, edits]) => ({ before: flow, after: tidy(edits.reduce((version, edit) => edit(version), flow)) }))
  .filter(({ after }) => defined(after) !== undefined);
const pairs = fc.oneof(
  versions,
  fc.tuple(anyFlow, anyFlow).map(([before, after]) => ({ before, after })),
);

describe("any two versions of any flow", () => {
  /** What a caller meets who does this; it ends where the call does. */
  function call(flow: Flow, presses: Press[]): string[] {
    const states = new FlowStates(flow);
    const turns: Turn[] = [states.turnFrom(flow.start)];
    for (const press of presses) {
      const asks = turns.at(-1)?.asks;
      if (asks) turns.push(states.turnFrom(leadsTo(flow, asks.menu, press), asks.heard));
    }
    return turns.map(({ actions }) => JSON.stringify(actions));
  }

  test("have no difference exactly when their digests are equal", () => {
    fc.assert(
      fc.property(pairs, ({ before, after }) => {
        const { steps, paths, fallback } = compareFlows(before, after);
        expect(steps.length === 0).toBe(flowDigest(before) === flowDigest(after));
        if (steps.length === 0) expect({ paths, fallback }).toEqual({ paths: [], fallback: undefined });
      }),
      { numRuns: 500 },
    );
  });

  test("differ in the same places after every step got another name and another place in the file", () => {
    const nameOf = (name: string) => `${[...name].reverse().join("")}x`;
    fc.assert(
      fc.property(pairs, ({ before, after }) => {
        const comparison = JSON.stringify(compareFlows(before, after));
        const again = JSON.stringify(compareFlows(before, renamed(after, nameOf)));
        // Names alone may differ; they are the only texts of this form.
        const nameless = (json: string) => json.replaceAll(/"(?:s\d|\ds|inserted|detresni)x?"/g, '"step"');
        expect(nameless(again)).toBe(nameless(comparison));
      }),
      { numRuns: 300 },
    );
  });

  test("meet callers differently just where it says, and nowhere when it says nothing", () => {
    fc.assert(
      fc.property(pairs, ({ before, after }) => {
        const { paths, capped } = compareFlows(before, after);
        expect(capped).toBe(false);
        for (const { presses } of paths) {
          const [one, other] = [call(before, presses), call(after, presses)];
          expect(one[presses.length]).not.toBe(other[presses.length]);
        }
        if (paths.length > 0) return;
        for (const flow of [before, after]) {
          fc.pre(measureCalls(flow).paths <= 500);
          for (const { presses } of pathsOf(flow)) expect(call(after, presses)).toEqual(call(before, presses));
        }
      }),
      { numRuns: 300 },
    );
  });
});
