import { expect, test } from "@jest/globals";
import { shareOut } from "../../../providers/minivoice/budget.ts";

const limits = (options: { concurrency?: number; requestsPerSecond?: number }) => {
  const { program, provider } = shareOut({ apiKey: "mv_test_not_a_real_key", ...options });
  return {
    concurrency: [program.concurrency, provider.concurrency],
    requestsPerSecond: [program.requestsPerSecond, provider.requestsPerSecond],
  };
};

test("the program and the provider together stay within the limits of the account", () => {
  expect(limits({})).toEqual({ concurrency: [2, 6], requestsPerSecond: [5, 15] });
  expect(limits({ concurrency: 2, requestsPerSecond: 1 })).toEqual({
    concurrency: [1, 1],
    requestsPerSecond: [0.25, 0.75],
  });
});

test("a single request at once cannot be split, so each may have one", () => {
  expect(limits({ concurrency: 1 }).concurrency).toEqual([1, 1]);
});
