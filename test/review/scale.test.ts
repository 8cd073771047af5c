import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { render } from "../../src/review/render/index.ts";
import { MARKDOWN_LIMIT_BYTES } from "../../src/review/render/markdown.ts";
import { closedEnvironment } from "../closed-environment.ts";
import { Project } from "./project.ts";
import { reading, reviewed } from "./versions.ts";

const plain = { width: 100, colours: false };

/** Numbers of which none follows another. */
const numberAt = (index: number): string => `+1555${1_000_000 + 2 * index}`;

/** So many numbers behind so many applications with names of this length. */
const voice = (numbers: number, applications: number, length: number, shift = 0) => ({
  applications: Object.fromEntries(
    Array.from({ length: applications }, (_, index) => [
      `a${index}`,
      { name: `${index} ${"|`@ ".repeat(length)}`, flow: index % 2 === 0 ? "receptionist" : "salesMenu" },
    ]),
  ),
  routes: Object.fromEntries(
    Array.from({ length: numbers }, (_, index) => [
      numberAt(index),
      `a${(index * 7 + shift * (index % 89)) % applications}`,
    ]),
  ),
});

describe("a review of 10,000 changed numbers", () => {
  test.each([
    ["of two applications", 2, 1, 1],
    ["of 200 applications with long names, so that nearly each changes in its own way", 200, 60, 3],
  ])("%s fits into a comment, and the JSON and HTML reports have every number", (_, applications, length, shift) => {
    const review = reviewed(
      reading({ voice: voice(10_000, applications, length) }),
      reading({
        voice: {
          ...voice(10_000, applications, length, shift),
          ...(applications === 2 && { routes: swapped(10_000) }),
        },
      }),
    );
    const markdown = render(review, "markdown", plain);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(MARKDOWN_LIMIT_BYTES);
    expect(markdown).toMatch(/numbers change/);
    const changed = review.blocks.flatMap(({ numbers }) => numbers.flatMap((group) => group.numbers));
    expect(changed.length).toBeGreaterThanOrEqual(9_800);
    for (const format of ["json", "html"] as const) {
      const told = new Set(render(review, format, plain).match(/\+1555\d{7}/g));
      expect(changed.filter(({ number }) => !told.has(number))).toEqual([]);
    }
  });

  test("cuts no table: each row has as many fields as its head, and what has no room is counted", () => {
    const review = reviewed(reading({ voice: voice(10_000, 200, 60) }), reading({ voice: voice(10_000, 200, 60, 3) }));
    const lines = render(review, "markdown", plain).split("\n");
    const fields = (line: string) => line.replaceAll(/\\\|/g, "").split("|").length;
    for (const [index, line] of lines.entries())
      if (line.startsWith("| ") && lines[index - 1]?.startsWith("| "))
        expect(fields(line)).toBe(fields(lines[index - 1] as string));
    expect(lines.join("\n")).toMatch(/… and [\d,]+ more\. All of it is in the JSON and HTML reports\./);
    expect(lines.filter((line) => line.startsWith("<details>")).length).toBe(
      lines.filter((line) => line === "</details>").length,
    );
  });
});

function swapped(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [numberAt(index), `a${(index * 7 + 1) % 2}`]));
}

describe("minivoice review of 10,000 changed numbers", () => {
  let project: Project;
  beforeAll(() => {
    project = new Project();
  });
  afterAll(() => project.remove());

  test("needs less than 200 MB of heap", () => {
    const file = (target: string) =>
      `applications:\n  a: { name: A, flow: receptionist }\n  b: { name: B, flow: salesMenu }\nroutes:\n${Array.from(
        { length: 10_000 },
        (_, index) => `  "${numberAt(index)}": ${target}\n`,
      ).join("")}`;
    project.write("stacks/Voice.test.yaml", file("a"));
    project.commit("many numbers");
    project.write("stacks/Voice.test.yaml", file("b"));
    const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
    const out = join(project.root, "review.json");
    const args = [
      "--max-old-space-size=200",
      main,
      "review",
      "--offline",
      "-s",
      "test",
      "--project",
      project.directory,
    ];
    const run = () =>
      execFileSync(process.execPath, [...args, "--out", out], {
        env: closedEnvironment(),
        encoding: "utf8",
        stdio: "pipe",
      });
    expect(run).toThrow(expect.objectContaining({ status: 3 }));
  });
});
