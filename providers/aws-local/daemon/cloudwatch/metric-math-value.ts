/** Values of metric math: what becomes of gaps is as CloudWatch documents it. */
import type { MetricMath, Operator } from "../../resources/metric-math.ts";

/** One value a period, the oldest first; `undefined` where there is none. */
export type TimeSeries = readonly (number | undefined)[];

type Value = number | TimeSeries;

const OPERATIONS: Record<Operator, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/**
 * The time series that an expression yields.
 *
 * @param query Gives the result of another query by its ID.
 * @param periods Length of every series.
 * @example metricMathValue(parseMetricMath("FILL(calls, 0)"), () => [undefined, 3], 2) // [0, 3]
 */
export function metricMathValue(math: MetricMath, query: (id: string) => TimeSeries, periods: number): TimeSeries {
  const value = resultOf(math, query);
  return typeof value === "number" ? new Array(periods).fill(value) : value;
}

function resultOf(math: MetricMath, query: (id: string) => TimeSeries): Value {
  switch (math.kind) {
    case "number":
      return math.value;
    case "query":
      return query(math.id);
    case "operation": {
      const [left, right] = math.operands;
      return operation(OPERATIONS[math.operator], resultOf(left, query), resultOf(right, query));
    }
    case "if":
      return choice(resultOf(math.condition, query), resultOf(math.whenTrue, query), resultOf(math.whenFalse, query));
    case "fill": {
      const filler = math.filler === "REPEAT" ? "REPEAT" : resultOf(math.filler, query);
      return filled(resultOf(math.series, query), filler);
    }
  }
}

/** Where only one of two series has a value, the other counts as 0; a division by 0 has no value. */
function operation(operate: (a: number, b: number) => number, left: Value, right: Value): Value {
  const at = (a: number | undefined, b: number | undefined) => {
    const result = operate(a ?? 0, b ?? 0);
    return Number.isFinite(result) ? result : undefined;
  };
  if (typeof left === "number" && typeof right === "number") return operate(left, right);
  if (typeof left === "number") return (right as TimeSeries).map((b) => (b === undefined ? b : at(left, b)));
  if (typeof right === "number") return left.map((a) => (a === undefined ? a : at(a, right)));
  return left.map((a, index) => (a === undefined && right[index] === undefined ? undefined : at(a, right[index])));
}

/** No condition, no value; a gap in what a true condition chooses counts as 0, a gap in the other stays one. */
function choice(condition: Value, whenTrue: Value, whenFalse: Value): Value {
  if (typeof condition === "number") return condition === 0 ? whenFalse : whenTrue;
  const at = (value: Value, index: number) => (typeof value === "number" ? value : value[index]);
  return condition.map((decides, index) => {
    if (decides === undefined) return undefined;
    return decides === 0 ? at(whenFalse, index) : (at(whenTrue, index) ?? 0);
  });
}

function filled(series: Value, filler: Value | "REPEAT"): Value {
  if (typeof series === "number") return series;
  let last: number | undefined;
  return series.map((value, index) => {
    last = value ?? last;
    if (value !== undefined) return value;
    if (filler === "REPEAT") return last;
    return typeof filler === "number" ? filler : filler[index];
  });
}
