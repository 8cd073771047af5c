import { describe, expect, test } from "@jest/globals";
import { checkActionList } from "../../src/call-flow/action-schema.ts";
import { compileAnswers } from "../../src/call-flow/compile.ts";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { flowDigest } from "../../src/call-flow/digest.ts";
import { type Flow, FlowError, type Step } from "../../src/call-flow/flow.ts";

const bye: Step<"bye"> = { actions: [{ type: "say", text: "Goodbye." }], end: true };
const gather = { prompt: "Press 1", num_digits: 1, timeout_seconds: 5 } as const;

const demo = defineFlow("demo", {
  start: "hello",
  fallback: "bye",
  steps: {
    hello: { actions: [{ type: "say", text: "Hello." }], goto: "ask" },
    ask: {
      gather: { ...gather, finish_on_key: "#" },
      menu: { keys: { "1": "desk" }, wrong: "ask", silence: "bye", attempts: 2, exhausted: "desk" },
    },
    desk: { actions: [{ type: "transfer", destination: "+15550100001" }], end: true },
    bye,
  },
});

describe("compiled answers", () => {
  test("are plain JSON: pages of constant actions, and choices that lead to them", () => {
    const compiled = compileAnswers({ support: "demo" }, { demo });
    expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled);
    expect(compiled).toEqual({
      applications: { support: "demo" },
      apology: expect.stringMatching(/^\{"say":\{"text":"We are sorry, .*"\}\}$/),
      redirect: ['{"type":"redirect","url":"', '","max_redirects":20}'],
      flows: {
        demo: {
          digest: flowDigest(demo),
          start: { page: "hello+ask", choice: "ask.1" },
          fallback: "bye",
          pages: {
            "hello+ask":
              '{"say":{"text":"Hello."}},{"gather":{"prompt":"Press 1","num_digits":1,"timeout_seconds":5,"finish_on_key":"#"}}',
            ask: '{"gather":{"prompt":"Press 1","num_digits":1,"timeout_seconds":5,"finish_on_key":"#"}}',
            desk: '{"type":"transfer","destination":"+15550100001"}',
            bye: '{"say":{"text":"Goodbye."}}',
          },
          choices: {
            "ask.1": {
              keys: { "1": { page: "desk" }, "1#": { page: "desk" } },
              wrong: { page: "ask", choice: "ask.2" },
              silence: { page: "bye" },
            },
            "ask.2": {
              keys: { "1": { page: "desk" }, "1#": { page: "desk" } },
              wrong: { page: "desk" },
              silence: { page: "bye" },
            },
          },
        },
      },
    });
  });

  test("are written in the syntax that the account wants, and mean the same in each", () => {
    const [mixed, typed, keyed] = (["mixed", "typed", "keyed"] as const).map((syntax) => {
      const { flows, apology, redirect } = compileAnswers({ support: "demo" }, { demo }, { syntax });
      const pages = Object.values(flows.demo?.pages ?? {});
      return JSON.parse(`[${[...pages, apology, redirect.join("https://example.com")].join(",")}]`) as object[];
    });
    const meaning = (actions: object[] = []) => {
      const checked = checkActionList({ actions });
      return checked.ok ? checked.actions : checked.problems;
    };
    expect(typed?.every((action) => "type" in action)).toBe(true);
    expect(keyed?.every((action) => !("type" in action))).toBe(true);
    expect(mixed?.map((action) => Object.keys(action)[0])).toEqual([
      ...["say", "gather", "say", "type", "gather", "say", "type"],
    ]);
    expect(meaning(typed)).toEqual(typed);
    expect(meaning(keyed)).toEqual(typed);
    expect(meaning(mixed)).toEqual(typed);
    expect(() => compileAnswers({}, {}, { syntax: "both" as never })).toThrow(
      'action syntax "both": must be one of mixed, typed, keyed',
    );
  });

  test("hold a flow once, however many applications it answers, and no flow that answers none", () => {
    const other = { ...demo, name: "other" };
    const { applications, flows } = compileAnswers({ b: "demo", a: "demo" }, { demo, other });
    expect(applications).toEqual({ a: "demo", b: "demo" });
    expect(Object.keys(flows)).toEqual(["demo"]);
  });

  test("name the application whose key or flow is wrong", () => {
    expect(() => compileAnswers({ support: "dmeo" }, { demo })).toThrow(
      'application "support": unknown flow "dmeo"; known flows: demo',
    );
    expect(() => compileAnswers({ support: "constructor" }, { demo })).toThrow("unknown flow");
    expect(() => compileAnswers({ "a/b": "demo" }, { demo })).toThrow('application "a/b": a key is of letters');
  });

  test("count menus that share a loop together, and forget them once the loop is left", () => {
    const menu = (wrong: string, key: string) => ({
      gather,
      menu: { keys: { "1": key }, wrong, silence: "bye", attempts: 2, exhausted: "bye" },
    });
    const flow = defineFlow("loops", {
      start: "main",
      fallback: "bye",
      steps: { main: menu("sub", "last"), sub: menu("main", "main"), last: menu("last", "bye"), bye } as Record<
        string,
        Step
      >,
    });
    const choices = compileAnswers({ support: "loops" }, { loops: flow }).flows.loops?.choices ?? {};
    expect(choices["main.1.0"]?.wrong).toEqual({ page: "sub", choice: "sub.1.1" });
    expect(choices["sub.1.1"]?.wrong).toEqual({ page: "main", choice: "main.2.1" });
    expect(choices["sub.2.2"]?.wrong).toEqual({ page: "bye" });
    expect(choices["main.2.1"]?.keys["1"]).toEqual({ page: "last", choice: "last.1" });
  });

  test("refuse a flow that did not come by defineFlow and is not valid", () => {
    const broken: Flow = { ...demo, steps: { ...demo.steps, bye: { goto: "bye" } } };
    expect(() => compileAnswers({ support: "demo" }, { demo: broken })).toThrow(FlowError);
    expect(() => compileAnswers({ support: "demo" }, { demo: broken })).toThrow(
      'flow "demo", step "bye": no end can be reached from here',
    );
  });
});

describe("a flow's digest", () => {
  const renamed: Flow = {
    name: "another name",
    fallback: "ende",
    start: "hallo",
    steps: {
      ende: bye,
      desk: { end: true, actions: [{ destination: "+15550100001", type: "transfer" }] },
      frage: {
        menu: { exhausted: "desk", attempts: 2, silence: "ende", wrong: "frage", keys: { "1": "desk" } },
        gather: { finish_on_key: "#", ...gather },
      },
      hallo: { goto: "frage", actions: [{ type: "say", text: "Hello." }] },
    },
  };

  test("is short, and stays when only names and the order of writing change", () => {
    expect(flowDigest(demo)).toMatch(/^[0-9a-f]{12}$/);
    expect(flowDigest(renamed)).toBe(flowDigest(demo));
  });

  test.each<[string, Partial<Flow>]>([
    ["a word", { steps: { ...demo.steps, bye: { actions: [{ type: "say", text: "Good bye." }], end: true } } }],
    [
      "a destination",
      { steps: { ...demo.steps, desk: { actions: [{ type: "transfer", destination: "+15550100009" }], end: true } } },
    ],
    ["where a call begins", { start: "ask" }],
    ["the fallback", { fallback: "desk" }],
  ])("changes with %s", (_what, change) => {
    expect(flowDigest({ ...demo, ...change })).not.toBe(flowDigest(demo));
  });

  test("changes with the attempts of a menu", () => {
    const { ask } = demo.steps;
    if (!ask?.menu) throw new Error("the demo asks");
    const patient = { ...demo.steps, ask: { ...ask, menu: { ...ask.menu, attempts: 3 as const } } };
    expect(flowDigest({ ...demo, steps: patient })).not.toBe(flowDigest(demo));
  });
});
