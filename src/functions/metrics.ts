/** What the functions count. Probes count in none of them. */
export type MetricName =
  | "Answers"
  | "FallbackAnswers"
  | "WebhooksAccepted"
  | "WebhooksRefused"
  | "WebhooksLate"
  | "WebhooksQuarantined"
  | "WebhooksTooLarge"
  | "WebhooksUnavailable"
  | "EventsRecorded"
  | "EventsDuplicate"
  | "HookFailures"
  | "DriftChecks"
  | "ObjectsChecked"
  | "ObjectsDrifted"
  | "ObjectsMissing"
  | "ObjectsUnknown";

export const METRIC_NAMESPACE = "MiniVoice/Voice";

/** How often each thing happened. */
export type Counts = Partial<Record<MetricName, number>>;

/**
 * One line in CloudWatch's embedded metric format, to be written to standard output as it is: through `console` Lambda
 * would wrap it into a line of its own, and no metric would come of it.
 *
 * @param application - where it is known. Each metric is published for the stack, and for the application in it; there
 * are no other dimensions, because each combination of values is a metric that is paid for.
 * @param properties - what else the line tells, for those who search the log.
 * @example process.stdout.write(`${metricLine("test", { EventsRecorded: 3 }, "app_123")}\n`);
 */
export function metricLine(stack: string, counts: Counts, application?: string, properties: object = {}): string {
  const known = application !== undefined && DIMENSION.test(application);
  return JSON.stringify({
    ...properties,
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [["stack"], ...(known ? [["stack", "application"]] : [])],
          Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    stack,
    ...(known && { application }),
    ...counts,
  });
}

/** In the shape of an ID: whatever else a signed body holds makes no metric of its own. */
const DIMENSION = /^[\w.:~-]{1,128}$/;
