import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { CliError } from "../../src/cli/cli-error.ts";
import { MovedSince } from "../../src/cli/review-again.ts";
import { Told } from "../../src/cli/told.ts";
import { CouldNotReview } from "../../src/review/could-not-review.ts";
import { saved } from "../review/pinned/saved.ts";

let printed: { out: string; err: string };
beforeEach(() => {
  printed = { out: "", err: "" };
  for (const [stream, name] of [
    [process.stdout, "out"],
    [process.stderr, "err"],
  ] as const)
    jest.spyOn(stream, "write").mockImplementation((text) => {
      printed[name] += text;
      return true;
    });
});
afterEach(() => void jest.restoreAllMocks());

/** How a run is told of that has found something before it ends. */
async function tell(json: true | undefined, work: () => number): Promise<unknown> {
  const told = new Told(json, {} as { stack?: string }, { done: "applied", failed: "could not be applied" });
  const run = told.conclude(async () => {
    told.found.stack = "test";
    told.text("for people\n");
    return work();
  });
  await run.catch((error) => error);
  return json ? JSON.parse(printed.out) : printed.out;
}

const fails = (error: Error) => (): number => {
  throw error;
};

describe("one document tells how a run ended, whatever happened:", () => {
  test.each<[string, () => number, string, number, string[]]>([
    ["all of it is done", () => 0, "applied", 0, []],
    ["something is left", () => 2, "something is left", 2, []],
    ["the engine failed", () => 255, "could not be applied", 255, ["what went wrong is on standard error"]],
    [
      "something has moved",
      fails(new MovedSince(["the flow menu"], saved(), "r.json")),
      "not as reviewed",
      3,
      ["the flow menu"],
    ],
    ["no review could be made", fails(new CouldNotReview("one", "two")), "could not be applied", 1, ["one", "two"]],
    [
      "somebody pressed Ctrl-C",
      fails(new CliError("interrupted: again", 130)),
      "interrupted",
      130,
      ["interrupted: again"],
    ],
    ["it was not asked for correctly", fails(new CliError("no", 64)), "could not be applied", 64, ["no"]],
    ["something else went wrong", fails(new Error("broken")), "could not be applied", 1, ["broken"]],
  ])("%s", async (_, work, outcome, exitCode, reasons) => {
    expect(await tell(true, work)).toEqual({ format: 1, outcome, exitCode, reasons, stack: "test" });
    expect(printed.err).toBe("for people\n");
  });
});

test("people read on standard output, and no document", async () => {
  expect(await tell(undefined, () => 0)).toBe("for people\n");
});
