import { describe, expect, test } from "@jest/globals";
import { maxAgeProblem, standingOf } from "../../src/webhooks/age.ts";

const now = new Date("2026-05-29T12:00:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);

describe("the age of a signature", () => {
  test.each([
    ["now", 0, "accepted"],
    ["five minutes ahead of our clock", -300, "accepted"],
    ["more than that ahead", -301, "future"],
    ["five minutes ago", 300, "accepted"],
    ["more than that ago", 301, "late"],
    ["a day ago", 86_400, "late"],
    ["more than a day ago", 86_401, "quarantined"],
  ])("signed %s", (_, seconds, standing) => expect(standingOf(ago(seconds), now, 24)).toBe(standing));

  test("may be as high as is set", () => {
    expect(standingOf(ago(86_401), now, 48)).toBe("late");
    expect(standingOf(ago(3_601), now, 1)).toBe("quarantined");
  });

  test("may not be set higher than records live, or a replay would be taken for new", () => {
    expect(maxAgeProblem(24, 90)).toBeUndefined();
    expect(maxAgeProblem(24, 1)).toBeUndefined();
    expect(maxAgeProblem(25, 1)).toMatch(/1 days \(24 hours\)/);
    for (const hours of [0, -1, 1.5, Number.NaN]) expect(maxAgeProblem(hours, 90)).toMatch(/whole number of hours/);
  });
});
