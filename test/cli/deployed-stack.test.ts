import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { deployedIn } from "../../src/cli/deployed-stack.ts";

const state = () =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", "pulumi", "state.json"), "utf8"));

test("applications come in the same order, whichever the deployment made first", () => {
  const other = state();
  other.deployment.resources.reverse();
  const keys = (exported: unknown): string[] => [...deployedIn(exported).applications.keys()];
  expect(keys(state())).toEqual(["reminders", "sales", "support"]);
  expect(keys(other)).toEqual(keys(state()));
});
