import { describe, expect, test } from "@jest/globals";
import { parseMetricMath, queriesOf } from "../../../../providers/aws-local/resources/metric-math.ts";

const number = (value: number) => ({ kind: "number", value });
const query = (id: string) => ({ kind: "query", id });
const operation = (operator: string, ...operands: object[]) => ({ kind: "operation", operator, operands });

test.each([
  ["1 + 2 * m1", operation("+", number(1), operation("*", number(2), query("m1")))],
  ["(1 + 2) * m1", operation("*", operation("+", number(1), number(2)), query("m1"))],
  ["10 - 2 - 1", operation("-", operation("-", number(10), number(2)), number(1))],
  ["-m1 < .5", operation("<", operation("-", number(0), query("m1")), number(0.5))],
  [
    "a>=1 && b==2 || c!=3",
    operation(
      "OR",
      operation("AND", operation(">=", query("a"), number(1)), operation("==", query("b"), number(2))),
      operation("!=", query("c"), number(3)),
    ),
  ],
  ["FILL(m1, REPEAT)", { kind: "fill", series: query("m1"), filler: "REPEAT" }],
  [
    "IF(FILL(a, 0) > 0, b, 1)",
    {
      kind: "if",
      condition: operation(">", { kind: "fill", series: query("a"), filler: number(0) }, number(0)),
      whenTrue: query("b"),
      whenFalse: number(1),
    },
  ],
])("%s is understood", (text, math) => {
  expect(parseMetricMath(text)).toEqual(math);
});

test("the queries that an expression uses are known", () => {
  expect([...queriesOf(parseMetricMath("IF(a > 0 AND FILL(b, c) == 0, 1, a / d)"))]).toEqual(["a", "b", "c", "d"]);
});

describe("refused, with place and name:", () => {
  test.each([
    ["m1 +", "column 5: something is missing"],
    ["m1 m2", 'column 4: "m2" is not expected here'],
    ["(m1", 'column 4: ")" is expected here'],
    ["IF(m1, 1)", 'column 9: "," is expected here, not ")"'],
    ["RATE(m1)", "column 1: the function RATE is not implemented by the local AWS (implemented: IF, FILL)"],
    ["1 + METRICS()", "column 5: the function METRICS is not implemented by the local AWS (implemented: IF, FILL)"],
    ["FILL(m1, LINEAR)", "column 10: FILL with LINEAR is not implemented by the local AWS"],
    ["m1 ^ 2", 'column 4: "^" is not implemented by the local AWS'],
    ["SELECT AVG(x) FROM y", 'column 1: "SELECT" is not expected here'],
  ])("%s", (text, message) => {
    expect(() => parseMetricMath(text)).toThrow(message);
  });
});
