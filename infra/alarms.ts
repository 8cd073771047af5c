import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { METRIC_NAMESPACE, type MetricName } from "../src/functions/metrics.ts";
import { type Transform, transformed } from "./transform.ts";

/** The alarms of an environment, by the name that the runbook has a section for. */
export type AlarmName =
  | "fallback-answers"
  | "answer-latency"
  | "answer-errors"
  | "answer-throttles"
  | "webhook-errors"
  | "webhook-throttles"
  | "worker-throttles"
  | "no-webhooks"
  | "events-waiting"
  | "dead-letters"
  | "dead-letters-age";

/** What the alarms watch. */
export interface Watched {
  stack: string;
  /** Names of the functions. */
  answer: pulumi.Input<string>;
  webhook: pulumi.Input<string>;
  worker: pulumi.Input<string>;
  /** Names of the queues. */
  events: pulumi.Input<string>;
  deadLetters: pulumi.Input<string>;
}

/** One alarm: when it goes off, and what that means. */
export interface Alarm {
  /** What callers or the owner notice, in a sentence. */
  means: string;
  /** What a period without data means. */
  silence: string;
  args: AlarmCondition;
}

/** Everything of an alarm that decides when it goes off. */
type AlarmCondition = Omit<
  aws.cloudwatch.MetricAlarmArgs,
  "alarmDescription" | "alarmActions" | "okActions" | "insufficientDataActions" | "tags" | "name" | "treatMissingData"
> & { treatMissingData: keyof typeof silenceCounts };

/** What becomes of an alarm in a period without data. */
const silenceCounts = { notBreaching: "counts as good", breaching: "counts as bad", ignore: "changes nothing" };

const MINUTES = 60;
const HOURS = 60 * MINUTES;
/** Where a caller's patience for the first word ends: other vendors allow an answer URL 1 to 5 seconds. */
const SLOW_ANSWER_MS = 2_000;

/**
 * The alarms of an environment. Each goes off after one bad period, because a line with few calls has no second one soon.
 * It is over after a good one, or when nothing has come for some more.
 */
export function alarmsOf(watched: Watched): Record<AlarmName, Alarm> {
  const { stack, answer, webhook, worker, events, deadLetters } = watched;
  return {
    "fallback-answers": {
      means: "Callers heard the fallback of a flow, or an apology, instead of what they asked for.",
      silence: "nobody called",
      args: atLeast(1, counted(stack, "FallbackAnswers")),
    },
    "answer-latency": {
      means: `A caller waited ${SLOW_ANSWER_MS / 1000} seconds or more for an answer; a cold start counts.`,
      silence: "nobody called",
      args: atLeast(SLOW_ANSWER_MS, ofFunction(answer, "UrlRequestLatency", "Maximum")),
    },
    "answer-errors": {
      means: "The answer function failed: a caller heard nothing, or the call was dropped.",
      silence: "nobody called",
      args: atLeast(1, ofFunction(answer, "Url5xxCount", "Sum")),
    },
    "answer-throttles": {
      means: "AWS turned calls of the answer function away: callers heard nothing.",
      silence: "nobody called",
      args: atLeast(1, ofFunction(answer, "Throttles", "Sum")),
    },
    "webhook-errors": {
      means:
        "The webhook function refused events for a fault of ours. MiniVoice delivers them again, for a time it does not tell.",
      silence: "no event came",
      args: atLeast(1, ofFunction(webhook, "Url5xxCount", "Sum")),
    },
    "webhook-throttles": {
      means: "AWS turned webhooks away. MiniVoice delivers them again, for a time it does not tell.",
      silence: "no event came",
      args: atLeast(1, ofFunction(webhook, "Throttles", "Sum")),
    },
    "worker-throttles": {
      means: "AWS turned the worker away: events are recorded later, and may become dead letters.",
      silence: "there was nothing to work on",
      args: atLeast(1, ofFunction(worker, "Throttles", "Sum")),
    },
    "no-webhooks": {
      means: "Calls were answered for an hour and not one webhook was accepted: their events are being lost.",
      silence: "nobody called",
      args: answersWithoutWebhooks(stack),
    },
    "events-waiting": {
      means: "An accepted event has waited for a quarter of an hour: nothing is recorded, and no hook runs.",
      silence: "the queue is empty",
      args: atLeast(15 * MINUTES, ofQueue(events, "ApproximateAgeOfOldestMessage")),
    },
    "dead-letters": {
      means: "An event could not be recorded, or a hook could not be run for it, however often it was tried.",
      silence: "the queue is empty",
      args: atLeast(1, ofQueue(deadLetters, "ApproximateNumberOfMessagesVisible")),
    },
    "dead-letters-age": {
      means: "A dead letter is a day old and nobody has looked at it. SQS deletes it 14 days after the event.",
      silence: "the queue is empty",
      args: atLeast(24 * HOURS, ofQueue(deadLetters, "ApproximateAgeOfOldestMessage")),
    },
  };
}

/** What a metric is; the rest of an alarm's condition is the same for all. */
type Metric = Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "dimensions" | "statistic">;

const judgement = {
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
} as const;

const atLeast = (threshold: number, metric: Metric): AlarmCondition => ({
  ...judgement,
  ...metric,
  period: 5 * MINUTES,
  threshold,
});

/** What the functions count themselves. */
export const counted = (stack: string, metricName: MetricName): Metric => ({
  namespace: METRIC_NAMESPACE,
  metricName,
  dimensions: { stack },
  statistic: "Sum",
});

const ofFunction = (FunctionName: pulumi.Input<string>, metricName: string, statistic: string): Metric => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName },
  statistic,
});

const ofQueue = (QueueName: pulumi.Input<string>, metricName: string): Metric => ({
  namespace: "AWS/SQS",
  metricName,
  dimensions: { QueueName },
  statistic: "Maximum",
});

/**
 * Two answers, because the first webhooks of a call come about when its first answer goes out: with one, an hour that ends
 * between the two would be a bad one. An hour without any answer has no data.
 */
function answersWithoutWebhooks(stack: string): AlarmCondition {
  const count = (id: string, metricName: MetricName) => {
    const { statistic: stat, ...metric } = counted(stack, metricName);
    return { id, returnData: false, metric: { ...metric, metricName, stat: stat as string, period: HOURS } };
  };
  return {
    ...judgement,
    metricQueries: [
      count("answers", "Answers"),
      count("webhooks", "WebhooksAccepted"),
      {
        id: "lost",
        label: "answers without webhooks",
        expression: "IF(answers >= 2 AND FILL(webhooks, 0) < 1, answers, 0)",
        returnData: true,
      },
    ],
    threshold: 1,
  };
}

/** Who hears alarms, and what they are told. */
export interface AlarmNotices<Name extends string> {
  /** Who is told when an alarm goes off, and when it is over: ARNs, such as those of SNS topics. */
  actions?: pulumi.Input<string>[] | undefined;
  /** Where the runbook can be read. Default: its place in the repository. */
  runbook?: string | undefined;
  tags?: Record<string, string>;
  transform?: Partial<Record<Name, Transform<aws.cloudwatch.MetricAlarmArgs>>> | undefined;
}

export interface VoiceAlarmsArgs extends Watched, AlarmNotices<AlarmName> {}

/** The alarms of an environment, each with what it means and where to read on. */
export class VoiceAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: VoiceAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:VoiceAlarms", name, {}, opts);
    declareAlarms(name, alarmsOf(args), args, { parent: this });
    this.registerOutputs();
  }
}

/** Declares alarms, each under its own name, with what it means and where to read on. */
export function declareAlarms<Name extends string>(
  name: string,
  alarms: Readonly<Record<Name, Alarm>>,
  { actions = [], runbook = "docs/runbook.md", tags = {}, transform = {} }: AlarmNotices<Name>,
  options: pulumi.CustomResourceOptions,
): void {
  for (const [alarm, { means, silence, args: condition }] of Object.entries<Alarm>(alarms)) {
    const noData = `No data means that ${silence}, and ${silenceCounts[condition.treatMissingData]}.`;
    new aws.cloudwatch.MetricAlarm(
      ...transformed<aws.cloudwatch.MetricAlarmArgs>(
        transform[alarm as Name],
        `${name}-${alarm}`,
        {
          ...condition,
          alarmDescription: `${means} ${noData} What to do: ${runbook}#${alarm}`,
          alarmActions: actions,
          okActions: actions,
          tags,
        },
        options,
      ),
    );
  }
}
