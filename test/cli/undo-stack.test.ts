import { describe, expect, test } from "@jest/globals";
import { flowDigest } from "../../src/call-flow/digest.ts";
import type { Flow } from "../../src/call-flow/flow.ts";
import { flowsOtherwise } from "../../src/cli/undo-stack.ts";
import { meaning, otherFlow } from "../review/pinned/saved.ts";

const menu = meaning.flows.menu as Flow;
const deployed = { menu: flowDigest(menu) };

describe("what is deployed is undone from a working tree", () => {
  test("that says the same", () => {
    expect(flowsOtherwise(deployed, { menu }, undefined)).toEqual([]);
  });

  test("that says something else than callers hear, which is known then", () => {
    expect(flowsOtherwise(deployed, { menu: otherFlow }, undefined)).toEqual(["menu"]);
  });

  test.each([
    ["1".repeat(40), `git checkout ${"1".repeat(40)}`],
    [`${"1".repeat(40)}-dirty`, `git checkout ${"1".repeat(40)}`],
    [undefined, "check out what is deployed"],
  ])("but not where it has lost a flow of %s", (revision, wayOut) => {
    expect(() => flowsOtherwise(deployed, {}, revision)).toThrow(
      new RegExp(`^menu: deployed, and no flow of this working tree, .* Undo from there: ${wayOut}$`),
    );
  });
});
