import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { diagramOf } from "../../src/call-flow/diagram.ts";
import { svgOf } from "../../src/cli/flow-svg.ts";
import { flowsFor } from "../../src/flows/index.ts";

/** The picture of a flow of one step that says this. */
const saying = (text: string) => {
  const steps = { hello: { actions: [{ type: "say", text }], end: true } } as const;
  return svgOf(diagramOf(defineFlow("demo", { start: "hello", fallback: "hello", steps })));
};

const entities = { lt: "<", gt: ">", quot: '"', amp: "&" };

/** What is written in a picture; it must be XML down to the last tag. */
function textsIn(svg: string): string[] {
  const open: string[] = [];
  for (const [tag] of svg.matchAll(/<[^>]*>/g)) {
    const [, end, name = "", self] = /^<(\/?)([a-z]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>$/i.exec(tag) ?? [];
    if (name === "") throw new Error(`no tag: ${tag}`);
    if (end) expect(open.pop()).toBe(name);
    else if (!self) open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg.replaceAll(/&(?:amp|lt|gt|quot|#39|#\d+);/g, "")).not.toContain("&");
  return Array.from(svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs), ([, inner = ""]) =>
    inner
      .replaceAll(/<\/tspan><tspan[^>]*>/g, "\n")
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll(/&(?:#(\d+)|(lt|gt|quot|amp));/g, (_, code, name: keyof typeof entities) =>
        code === undefined ? entities[name] : String.fromCodePoint(Number(code)),
      ),
  );
}

describe("the picture of a flow", () => {
  test("says what the diagram says, and needs nothing from elsewhere", async () => {
    const svg = await svgOf(diagramOf(flowsFor("test").receptionist, { changed: ["support"] }));
    expect(textsIn(svg)).toEqual(
      expect.arrayContaining([
        "welcome\n“Thanks for calling.”",
        "support\n“Connecting you to support.”\ntransfer to\nsip:support@test.example.com",
        "wrong key",
        "after 2 attempts",
      ]),
    );
    expect(svg).toContain('fill="#fff3bf"');
    expect(svg).not.toMatch(/googleapis|@import|<script|href/);
  });

  test.each(['Say "{url}" <b>now</b> & [here] | --> x', "`code` **bold** #35; &lt;", "</text><script>x()</script>"])(
    "keeps %j as text",
    async (text) => {
      const texts = textsIn(await saying(text));
      expect(texts.map((each) => each.replaceAll("\n", " "))).toContain(`hello “${text}”`);
    },
  );

  test("is whole, whatever is said", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
        expect(textsIn(await saying(`!${text}`)).length).toBeGreaterThan(2);
      }),
      { numRuns: 50 },
    );
  });
});
