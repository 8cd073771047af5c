import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { patchOf } from "../../src/cli/patch.ts";

const lines = (target: string) =>
  Array.from({ length: 30_000 }, (_, index) => `  "+1555${1_000_000 + index}": ${target}\n`).join("");

test("a patch takes any number of lines, and nothing where nothing changes", async () => {
  const [before, after] = [lines("support"), lines("sales")];
  expect(await patchOf("Voice.test.yaml", before, before)).toBe("");
  const directory = mkdtempSync(join(tmpdir(), "patch-"));
  try {
    const file = join(directory, "Voice.test.yaml");
    writeFileSync(file, before);
    execFileSync("git", ["apply"], { cwd: directory, input: await patchOf("Voice.test.yaml", before, after) });
    expect(readFileSync(file, "utf8")).toBe(after);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
