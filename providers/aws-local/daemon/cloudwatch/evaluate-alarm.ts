/**
 * Decides about an alarm as CloudWatch documents it: sliding periods, M out of N, and missing data, for which it looks
 * farther back than the evaluation periods before it counts a gap. Pure, so that alarms can be tested without waiting.
 */
import { parseMetricMath } from "../../resources/metric-math.ts";
import type { TimeSeries } from "./metric-math-value.ts";
import { metricMathValue } from "./metric-math-value.ts";
import type { DataPoint } from "./statistics.ts";
import { statisticOf } from "./statistics.ts";

/** States of an alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** The inputs of an `aws.cloudwatch.MetricAlarm` that decide about its state. */
export interface AlarmDefinition {
  readonly comparisonOperator: string;
  readonly datapointsToAlarm?: number;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly evaluationPeriods: number;
  readonly extendedStatistic?: string;
  readonly metricName?: string;
  readonly metricQueries?: readonly MetricQuery[];
  readonly namespace?: string;
  /** Seconds. */
  readonly period?: number;
  readonly statistic?: string;
  readonly threshold: number;
  readonly treatMissingData?: string;
  readonly unit?: string;
}

/** A metric, or an expression over other queries. */
export interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: MetricOfQuery;
  readonly returnData?: boolean;
}

/** What a query asks of a metric. */
export interface MetricOfQuery {
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly metricName: string;
  readonly namespace?: string;
  /** Seconds. */
  readonly period: number;
  readonly stat: string;
  readonly unit?: string;
}

/** Data points of one metric: of one namespace, one name and exactly these dimensions. */
export interface MetricSeries {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly points: readonly DataPoint[];
}

/** CloudWatch does not say how much farther it looks; its documented examples look at five periods for three. */
const EXTRA_PERIODS = 2;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const BREACHES: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The state of an alarm.
 *
 * @param series Every metric that there is; others are ignored.
 * @param now The time of the evaluation, in milliseconds since the epoch. Only what is complete by then counts.
 * @param current The state before, which `treatMissingData: "ignore"` may keep.
 * @example
 * const points = [{ time: Date.now() - 60_000, value: 1 }];
 * evaluateAlarm(alarm, [{ namespace: "Voice", metricName: "Fallbacks", points }], Date.now()); // "ALARM"
 */
export function evaluateAlarm(
  alarm: AlarmDefinition,
  series: readonly MetricSeries[],
  now: number,
  current: AlarmState = "INSUFFICIENT_DATA",
): AlarmState {
  const breaches = BREACHES[alarm.comparisonOperator];
  if (!breaches) throw new Error(`comparisonOperator "${alarm.comparisonOperator}" is not implemented.`);
  const values = evaluatedSeries(alarm, series, now);
  return stateOf(
    values.map((value) => (value === undefined ? undefined : breaches(value, alarm.threshold))),
    alarm,
    current,
  );
}

/** What the alarm sees, one value a period, the most recent last. */
function evaluatedSeries(alarm: AlarmDefinition, series: readonly MetricSeries[], now: number): TimeSeries {
  const queries = alarm.metricQueries ?? [{ id: "metric", metric: metricOf(alarm), returnData: true }];
  const seconds = queries.flatMap(({ metric }) => metric?.period ?? [])[0] ?? 60;
  const periods = alarm.evaluationPeriods + EXTRA_PERIODS;
  const end = endOfData(now, seconds * SECOND, alarm.evaluationPeriods);
  const result = (id: string): TimeSeries => {
    const query = queries.find((candidate) => candidate.id === id);
    if (query?.metric) return valuesOf(query.metric, series, { end, periods });
    return metricMathValue(parseMetricMath(query?.expression ?? ""), result, periods);
  };
  return result(queries.find(({ returnData }) => returnData)?.id ?? "");
}

function metricOf(alarm: AlarmDefinition): MetricOfQuery {
  const { metricName = "", period = 60, statistic, extendedStatistic } = alarm;
  return { ...alarm, metricName, period, stat: statistic ?? extendedStatistic ?? "" };
}

/** Periods slide with each evaluation; an alarm over more than a day sees whole hours only. */
function endOfData(now: number, period: number, evaluationPeriods: number): number {
  const step = period < MINUTE ? 10 * SECOND : period * evaluationPeriods > DAY ? HOUR : MINUTE;
  return Math.floor(now / step) * step;
}

function valuesOf(
  metric: MetricOfQuery,
  series: readonly MetricSeries[],
  { end, periods }: { end: number; periods: number },
): TimeSeries {
  const period = metric.period * SECOND;
  const start = end - periods * period;
  const byPeriod = Array.from({ length: periods }, (): DataPoint[] => []);
  for (const { points } of series.filter((one) => isSeriesOf(metric, one))) {
    for (const point of points) {
      if (metric.unit !== undefined && point.unit !== metric.unit) continue;
      byPeriod[Math.floor((point.time - start) / period)]?.push(point);
    }
  }
  return byPeriod.map((points) => statisticOf(metric.stat, points));
}

function isSeriesOf(metric: MetricOfQuery, { namespace, metricName, dimensions = {} }: MetricSeries): boolean {
  const wanted = Object.entries(metric.dimensions ?? {});
  return (
    namespace === metric.namespace &&
    metricName === metric.metricName &&
    wanted.length === Object.keys(dimensions).length &&
    wanted.every(([name, value]) => dimensions[name] === value)
  );
}

/** @param breaching For each period whether it breaches; `undefined` where there is no data. The most recent is the last. */
function stateOf(
  breaching: readonly (boolean | undefined)[],
  { evaluationPeriods, datapointsToAlarm = evaluationPeriods, treatMissingData = "missing" }: AlarmDefinition,
  current: AlarmState,
): AlarmState {
  const real = breaching.filter((point) => point !== undefined);
  const evaluated = real.slice(-evaluationPeriods);
  const missing = evaluationPeriods - evaluated.length;
  const bad = evaluated.filter((point) => point).length;
  if (treatMissingData === "breaching") return bad + missing >= datapointsToAlarm ? "ALARM" : "OK";
  if (bad >= datapointsToAlarm) return "ALARM";
  if (missing === 0 || treatMissingData === "notBreaching" || bad < evaluated.length) return "OK";
  // From here on there is nothing but gaps and breaches, and not enough of the latter.
  if (treatMissingData === "ignore") return current;
  if (bad === 0) return "INSUFFICIENT_DATA";
  // A lone breach that is followed by silence for long enough counts; a fresh one may be followed by something better.
  const age = breaching.length - breaching.indexOf(true);
  return age >= datapointsToAlarm ? "ALARM" : "OK";
}
