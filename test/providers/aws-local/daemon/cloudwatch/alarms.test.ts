/** From what functions and queues do to the states of alarms. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AlarmStatus } from "../../../../../providers/aws-local/daemon/cloudwatch/alarms.ts";
import type { MetricSeries } from "../../../../../providers/aws-local/daemon/cloudwatch/evaluate-alarm.ts";
import { resourceTypes } from "../../../../../providers/aws-local/resources/index.ts";
import { handler, LocalAws } from "../../local-aws.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const QUEUE = "aws:sqs/queue:Queue";
const MINUTE = 60_000;

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start();
});
afterAll(() => aws.remove());

/** An alarm that fires when the metric was above the threshold within the last minutes. */
async function createAlarm(name: string, more: object): Promise<void> {
  await aws.create(ALARM, {
    ...resourceTypes.get(ALARM)?.defaults,
    name,
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 1,
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    ...more,
  });
}

/** The state when the minute that is running is over. */
async function stateOf(name: string): Promise<AlarmStatus | undefined> {
  const { alarms } = await aws.ask<{ alarms: AlarmStatus[] }>(`/alarms?at=${Date.now() + MINUTE}`);
  return alarms.find((alarm) => alarm.name === name);
}

async function sumOf(metricName: string, dimensions: object): Promise<number | undefined> {
  const { series } = await aws.ask<{ series: MetricSeries[] }>("/metrics");
  const found = series.find(
    (one) => one.metricName === metricName && JSON.stringify(one.dimensions) === JSON.stringify(dimensions),
  );
  return found?.points.reduce((sum, { value, count = 1 }) => sum + value * count, 0);
}

test("what a function counts in its log becomes a metric, and the alarm on it fires", async () => {
  const dimensions = { stack: "test" };
  await createAlarm("fallbacks", { namespace: "Voice", metricName: "Fallbacks", dimensions });
  const CloudWatchMetrics = [{ Namespace: "Voice", Dimensions: [["stack"]], Metrics: [{ Name: "Fallbacks" }] }];
  const url = await aws.deploy({
    files: handler(`
      const fallbacks = event.rawPath === "/bad" ? 1 : 0;
      const _aws = { Timestamp: Date.now(), CloudWatchMetrics: ${JSON.stringify(CloudWatchMetrics)} };
      process.stdout.write(JSON.stringify({ _aws, stack: "test", Fallbacks: fallbacks }) + "\\n");`),
    inputs: { loggingConfig: { logFormat: "JSON" } },
  });
  expect(await stateOf("fallbacks")).toMatchObject({
    state: "INSUFFICIENT_DATA",
    arn: expect.stringMatching(/:alarm:fallbacks$/),
  });
  await fetch(`${url}good`);
  expect(await stateOf("fallbacks")).toMatchObject({ state: "OK" });
  await fetch(`${url}bad`);
  await fetch(`${url}bad`);
  expect(await stateOf("fallbacks")).toMatchObject({ state: "ALARM", since: expect.any(String) });
  expect(await sumOf("Fallbacks", dimensions)).toBe(2);
});

test("Lambda counts invocations, errors and throttles, and what URLs answer", async () => {
  const FunctionName = "counted";
  const url = await aws.deploy({
    name: FunctionName,
    files: handler(
      'if (event.rawPath === "/bad") throw new Error("no"); return event.rawPath === "/none" ? { statusCode: 404 } : 1;',
    ),
  });
  await createAlarm("slow", {
    namespace: "AWS/Lambda",
    metricName: "UrlRequestLatency",
    dimensions: { FunctionName },
    statistic: "Maximum",
  });
  for (const path of ["", "", "none", "bad"]) await fetch(url + path);
  const counts = Object.fromEntries(
    await Promise.all(
      ["Invocations", "Errors", "Throttles", "UrlRequestCount", "Url4xxCount", "Url5xxCount"].map(async (name) => [
        name,
        await sumOf(name, { FunctionName }),
      ]),
    ),
  );
  expect(counts).toEqual({
    Invocations: 4,
    Errors: 1,
    Throttles: 0,
    UrlRequestCount: 4,
    Url4xxCount: 1,
    Url5xxCount: 1,
  });
  expect(await sumOf("Duration", { FunctionName })).toBeGreaterThan(0);
  expect(await stateOf("slow")).toMatchObject({ state: "ALARM" });
});

test("a call beyond the reserved concurrency is a throttle and a 4xx, and no invocation", async () => {
  const FunctionName = "throttled";
  const url = await aws.deploy({ name: FunctionName, inputs: { reservedConcurrentExecutions: 0 } });
  await fetch(url);
  expect(await sumOf("Throttles", { FunctionName })).toBe(1);
  expect(await sumOf("Url4xxCount", { FunctionName })).toBe(1);
  expect(await sumOf("Invocations", { FunctionName })).toBeUndefined();
});

describe("queues", () => {
  test("show how many messages they hold, and how old the oldest is", async () => {
    const inputs = { ...resourceTypes.get(QUEUE)?.defaults, name: "dead-letters" };
    const QueueUrl = String((await aws.create(QUEUE, inputs)).attributes.url);
    const dimensions = { QueueName: "dead-letters" };
    const sqs = { namespace: "AWS/SQS", dimensions, statistic: "Maximum" };
    await createAlarm("depth", { ...sqs, metricName: "ApproximateNumberOfMessagesVisible" });
    await createAlarm("age", { ...sqs, metricName: "ApproximateAgeOfOldestMessage" });
    expect(await stateOf("depth")).toMatchObject({ state: "OK" });
    await new SQSClient(aws.sdk).send(new SendMessageCommand({ QueueUrl, MessageBody: "dead" }));
    expect(await stateOf("depth")).toMatchObject({ state: "ALARM" });
    expect(await stateOf("age")).toMatchObject({ state: "OK" });
  });
});

test("an alarm that is deleted is gone", async () => {
  await createAlarm("short-lived", { namespace: "Voice", metricName: "Nothing" });
  expect(await stateOf("short-lived")).toBeDefined();
  await aws.delete(ALARM, "short-lived");
  expect(await stateOf("short-lived")).toBeUndefined();
});
