import { expect, test } from "@jest/globals";
import { declaredBy } from "../../src/cli/declared.ts";
import { recorded } from "../review/engine-previews.ts";

test("an application that the engine would edit is known by its id, and one that it would create or replace has none", () => {
  const idsIn = (name: Parameters<typeof recorded>[0]) =>
    Object.fromEntries(declaredBy(recorded(name)).applications.map(({ id, inputs }) => [inputs.name, id]));
  expect(idsIn("many-changes")).toEqual({
    "Billing (local)": undefined,
    "Reminders (local)": expect.stringMatching(/^app_/),
    "Sales menu (local)": expect.stringMatching(/^app_/),
    "Support IVR (local)": expect.stringMatching(/^app_/),
  });
  expect(idsIn("replaced-application")).toEqual({ "Support IVR (local)": undefined });
});
