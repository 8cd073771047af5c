import { describe, expect, test } from "@jest/globals";
import { boundOf, expectationsOf, type Row, renderReport } from "../../../bench/drift/report.ts";

const row = (contender: string, about: Partial<Row>, cost?: Partial<Row["cost"]>): Row => ({
  ...{ contender, numbers: 10_000, latencyMs: 50, capabilities: "managed" },
  ...about,
  ...(cost && { cost: { seconds: 3, requests: 11, peakMemory: 300, ...cost } }),
});
const holds = (...rows: Row[]) => expectationsOf({ rows }).map((expectation) => expectation.holds);

test("the bound is the time that the account takes for the requests, as many at once as are allowed", () => {
  expect(boundOf(10_000, 50)).toBe(62.5);
});

describe("what is expected of minivoice drift", () => {
  test("holds for a request a page, or a number, and less time and memory than others take", () => {
    expect(
      holds(
        row("minivoice drift", {}, {}),
        row("pulumi refresh", {}, { seconds: 9 }),
        row("minivoice drift", { capabilities: "documented" }, { requests: 10_001, seconds: 60 }),
        row("pulumi refresh", { capabilities: "documented" }),
      ),
    ).toEqual([true, true, true, true]);
  });

  test("does not hold otherwise, and says where", () => {
    const rows = [
      row("minivoice drift", {}, { requests: 12, seconds: 10, peakMemory: 600 }),
      row("pulumi refresh", {}, { seconds: 9 }),
      row("minivoice drift", { capabilities: "documented" }, { requests: 9_999 }),
    ];
    expect(holds(...rows)).toEqual([false, false, false, false]);
    expect(expectationsOf({ rows })[2]?.found).toBe("slower: 10,000 numbers, 50 ms, managed");
  });

  test("is a page of its own, on which what did not end in time is no figure", () => {
    const rows = [row("minivoice drift", {}, {}), row("pulumi refresh", { capabilities: "documented" })];
    const about = { date: "2027-02-01", machine: "a machine", loadBefore: 0, repeat: 1, limitSeconds: 600 };
    const page = renderReport({ ...about, rows });
    expect(page).toContain("| minivoice drift | managed | 10,000 | 50 | 3.0 | 11 | 0.1 | 2.9 | 300 |");
    expect(page).toContain("| pulumi refresh | documented | 10,000 | 50 | not within 600 s |");
  });
});
