import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Progress } from "../../../../providers/minivoice/lifecycle/progress.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("long work says every five seconds how far it has come, and nothing once it has ended", () => {
  const said: string[] = [];
  const progress = new Progress((message) => said.push(message), "numbers routed", 12_000);
  for (let step = 0; step < 1_000; step++) progress.step();
  jest.advanceTimersByTime(4_999);
  expect(said).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(said).toEqual(["1,000 of 12,000 numbers routed, about 55 s left"]);
  progress.end();
  jest.advanceTimersByTime(60_000);
  expect(said).toHaveLength(1);
});
