import { expect, test } from "@jest/globals";
import { assertInTime, timeLimit, wholeMinutes } from "../../infra/check-interval.ts";

test("a check ends before the next one begins, and within what Lambda gives", () => {
  expect(timeLimit(wholeMinutes("1 minute"))).toBe(60);
  expect(timeLimit(wholeMinutes("1 day"))).toBe(900);
});

test("more numbers than can be read one by one in that time are refused, with the ways out", () => {
  const documented = { "minivoice:baseUrl": "https://api.minivoice.eu" } as const;
  expect(() => assertInTime(16_200, documented, 900)).not.toThrow();
  expect(() => assertInTime(16_201, documented, 900)).toThrow(
    /^voice:driftWatch: 16201 numbers, read one by one at minivoice:requestsPerSecond 20, take 811 seconds, and a check has 810: raise/,
  );
  expect(() => assertInTime(16_201, { ...documented, "minivoice:requestsPerSecond": "40" }, 900)).not.toThrow();
});

test("an account that lists its numbers is read in pages, however many there are", () => {
  expect(() => assertInTime(100_000, { "minivoice:capabilities": "managed" }, 60)).not.toThrow();
});
