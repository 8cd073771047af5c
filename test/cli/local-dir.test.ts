import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { deleteLocalEnvironment } from "../../src/cli/local-dir.ts";

test("a local environment is deleted with what deployments have put there, and what is not ours stays", () => {
  const directory = mkdtempSync(join(tmpdir(), "local-dir-"));
  try {
    for (const name of ["bundles", "pictures", "state", "notes"]) {
      mkdirSync(join(directory, name));
      writeFileSync(join(directory, name, "file"), "");
    }
    expect(deleteLocalEnvironment(directory)).toEqual(["notes"]);
    expect(readdirSync(directory)).toEqual(["notes"]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
