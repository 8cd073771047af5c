import { describe, expect, test } from "@jest/globals";
import { exitCodeOf } from "../../src/cli/applied.ts";
import type { Standing } from "../../src/review/pinned/standings.ts";

const standings = (...kinds: Standing[]) => new Map(kinds.map((kind, index) => [`+1555124000${index}`, kind]));
const there: Standing = { kind: "there" };

describe("the exit code of an apply", () => {
  test.each<[string, Standing, number, number]>([
    ["0 where all of it is there", there, 0, 0],
    ["2 where a person has to move a number", { kind: "waits" }, 2, 2],
    [
      "2 where a number was left alone, though the engine calls that failed",
      { kind: "elsewhere", route: "app_9" },
      255,
      2,
    ],
    ["2 where the account has lost a number", { kind: "absent" }, 255, 2],
    ["Pulumi's own where the numbers are there and it failed", there, 255, 255],
    ["1 where a number could not be read back", { kind: "unknown", why: "503" }, 0, 1],
    ["2 where all numbers are there, and something else is left to a person", there, 2, 2],
  ])("is %s", (_, standing, pulumi, expected) => {
    expect(exitCodeOf(standings(there, standing), pulumi)).toBe(expected);
  });
});
