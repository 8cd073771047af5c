import { describe, expect, test } from "@jest/globals";
import type {
  AlarmDefinition,
  AlarmState,
  MetricSeries,
} from "../../../../../providers/aws-local/daemon/cloudwatch/evaluate-alarm.ts";
import { evaluateAlarm } from "../../../../../providers/aws-local/daemon/cloudwatch/evaluate-alarm.ts";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 26, 12, 0, 7);
const END = Date.UTC(2026, 10, 26, 12, 0);
const ALARM: AlarmDefinition = {
  namespace: "Voice",
  metricName: "Fallbacks",
  dimensions: { stack: "test" },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 3,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
};

/** A series with one character a minute, the last complete minute last: `-` is a gap, `X` is 1. */
function minutes(text: string, more: Partial<MetricSeries> = {}): MetricSeries {
  const marks = text.split(" ");
  const points = marks.flatMap((mark, index) => {
    const time = END - (marks.length - index) * MINUTE;
    return mark === "-" ? [] : [{ time, value: mark === "X" ? 1 : Number(mark) }];
  });
  return { namespace: "Voice", metricName: "Fallbacks", dimensions: { stack: "test" }, points, ...more };
}

describe("missing data, by CloudWatch's own examples", () => {
  const RETAIN = "retain";
  test.each([
    // Data points to alarm, the five most recent points; missing, ignore, breaching, notBreaching.
    [3, "0 - X - X", "OK", "OK", "OK", "OK"],
    [3, "0 - - - -", "OK", "OK", "OK", "OK"],
    [3, "- - - - -", "INSUFFICIENT_DATA", RETAIN, "ALARM", "OK"],
    [3, "0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
    [3, "- - X - -", "ALARM", RETAIN, "ALARM", "OK"],
    [2, "0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
    [2, "0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
    [2, "0 - X - -", "OK", "OK", "ALARM", "OK"],
    [2, "- - - - 0", "OK", "OK", "ALARM", "OK"],
    [2, "- - - X -", "ALARM", RETAIN, "ALARM", "OK"],
  ])("%d of 3 with %s", (datapointsToAlarm, text, ...states) => {
    for (const [index, treatMissingData] of ["missing", "ignore", "breaching", "notBreaching"].entries()) {
      for (const current of ["OK", "ALARM", "INSUFFICIENT_DATA"] as const) {
        const state = evaluateAlarm({ ...ALARM, datapointsToAlarm, treatMissingData }, [minutes(text)], NOW, current);
        expect({ treatMissingData, state }).toEqual({
          treatMissingData,
          state: states[index] === RETAIN ? current : states[index],
        });
      }
    }
  });

  test("a fresh breach after silence may be followed by something better", () => {
    expect(evaluateAlarm(ALARM, [minutes("- - - - X")], NOW)).toBe("OK");
    expect(evaluateAlarm(ALARM, [minutes("- - - X -")], NOW)).toBe("OK");
  });
});

describe("comparison", () => {
  test.each([
    ["GreaterThanThreshold", 1, "ALARM", "OK"],
    ["GreaterThanOrEqualToThreshold", 0, "ALARM", "ALARM"],
    ["LessThanThreshold", -1, "ALARM", "OK"],
    ["LessThanOrEqualToThreshold", 0, "ALARM", "ALARM"],
  ])("%s", (comparisonOperator, breaching, beyond, equal) => {
    const alarm = { ...ALARM, evaluationPeriods: 1, comparisonOperator };
    expect(evaluateAlarm(alarm, [minutes(String(breaching))], NOW)).toBe(beyond);
    expect(evaluateAlarm(alarm, [minutes("0")], NOW)).toBe(equal);
  });
});

describe("statistics", () => {
  const points = [1, 2, 3, 4].map((value) => ({ time: END - MINUTE, value, count: value === 4 ? 6 : 1 }));
  const series = { namespace: "Voice", metricName: "Fallbacks", dimensions: { stack: "test" }, points };
  test.each([
    ["SampleCount", 9],
    ["Sum", 30],
    ["Average", 30 / 9],
    ["Minimum", 1],
    ["Maximum", 4],
    ["p10", 1],
    ["p33", 3],
    ["p99.9", 4],
  ])("%s", (statistic, value) => {
    const alarm = { ...ALARM, statistic, evaluationPeriods: 1 };
    expect(evaluateAlarm({ ...alarm, threshold: value - 0.01 }, [series], NOW)).toBe("ALARM");
    expect(evaluateAlarm({ ...alarm, threshold: value }, [series], NOW)).toBe("OK");
  });
});

describe("periods", () => {
  test("only what is complete counts", () => {
    const running = { ...minutes("0"), points: [{ time: END + 1_000, value: 9 }] };
    expect(evaluateAlarm({ ...ALARM, evaluationPeriods: 1 }, [running], NOW)).toBe("INSUFFICIENT_DATA");
    expect(evaluateAlarm({ ...ALARM, evaluationPeriods: 1 }, [running], NOW + MINUTE)).toBe("ALARM");
  });

  test("slide with each minute", () => {
    const alarm = { ...ALARM, period: 300, evaluationPeriods: 1, threshold: 4 };
    const series = [minutes("1 1 1 1 1 0")];
    expect(evaluateAlarm(alarm, series, NOW - MINUTE)).toBe("ALARM");
    expect(evaluateAlarm(alarm, series, NOW)).toBe("OK");
  });

  test("of a few seconds slide with every ten seconds", () => {
    const alarm = { ...ALARM, period: 10, evaluationPeriods: 1 };
    const series = [{ ...minutes("0"), points: [{ time: END + 3_000, value: 1 }] }];
    expect(evaluateAlarm(alarm, series, END + 9_000)).toBe("INSUFFICIENT_DATA");
    expect(evaluateAlarm(alarm, series, END + 10_000)).toBe("ALARM");
  });

  test("of several days end with the last whole hour", () => {
    const alarm = { ...ALARM, period: 86_400, evaluationPeriods: 2, datapointsToAlarm: 1 };
    const series = [minutes("X")];
    expect(evaluateAlarm(alarm, series, END - 1)).toBe("INSUFFICIENT_DATA");
    expect(evaluateAlarm(alarm, series, END + 1)).toBe("ALARM");
  });
});

describe("a metric", () => {
  test.each([
    ["of other dimensions", { dimensions: { stack: "production" } }],
    ["of more dimensions", { dimensions: { stack: "test", application: "a" } }],
    ["of another name", { metricName: "Answers" }],
    ["of another namespace", { namespace: "AWS/Lambda" }],
  ])("%s is another metric", (_name, more) => {
    expect(evaluateAlarm(ALARM, [minutes("X X X", more)], NOW)).toBe("INSUFFICIENT_DATA");
  });

  test("of another unit has no data", () => {
    const alarm = { ...ALARM, evaluationPeriods: 1, unit: "Count" };
    const points = [{ time: END - MINUTE, value: 1, unit: "Seconds" }];
    expect(evaluateAlarm(alarm, [minutes("0", { points })], NOW)).toBe("INSUFFICIENT_DATA");
    expect(evaluateAlarm({ ...alarm, unit: "Seconds" }, [minutes("0", { points })], NOW)).toBe("ALARM");
  });
});

describe("metric math", () => {
  const metric = (id: string) => ({ id, metric: { namespace: "Voice", metricName: id, period: 60, stat: "Sum" } });
  const silence: AlarmDefinition = {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    threshold: 0,
    treatMissingData: "notBreaching",
    metricQueries: [
      metric("answers"),
      metric("webhooks"),
      { id: "heard", expression: "FILL(webhooks, 0)" },
      { id: "silence", expression: "IF(FILL(answers, 0) > 0 AND heard == 0, 1, 0)", returnData: true },
    ],
  };
  const series = (answers: string, webhooks: string) => [
    minutes(answers, { metricName: "answers", dimensions: {} }),
    minutes(webhooks, { metricName: "webhooks", dimensions: {} }),
  ];

  test.each<[string, string, string, AlarmState]>([
    ["healthy", "3", "9", "OK"],
    ["broken", "3", "-", "ALARM"],
    ["silent", "-", "-", "OK"],
    ["recovered", "3 3", "- 9", "OK"],
  ])("an alarm on answers without webhooks is right when all is %s", (_name, answers, webhooks, state) => {
    expect(evaluateAlarm(silence, series(answers, webhooks), NOW)).toBe(state);
  });
});
