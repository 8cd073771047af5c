import { describe, expect, test } from "@jest/globals";
import { embeddedMetrics } from "../../../../../providers/aws-local/daemon/cloudwatch/embedded-metrics.ts";

const TIME = Date.UTC(2026, 10, 26, 12);
const directive = (more: object = {}) => ({
  Namespace: "MiniVoice/Voice",
  Dimensions: [["stack"], ["stack", "application"]],
  Metrics: [{ Name: "Answers", Unit: "Count" }],
  ...more,
});
const line = (properties: object, ...directives: object[]) =>
  JSON.stringify({
    _aws: { Timestamp: TIME, CloudWatchMetrics: directives.length > 0 ? directives : [directive()] },
    ...properties,
  });
const ROOT = { stack: "test", application: "support", Answers: 2 };
const metric = (dimensions: object, more: object = {}) => ({
  metric: {
    namespace: "MiniVoice/Voice",
    metricName: "Answers",
    dimensions,
    unit: "Count",
    resolution: 60,
    ...more,
  },
  value: 2,
  time: TIME,
});

test("each set of dimensions is a metric of its own", () => {
  expect(embeddedMetrics(line({ ...ROOT, callId: "a property, no dimension" }))).toEqual([
    metric({ stack: "test" }),
    metric({ stack: "test", application: "support" }),
  ]);
});

test("a list of values is several values", () => {
  const found = embeddedMetrics(line({ ...ROOT, Answers: [1, 2, 3] }, directive({ Dimensions: [[]] })));
  expect(found.map(({ value }) => value)).toEqual([1, 2, 3]);
});

test("unit and resolution are as they are said to be", () => {
  const Metrics = [{ Name: "Answers", StorageResolution: 1 }];
  expect(embeddedMetrics(line(ROOT, directive({ Metrics, Dimensions: [["stack"]] })))).toEqual([
    metric({ stack: "test" }, { unit: "None", resolution: 1 }),
  ]);
});

test("what Lambda puts before a line of text does not matter", () => {
  expect(embeddedMetrics(`2026-11-26T12:00:00.000Z\t0000-0000\tINFO\t${line(ROOT)}`)).toHaveLength(2);
});

describe("nothing is published of", () => {
  test.each([
    ["any other line", '{"message":"hello"}'],
    ["a text that only speaks of it", 'the field "_aws"'],
    ["a document in another one", JSON.stringify({ level: "INFO", message: JSON.parse(line(ROOT)) })],
    ["half a document", line(ROOT).slice(0, -1)],
    ["a metric without a value", line({ stack: "test", application: "support" })],
    ["a value that is no number", line({ ...ROOT, Answers: "2" })],
    ["a dimension without a value", line({ Answers: 2 })],
    ["a document without a time", JSON.stringify({ _aws: { CloudWatchMetrics: [directive()] }, ...ROOT })],
    ["a document without a namespace", line(ROOT, directive({ Namespace: "" }))],
  ])("%s", (_name, text) => {
    expect(embeddedMetrics(text)).toEqual([]);
  });
});
