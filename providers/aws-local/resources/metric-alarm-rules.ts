/** What AWS says about an alarm as a whole, such as that it watches one metric or several queries, never both. */
import { parseMetricMath, queriesOf } from "./metric-math.ts";
import type { Properties } from "./resource-type.ts";
import { isKnown } from "./resource-type.ts";

const DAY = 86_400;
const WEEK = 7 * DAY;
const HOUR = 3_600;
/** Inputs that say what a single metric is. */
const OF_ONE_METRIC = ["dimensions", "extendedStatistic", "metricName", "namespace", "period", "statistic", "unit"];

/** The metrics of AWS's own that there are here. */
const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  "AWS/Lambda": [
    "Duration",
    "Errors",
    "Invocations",
    "Throttles",
    "Url4xxCount",
    "Url5xxCount",
    "UrlRequestCount",
    "UrlRequestLatency",
  ],
  "AWS/SQS": ["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"],
};

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly metricName?: unknown; readonly namespace?: unknown; readonly period?: number };
  readonly returnData?: boolean;
}

/** What is wrong with an alarm, one sentence each. */
export function alarmProblems(inputs: Properties): string[] {
  const { metricQueries } = inputs;
  const own = metricQueries === undefined ? metricProblems(inputs) : [...exclusion(inputs), ...queryProblems(inputs)];
  return [...own, ...evaluationProblems(inputs)];
}

function metricProblems(inputs: Properties): string[] {
  if (inputs.metricName === undefined) return ["an alarm needs either metricName or metricQueries, and has neither."];
  const missing = ["namespace", "period"].filter((property) => inputs[property] === undefined);
  const statistics = ["statistic", "extendedStatistic"].filter((property) => inputs[property] !== undefined);
  return [
    ...unpublished(inputs),
    ...missing.map((property) => `${property} is needed beside metricName.`),
    ...(statistics.length === 1 ? [] : ["exactly one of statistic and extendedStatistic is needed beside metricName."]),
  ];
}

/** An alarm on a metric that nobody publishes looks like one that watches something. */
function unpublished({ namespace, metricName }: Properties): string[] {
  if (typeof namespace !== "string" || !namespace.startsWith("AWS/") || !isKnown(metricName)) return [];
  const known = PUBLISHED[namespace] ?? [];
  if (known.includes(String(metricName))) return [];
  const list = Object.entries(PUBLISHED).map(([service, names]) => `${service} ${names.join(" ")}`);
  return [
    `the metric ${metricName} of ${namespace} is not published by the local AWS, so the alarm could never fire. ` +
      `Published: ${list.join("; ")}.`,
  ];
}

function exclusion(inputs: Properties): string[] {
  return OF_ONE_METRIC.filter((property) => inputs[property] !== undefined).map(
    (property) => `${property} does not go with metricQueries: each query says it for itself.`,
  );
}

function queryProblems({ metricQueries }: Properties): string[] {
  if (!Array.isArray(metricQueries)) return [];
  const queries = metricQueries.filter((query): query is MetricQuery => typeof query === "object" && query !== null);
  if (queries.length < metricQueries.length) return [];
  const ids = queries.map(({ id }) => id);
  const returned = queries.filter(({ returnData }) => returnData === true);
  const periods = new Set(queries.flatMap(({ metric }) => (isKnown(metric) && metric?.period) || []));
  return [
    ...queries.flatMap(({ metric }) => (metric && isKnown(metric) ? unpublished(metric as Properties) : [])),
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => `metricQueries: the id "${id}" is there twice.`),
    ...(returned.length === 1 || queries.some(({ returnData }) => !isKnown(returnData))
      ? []
      : [`metricQueries: exactly one query must have returnData true, and ${returned.length} have.`]),
    ...(periods.size > 1 && [...periods].every(isKnown)
      ? [`metricQueries: all metrics of an alarm must have one period, and there are ${[...periods].join(", ")}.`]
      : []),
    ...(queries.some(({ metric }) => metric !== undefined)
      ? []
      : ["metricQueries: at least one query must be a metric."]),
    ...expressionProblems(queries),
  ];
}

function expressionProblems(queries: readonly MetricQuery[]): string[] {
  const problems: string[] = [];
  const uses = new Map<string, ReadonlySet<string>>();
  for (const { id, expression, metric } of queries) {
    if ((expression === undefined) === (metric === undefined)) {
      problems.push(`metricQueries: "${id}" needs exactly one of metric and expression.`);
    }
    if (typeof expression !== "string" || !isKnown(expression)) continue;
    try {
      uses.set(id, queriesOf(parseMetricMath(expression)));
    } catch (error) {
      problems.push(`metricQueries: the expression of "${id}" is not understood: ${(error as Error).message}.`);
    }
  }
  const ids = queries.map(({ id }) => id);
  if (problems.length > 0 || !ids.every(isKnown)) return problems;
  for (const [id, used] of uses) {
    const unknown = [...used].filter((name) => !ids.includes(name));
    problems.push(
      ...unknown.map((name) => `metricQueries: the expression of "${id}" uses "${name}", which is no query.`),
    );
    if (used.size === 0)
      problems.push(`metricQueries: the expression of "${id}" uses no query, so it is no time series.`);
    if (usesItself(id, uses)) problems.push(`metricQueries: the expression of "${id}" uses itself.`);
  }
  return problems;
}

function usesItself(id: string, uses: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const reached = new Set(uses.get(id));
  for (const name of reached) for (const next of uses.get(name) ?? []) reached.add(next);
  return reached.has(id);
}

function evaluationProblems(inputs: Properties): string[] {
  const { datapointsToAlarm, evaluationPeriods } = inputs;
  const period = periodOf(inputs);
  const problems: string[] = [];
  if (typeof evaluationPeriods !== "number") return problems;
  if (typeof datapointsToAlarm === "number" && datapointsToAlarm > evaluationPeriods) {
    problems.push(
      `datapointsToAlarm ${datapointsToAlarm} is more than evaluationPeriods ${evaluationPeriods}: the alarm could never fire.`,
    );
  }
  const longest = period !== undefined && period >= HOUR ? WEEK : DAY;
  if (period !== undefined && evaluationPeriods * period > longest) {
    problems.push(
      `evaluationPeriods × period is ${evaluationPeriods * period} seconds; AWS takes at most ${longest} for this period.`,
    );
  }
  return problems;
}

function periodOf({ metricQueries, period }: Properties): number | undefined {
  const queries = Array.isArray(metricQueries) ? metricQueries : [];
  const found = [period, ...queries.map((query: MetricQuery) => query?.metric?.period)];
  return found.find((seconds) => typeof seconds === "number") as number | undefined;
}
