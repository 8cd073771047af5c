import { expect, test } from "@jest/globals";
import { compare } from "../../src/drift/compare.ts";
import { documentOf } from "../../src/drift/document.ts";
import { MARKDOWN_LIMIT_BYTES, renderMarkdown } from "../../src/review/render/markdown.ts";
import { declaredOf, liveOf, type Model, recordedOf } from "./pictures.ts";

const COUNT = 100_000;

// Memory cannot be asserted without asserting the machine; what takes it can be counted.
test("a hundred thousand numbers are a few stories, each kept once, and one row of a report", () => {
  const numbers = Array.from({ length: COUNT }, (_, index) => `+1555${String(index).padStart(7, "0")}`);
  const routed = (target: string): Model => ({
    applications: { support: { name: "Support" }, sales: { name: "Sales" } },
    routes: Object.fromEntries(numbers.map((number, index) => [number, index < COUNT / 2 ? "support" : target])),
  });
  const [deployed, live] = [routed("support"), routed("sales")];
  const about = { stack: "test", checkedAt: new Date(0) };
  const report = compare(declaredOf(deployed), recordedOf(deployed, deployed), liveOf(live, numbers), about);
  expect(report.totals).toMatchObject({ drifted: COUNT / 2, inSync: COUNT / 2 + 2 });
  const stories = report.objects.flatMap(({ kind, fields }) => (kind === "number" ? [fields] : []));
  expect(new Set(stories).size).toBe(2);
  const document = documentOf(report);
  const drifted = document.sections.find(({ title }) => title.text.startsWith("Drifted"));
  expect(drifted?.blocks).toEqual([expect.objectContaining({ rows: [expect.anything()] })]);
  expect(Buffer.byteLength(renderMarkdown(document))).toBeLessThan(MARKDOWN_LIMIT_BYTES);
});
