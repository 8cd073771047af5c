import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type AlarmName, alarmsOf } from "../../infra/alarms.ts";
import { driftAlarmsOf } from "../../infra/drift-alarms.ts";
import {
  type AlarmDefinition,
  evaluateAlarm,
  type MetricSeries,
} from "../../providers/aws-local/daemon/cloudwatch/evaluate-alarm.ts";

const alarms = alarmsOf({
  stack: "test",
  answer: "answer-1",
  webhook: "webhook-1",
  worker: "worker-1",
  events: "events-1",
  deadLetters: "dead-letters-1",
});

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 26, 12, 0, 20);

type Dimensions = Readonly<Record<string, string>>;
/** What happens in each minute that is not silent: metric → value. */
type Minute = Readonly<Record<string, number>>;

const own = { namespace: "MiniVoice/Voice", dimensions: { stack: "test" } };
const lambda = (FunctionName: string) => ({ namespace: "AWS/Lambda", dimensions: { FunctionName } });
const sqs = (QueueName: string) => ({ namespace: "AWS/SQS", dimensions: { QueueName } });

const cases: {
  alarm: AlarmName;
  source: { namespace: string; dimensions: Dimensions };
  healthy: Minute;
  broken: Minute;
  /** Minutes that it takes. */
  lasts: number;
}[] = [
  {
    alarm: "fallback-answers",
    source: own,
    healthy: { FallbackAnswers: 0, Answers: 9 },
    broken: { FallbackAnswers: 1 },
    lasts: 1,
  },
  {
    alarm: "answer-latency",
    source: lambda("answer-1"),
    healthy: { UrlRequestLatency: 350 },
    broken: { UrlRequestLatency: 2_100 },
    lasts: 1,
  },
  {
    alarm: "answer-errors",
    source: lambda("answer-1"),
    healthy: { Url5xxCount: 0 },
    broken: { Url5xxCount: 1 },
    lasts: 1,
  },
  {
    alarm: "answer-throttles",
    source: lambda("answer-1"),
    healthy: { Throttles: 0 },
    broken: { Throttles: 1 },
    lasts: 1,
  },
  {
    alarm: "webhook-errors",
    source: lambda("webhook-1"),
    healthy: { Url5xxCount: 0 },
    broken: { Url5xxCount: 1 },
    lasts: 1,
  },
  {
    alarm: "webhook-throttles",
    source: lambda("webhook-1"),
    healthy: { Throttles: 0 },
    broken: { Throttles: 1 },
    lasts: 1,
  },
  {
    alarm: "worker-throttles",
    source: lambda("worker-1"),
    healthy: { Throttles: 0 },
    broken: { Throttles: 1 },
    lasts: 1,
  },
  {
    alarm: "no-webhooks",
    source: own,
    healthy: { Answers: 2, WebhooksAccepted: 4 },
    broken: { Answers: 2 },
    lasts: 60,
  },
  {
    alarm: "events-waiting",
    source: sqs("events-1"),
    healthy: { ApproximateAgeOfOldestMessage: 2 },
    broken: { ApproximateAgeOfOldestMessage: 900 },
    lasts: 1,
  },
  {
    alarm: "dead-letters",
    source: sqs("dead-letters-1"),
    healthy: { ApproximateNumberOfMessagesVisible: 0 },
    broken: { ApproximateNumberOfMessagesVisible: 1 },
    lasts: 1,
  },
  {
    alarm: "dead-letters-age",
    source: sqs("dead-letters-1"),
    healthy: { ApproximateAgeOfOldestMessage: 3_600 },
    broken: { ApproximateAgeOfOldestMessage: 86_400 },
    lasts: 1,
  },
];

describe.each(cases)("the alarm $alarm", ({ alarm, source, healthy, broken, lasts }) => {
  const definition = alarms[alarm].args as unknown as AlarmDefinition;
  /** Its state after these minutes, the last of them the one that has just ended. */
  const stateAfter = (...minutes: (Minute | undefined)[]) => evaluateAlarm(definition, seriesOf(minutes, source), NOW);
  const hours = (count: number, minute: Minute | undefined) => Array.from({ length: 60 * count }, () => minute);

  test("is quiet as long as all is well", () => expect(stateAfter(...hours(4, healthy))).toBe("OK"));

  test("goes off when it is not", () => {
    expect(stateAfter(...hours(4, healthy), ...hours(1, broken).slice(0, lasts))).toBe("ALARM");
  });

  test("goes off on a line with one call in the whole day", () => {
    expect(stateAfter(...hours(4, undefined), broken)).toBe("ALARM");
  });

  test("is quiet when nothing happens at all", () => expect(stateAfter(...hours(4, undefined))).toBe("OK"));

  test("is over when all is well again", () => {
    expect(stateAfter(...hours(4, broken), ...hours(1, healthy))).toBe("OK");
  });

  test("is over a while after the last trouble", () => {
    expect(stateAfter(...hours(4, broken), ...hours(4, undefined))).toBe("OK");
  });

  test("takes no notice of other stacks, functions and queues", () => {
    const elsewhere = Object.fromEntries(Object.keys(source.dimensions).map((name) => [name, "another"]));
    const series = [
      ...seriesOf(hours(4, healthy), source),
      ...seriesOf(hours(4, broken), { ...source, dimensions: elsewhere }),
    ];
    expect(evaluateAlarm(definition, series, NOW)).toBe("OK");
  });
});

test("every alarm is tried", () => {
  expect(cases.map(({ alarm }) => alarm).sort()).toEqual(Object.keys(alarms).sort());
});

describe("the runbook", () => {
  const [, ...all] = readFileSync(join(import.meta.dirname, "../../docs/runbook.md"), "utf8").split(/^## /m);
  // What people have to do without an alarm is in it, too.
  const sections = all.filter((section) => !section.startsWith("I must "));

  test("has a section for each alarm, under its name", () => {
    const names = Object.keys({ ...alarms, ...driftAlarmsOf({ stack: "test", every: "15 minutes" }) });
    expect(sections.map((section) => section.split("\n")[0]).sort()).toEqual(names.sort());
  });

  test.each(sections.map((section) => ({ name: section.split("\n")[0], section })))(
    "says of $name what it means, what callers notice, what to try first, and when to silence it",
    ({ section }) => {
      for (const part of [/^\*\*Means\.\*\*/m, /^\*\*Callers notice\*\*/m, /\*\*Silence\*\*/])
        expect(section).toMatch(part);
      const [, commands = ""] = /```sh\n([^`]*)```/.exec(section) ?? [];
      expect(commands.replaceAll("\\\n", "").trim().split("\n")).toHaveLength(3);
    },
  );
});

describe("answers without webhooks", () => {
  const definition = alarms["no-webhooks"].args as unknown as AlarmDefinition;

  test("a call that has just begun is not lost: its webhooks are on their way", () => {
    expect(evaluateAlarm(definition, seriesOf([{ Answers: 1 }], own), NOW)).toBe("OK");
  });

  test("one webhook in the hour is enough, whichever call it was about", () => {
    const minutes: Minute[] = Array.from({ length: 60 }, () => ({ Answers: 5 }));
    expect(evaluateAlarm(definition, seriesOf(minutes, own), NOW)).toBe("ALARM");
    minutes[10] = { Answers: 5, WebhooksAccepted: 1 };
    expect(evaluateAlarm(definition, seriesOf(minutes, own), NOW)).toBe("OK");
  });
});

test("our own metrics have no dimension but the stack: each further one is a metric that is paid for", () => {
  for (const { args } of Object.values(alarms)) {
    const { namespace, dimensions, metricQueries = [] } = args as unknown as AlarmDefinition;
    const metrics = [{ namespace, dimensions }, ...metricQueries.map(({ metric }) => ({ ...metric }))];
    for (const metric of metrics)
      if (metric.namespace === own.namespace) expect(metric.dimensions).toEqual({ stack: "test" });
  }
});

/** One series a metric, the last minute the one that has just ended. */
function seriesOf(
  minutes: readonly (Minute | undefined)[],
  source: { namespace: string; dimensions: Dimensions },
): MetricSeries[] {
  const names = new Set(minutes.flatMap((minute) => Object.keys(minute ?? {})));
  const end = Math.floor(NOW / MINUTE) * MINUTE;
  return [...names].map((metricName) => ({
    ...source,
    metricName,
    points: minutes.flatMap((minute, index) => {
      const value = minute?.[metricName];
      return value === undefined ? [] : [{ time: end - (minutes.length - index) * MINUTE, value }];
    }),
  }));
}
