import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { renderReport } from "../../src/cli/checklist-screen.ts";
import { plainText } from "../../src/cli/plain-text.ts";
import type { Finding, Point, Report } from "../../src/verify/report.ts";

const point = (number: number, outcome: Point["outcome"], ...findings: Finding[]): Point => ({
  number,
  title: `point ${number}`,
  outcome,
  findings,
});
const passed = (subject: string): Finding => ({ subject, outcome: "passed", text: "fine" });

const report = (...points: Point[]): Report => ({ stack: "test", local: false, at: "2026-05-29T12:00:00Z", points });
/** Whatever the environment says about colours. */
const shown = (points: Point[]) =>
  stripVTControlCharacters(renderReport(report(...points), new PassThrough() as unknown as NodeJS.WriteStream));

describe("the report of a checklist", () => {
  test("shows what is wrong first, with its evidence, and folds what is fine", () => {
    const wrong: Finding = {
      subject: "support",
      outcome: "failed",
      text: "the answer is no JSON",
      evidence: {
        at: "2026-05-29T12:00:01Z",
        request: "GET https://example.com/answer",
        status: 200,
        milliseconds: [12, 3],
        headers: { "content-type": "text/html" },
        path: "$",
        expected: "JSON",
        found: "<html>",
      },
    };
    const fine = ["a", "b", "c", "d", "e"].map(passed);
    const open: Finding = { subject: "sales", outcome: "unchecked", text: "nobody knows" };
    expect(shown([point(1, "failed", ...fine, open, wrong)])).toBe(
      [
        "Integration checklist (stack test; 2026-05-29T12:00:00Z)",
        "",
        "✗ 1. point 1",
        "   ✗  support  the answer is no JSON",
        "               at $",
        "               expected JSON",
        "               found <html>",
        "               GET https://example.com/answer → 200; 12, 3 ms; content-type: text/html; at 2026-05-29T12:00:01Z",
        "   ?  sales    nobody knows",
        "   ✓  a        fine",
        "   ✓  b        fine",
        "   ✓  c        fine",
        "   … and 2 more like these",
        "",
        "0 passed, 1 failed (1)",
        "",
      ].join("\n"),
    );
  });

  test("counts the points, and marks what is worth knowing although it passed", () => {
    const text = shown([
      point(1, "passed", passed("a"), { ...passed("key"), note: "use separate customers" }),
      point(2, "unchecked", { subject: "b", outcome: "unchecked", text: "no key" }),
    ]);
    expect(text).toContain("   !  key  fine\n           use separate customers");
    expect(text).toContain("1 passed, 1 could not be checked, or not all of it (2)");
  });

  test("lets nobody's answer move the cursor, or pass for a line of its own", () => {
    const found = "\u001b[2J\u001b[1;1H✓ all is well\u202e\r";
    const hostile: Finding = { subject: "a\u0007", outcome: "failed", text: "no JSON", evidence: { found } };
    const text = shown([point(1, "failed", hostile)]);
    expect(text).toContain("found ✓ all is well");
    for (const part of [text, plainText(found)]) expect(part).not.toMatch(/[^\P{C}\n]/u);
  });

  test("shows a failure among thousands of numbers, and not the thousands", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => passed(`+1555${1_000_000 + index}`));
    const wrong: Finding = { subject: "+15559999999", outcome: "failed", text: "goes elsewhere" };
    const text = shown([point(3, "failed", ...many, wrong)]);
    expect(text).toContain("+15559999999");
    expect(text.split("\n").length).toBeLessThan(12);
  });

  test("folds failures that are too many to read, and says how many there are", () => {
    const many = Array.from({ length: 5_000 }, (_, index): Finding => ({ ...passed(`n${index}`), outcome: "failed" }));
    const text = shown([point(3, "failed", ...many)]);
    expect(text).toContain("… and 4980 more that failed: --json lists all");
    expect(text.split("\n").length).toBeLessThan(40);
  });
});
