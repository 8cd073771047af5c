import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@jest/globals";

/**
 * Compares a report with the one that somebody has read and found right. `UPDATE_GOLDEN=1 npm test -- test/review` writes
 * them anew, for `git diff` to be read.
 */
export function expectGolden(name: string, text: string): void {
  const file = join(import.meta.dirname, "golden", name);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect({ name, text }).toEqual({ name, text: existsSync(file) ? readFileSync(file, "utf8") : "no such golden file" });
}
