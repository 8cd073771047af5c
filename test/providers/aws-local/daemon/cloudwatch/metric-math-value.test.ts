import { describe, expect, test } from "@jest/globals";
import { metricMathValue } from "../../../../../providers/aws-local/daemon/cloudwatch/metric-math-value.ts";
import { parseMetricMath } from "../../../../../providers/aws-local/resources/metric-math.ts";

/** Numbers, and `-` for a gap. */
const series = (text: string) => text.split(" ").map((mark) => (mark === "-" ? undefined : Number(mark)));
const queries: Record<string, string> = {
  metric1: "30 20 0 0",
  metric2: "20 - 20 -",
  condition: "1 1 0 0 -",
  yes: "30 - 0 0 30",
  no: "0 0 20 - 20",
  gaps: "- 1 - - 5",
  none: "- - - - -",
};
const value = (text: string, periods = 5) =>
  metricMathValue(parseMetricMath(text), (id) => series(queries[id] ?? ""), periods);

describe("as CloudWatch documents it,", () => {
  test.each([
    ["metric1 < metric2", "0 0 1 0"],
    ["metric1 >= 30", "1 0 0 0"],
    ["metric1 > 15 AND metric2 > 15", "1 0 0 0"],
    ["IF(condition, yes, no)", "30 0 20 - -"],
    ["IF(condition, 5, no)", "5 5 20 - -"],
    ["IF(condition, yes, 5)", "30 0 5 5 -"],
  ])("%s is %s", (text, result) => {
    expect(value(text)).toEqual(series(result));
  });
});

describe("further,", () => {
  test.each([
    ["metric1 + metric2", "50 20 20 0"],
    ["metric1 / metric2", "1.5 - 0 -"],
    ["100 / metric1", `${100 / 30} 5 - -`],
    ["-metric2 * 2", "-40 - -40 -"],
    ["gaps - 1", "- 0 - - 4"],
    ["metric1 == 0 OR metric2 == 20", "1 0 1 1"],
    ["metric1 != 0 && 1", "1 1 0 0"],
    ["FILL(gaps, 7)", "7 1 7 7 5"],
    ["FILL(gaps, no)", "0 1 20 - 5"],
    ["FILL(gaps, REPEAT)", "- 1 1 1 5"],
    ["FILL(none, 0) + 1", "1 1 1 1 1"],
    ["FILL(none, REPEAT)", "- - - - -"],
    ["IF(1 > 2, gaps, no)", "0 0 20 - 20"],
  ])("%s is %s", (text, result) => {
    expect(value(text)).toEqual(series(result));
  });

  test("a constant is a series of itself", () => {
    expect(value("1 + 1", 3)).toEqual([2, 2, 2]);
  });
});
