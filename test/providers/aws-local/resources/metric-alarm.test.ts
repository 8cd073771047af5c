import { describe, expect, test } from "@jest/globals";
import { diffInputs } from "../../../../providers/aws-local/plugin/diff.ts";
import { metricAlarm } from "../../../../providers/aws-local/resources/metric-alarm.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";
import { check } from "../checked.ts";

const EVALUATION = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, threshold: 0 };
const METRIC = { namespace: "Voice", metricName: "Fallbacks", statistic: "Sum", period: 60 };
const ALARM = { ...EVALUATION, ...METRIC };

const metric = (id: string, more: object = {}) => ({
  id,
  metric: { namespace: "Voice", metricName: id, stat: "Sum", period: 300, ...more },
});
const expression = (text: string, id = "result") => ({ id, expression: text, returnData: true });
const onQueries = (...metricQueries: unknown[]) => ({ ...EVALUATION, metricQueries });

test("an alarm on one metric, and one on metric math, are fine", () => {
  expect(check(metricAlarm.token, ALARM)).toMatchObject({
    failures: [],
    inputs: { actionsEnabled: true, treatMissingData: "missing" },
  });
  const silence = onQueries(
    metric("calls"),
    metric("webhooks"),
    expression("IF(FILL(calls, 0) > 0, FILL(webhooks, 0), 1)"),
  );
  expect(check(metricAlarm.token, silence).failures).toEqual([]);
  const percentile = { ...ALARM, statistic: undefined, extendedStatistic: "p99.9" };
  expect(check(metricAlarm.token, percentile).failures).toEqual([]);
});

test("unknown values pass", () => {
  const metrics = { ...ALARM, dimensions: { stack: UNKNOWN }, period: UNKNOWN, datapointsToAlarm: UNKNOWN };
  expect(check(metricAlarm.token, metrics).failures).toEqual([]);
  expect(check(metricAlarm.token, onQueries(UNKNOWN)).failures).toEqual([]);
  expect(
    check(metricAlarm.token, onQueries(metric("calls", { dimensions: UNKNOWN }), expression(UNKNOWN))).failures,
  ).toEqual([]);
});

describe("refused", () => {
  test.each([
    [
      "neither metric nor queries",
      { ...EVALUATION },
      "an alarm needs either metricName or metricQueries, and has neither.",
    ],
    [
      "both",
      { ...onQueries({ ...metric("a"), returnData: true }), ...METRIC },
      "metricName does not go with metricQueries: each query says it for itself.",
    ],
    ["a metric without a namespace", { ...ALARM, namespace: undefined }, "namespace is needed beside metricName."],
    [
      "two statistics",
      { ...ALARM, extendedStatistic: "p99" },
      "exactly one of statistic and extendedStatistic is needed beside metricName.",
    ],
    [
      "a statistic that is not implemented",
      { ...ALARM, statistic: undefined, extendedStatistic: "tm90" },
      /"extendedStatistic" .* is "tm90": must be a percentile such as p99/,
    ],
    ["a crooked period", { ...ALARM, period: 90 }, /"period" .* is 90: must be 10, 20, 30 or a multiple of 60 seconds/],
    [
      "an anomaly detector",
      { ...ALARM, comparisonOperator: "GreaterThanUpperThreshold" },
      /"comparisonOperator" .* compares with a fixed threshold only/,
    ],
    [
      "more data points than periods",
      { ...ALARM, datapointsToAlarm: 2 },
      /datapointsToAlarm 2 is more than evaluationPeriods 1/,
    ],
    ["more than a day", { ...ALARM, period: 300, evaluationPeriods: 289 }, /86700 seconds; AWS takes at most 86400/],
    ["no result", onQueries(metric("a")), "metricQueries: exactly one query must have returnData true, and 0 have."],
    [
      "two queries of one name",
      onQueries(metric("a"), { ...metric("a"), returnData: true }),
      'metricQueries: the id "a" is there twice.',
    ],
    [
      "two periods",
      onQueries(metric("a"), metric("b", { period: 60 }), expression("a + b")),
      "metricQueries: all metrics of an alarm must have one period, and there are 300, 60.",
    ],
    [
      "a query that is nothing",
      onQueries(metric("a"), { id: "b", returnData: true }),
      'metricQueries: "b" needs exactly one of metric and expression.',
    ],
    [
      "a query that is not there",
      onQueries(metric("a"), expression("a + b")),
      'metricQueries: the expression of "result" uses "b", which is no query.',
    ],
    [
      "a circle",
      onQueries(metric("a"), { id: "b", expression: "result" }, expression("a + b")),
      /the expression of "b" uses itself/,
    ],
    [
      "a metric of AWS that there is none of",
      { ...ALARM, namespace: "AWS/Lambda", metricName: "Url5xxErrors" },
      /^the metric Url5xxErrors of AWS\/Lambda is not published .* Published: AWS\/Lambda Duration Errors /,
    ],
    [
      "such a metric in a query",
      onQueries(metric("a", { namespace: "AWS/DynamoDB" }), expression("a")),
      /^the metric a of AWS\/DynamoDB is not published/,
    ],
    [
      "a constant",
      onQueries(metric("a"), expression("1 + 1")),
      'metricQueries: the expression of "result" uses no query, so it is no time series.',
    ],
    [
      "a function that is not implemented",
      onQueries(metric("a"), expression("RATE(a)")),
      /the expression of "result" is not understood: column 1: the function RATE/,
    ],
  ])("%s", (_name, inputs, message) => {
    const { failures } = check(metricAlarm.token, inputs);
    expect(failures).toEqual(
      expect.arrayContaining([typeof message === "string" ? message : expect.stringMatching(message)]),
    );
  });
});

test("the order of actions and queries means nothing", () => {
  const a = { ...onQueries(metric("a"), expression("a")), name: "x", alarmActions: ["arn:b", "arn:a"] };
  const b = { ...a, metricQueries: a.metricQueries.toReversed(), alarmActions: ["arn:a", "arn:b"] };
  expect(diffInputs(metricAlarm, a, b).changes.size).toBe(0);
});
