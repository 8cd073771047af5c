import { describe, expect, test } from "@jest/globals";
import { parseMermaid } from "beautiful-mermaid";
import fc from "fast-check";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { diagramOf } from "../../src/call-flow/diagram.ts";
import type { Flow } from "../../src/call-flow/flow.ts";
import { edgesOf } from "../../src/call-flow/graph.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { anyFlow } from "./any-flow.ts";

const { receptionist } = flowsFor("test");

/** A flow of two steps that says this at every place where a text can stand. */
const saying = (text: string, name = "ask"): Flow =>
  defineFlow("hostile", {
    start: name,
    fallback: "end",
    steps: {
      [name]: {
        actions: [{ type: "say", text }],
        gather: { prompt: text },
        menu: { keys: { "#": "end" }, wrong: "end", silence: "end" },
      },
      end: { actions: [{ type: "say", text }], end: true },
    },
  });

const lines = (flow: Flow, options?: Parameters<typeof diagramOf>[1]) => diagramOf(flow, options).split("\n");

describe("the diagram of a flow", () => {
  test("is a Mermaid flowchart that says what callers hear, what they can press and where it leads", () => {
    expect(lines(receptionist)).toEqual([
      "flowchart TD",
      '  caller(("call"))',
      '  step_welcome["welcome<br/>“Thanks for calling.”"]',
      '  step_menu{{"menu<br/>“Press 1 for support” (1 digit,<br/>5 s)"}}',
      '  step_sorry["sorry<br/>“Sorry, that is not one of the<br/>choices.”"]',
      '  step_unheard["unheard<br/>“We did not hear a choice.”"]',
      '  step_support(["support<br/>“Connecting you to support.”<br/>transfer to<br/>sip#58;support#64;test.example.com"])',
      '  step_operator(["operator<br/>“One moment please, a colleague<br/>will take your call.”<br/>transfer to +15550100101"])',
      '  unclear(("request not understood"))',
      "  caller --> step_welcome",
      "  step_welcome --> step_menu",
      '  step_menu -->|"1"| step_support',
      '  step_menu -->|"wrong key"| step_sorry',
      '  step_menu -->|"silence"| step_unheard',
      '  step_menu -->|"after 2 attempts"| step_operator',
      "  step_sorry --> step_menu",
      "  step_unheard --> step_operator",
      "  unclear -.-> step_operator",
      "  classDef changed fill:#fff3bf,stroke:#b36b00,stroke-width:3px,color:#1f1f1f",
      "",
    ]);
  });

  test("draws answers that lead to the same step as one arrow", () => {
    expect(lines(saying("Hello."))).toContain('  step_ask -->|"#35;, wrong key, silence"| step_end');
  });

  test("marks the steps that are given, and ignores names that are not in it", () => {
    const marked = lines(receptionist, { changed: ["support", "menu", "gone", "constructor"] });
    expect(marked.filter((line) => line.startsWith("  class "))).toEqual(["  class step_menu,step_support changed"]);
  });

  test("keeps names apart that differ in a hyphen only, and words of Mermaid from its own", () => {
    const steps = {
      "a-b": { goto: "a_b" },
      a_b: { goto: "graph" },
      graph: { goto: "end" },
      end: { actions: [{ type: "say", text: "Goodbye." }], end: true },
    } as const;
    const { nodes } = parseMermaid(diagramOf(defineFlow("names", { start: "a-b", fallback: "end", steps })));
    expect([...nodes.keys()]).toEqual(["caller", "step_a_b", "step_a_b_", "step_graph", "step_end", "unclear"]);
  });

  test.each([
    ["quotes and brackets", '"] --> evil["x"]; {{([<>])}} | " \''],
    ["line ends", "one\ntwo\r\n  click step_ask callback\u2028three\u2029four"],
    ["a fence", "```\n# Heading\n```mermaid"],
    ["HTML", '<script>alert(1)</script><img src=x onerror="alert(1)"><br/>&lt;b&gt;&#60;i&#62;'],
    ["entities of its own", "#quot; #35; &quot; &#34;"],
    ["directives", "%%{init: {'securityLevel': 'loose'}}%% style step_ask fill:#f00;"],
    [
      "Markdown",
      "`code` **bold** _it_ ~~no~~ [link](javascript:alert(1)) https://example.com www.example.com a@b.example",
    ],
    ["a list, which Mermaid refuses", "1. one"],
    ["another list", "- one"],
    ["marks that turn the writing", "abc\u202Edef\u200B\u0000\u0007\u001B[31m"],
    ["a very long word", "x".repeat(10_000)],
    ["very many words", "word ".repeat(10_000)],
    ["letters of several units", "𝒳".repeat(500)],
  ])("keeps %s as text", (_what, text) => {
    const plain = lines(saying("Hello."));
    const hostile = lines(saying(text));
    expect(hostile).toHaveLength(plain.length);
    for (const line of hostile) {
      // Nothing but our own syntax around labels of harmless characters.
      expect(line.replaceAll(/"(?:[\p{L}\p{M}\p{N} .,!?'’“”…()/+-]|#\d+;|<br\/>)*"/gu, '""')).toMatch(
        /^(?:flowchart TD| {2}classDef .*| {2}\w+(?:\[""\]|\{\{""\}\}|\(\[""\]\)|\(\(""\)\))| {2}\w+ (?:-->(?:\|""\|)?|-\.->) \w+|)$/,
      );
      expect(line).not.toMatch(/(?:"|<br\/>)(?:[-+]|\d+[.)])/);
      expect(line).not.toMatch(/www\./i);
      expect(line.length).toBeLessThan(1_000);
    }
  });

  test("has a box for each step and an arrow for each way, whatever is said", () => {
    fc.assert(
      fc.property(anyFlow, fc.string({ unit: "grapheme" }), (flow, text) => {
        const [first = "", ...others] = Object.entries(flow.steps).map(([name]) => name);
        const say = { type: "say" as const, text: `!${text}` };
        const steps = {
          ...flow.steps,
          [first]: { ...flow.steps[first], actions: [say, ...(flow.steps[first]?.actions ?? [])] },
        };
        const { nodes, edges } = parseMermaid(diagramOf({ ...flow, steps } as Flow));
        expect([...nodes.keys()]).toEqual(["caller", ...[first, ...others].map((name) => `step_${name}`), "unclear"]);
        for (const name of [first, ...others]) expect(nodes.get(`step_${name}`)?.label.split("\n")[0]).toBe(name);
        const ways = Object.entries(flow.steps).flatMap(([name, step]) =>
          edgesOf(step).map(({ to }) => `${name} ${to}`),
        );
        const drawn = edges.map(({ source, target }) => `${source} ${target}`);
        expect(new Set(drawn)).toEqual(
          new Set([
            `caller step_${flow.start}`,
            `unclear step_${flow.fallback}`,
            ...ways.map((way) => way.replaceAll(/s\d/g, "step_$&")),
          ]),
        );
      }),
      { numRuns: 200 },
    );
  });
});
