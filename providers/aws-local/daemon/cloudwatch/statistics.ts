/** Statistics over the data points of one period. */

/** One value of a metric at one time. */
export interface DataPoint {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly value: number;
  /** How often the value was published at this time; default: once. */
  readonly count?: number;
  readonly unit?: string;
}

/**
 * A statistic as alarms name it.
 *
 * @param statistic `SampleCount`, `Average`, `Sum`, `Minimum`, `Maximum`, or a percentile such as `p99.9`.
 * @returns `undefined` when there are no points: CloudWatch has no data point then.
 * @example statisticOf("Sum", [{ time: 0, value: 2, count: 3 }]) // 6
 */
export function statisticOf(statistic: string, points: readonly DataPoint[]): number | undefined {
  if (points.length === 0) return undefined;
  const samples = points.reduce((sum, { count = 1 }) => sum + count, 0);
  const sum = points.reduce((total, { value, count = 1 }) => total + value * count, 0);
  switch (statistic) {
    case "SampleCount":
      return samples;
    case "Sum":
      return sum;
    case "Average":
      return sum / samples;
    case "Minimum":
      return Math.min(...points.map(({ value }) => value));
    case "Maximum":
      return Math.max(...points.map(({ value }) => value));
    default:
      return percentileOf(Number(statistic.slice(1)), samples, points);
  }
}

/** The smallest value that at least this share of the samples does not exceed. */
function percentileOf(percent: number, samples: number, points: readonly DataPoint[]): number | undefined {
  const rank = Math.max(1, Math.ceil((percent / 100) * samples));
  let seen = 0;
  for (const { value, count = 1 } of points.toSorted((a, b) => a.value - b.value)) {
    seen += count;
    if (seen >= rank) return value;
  }
  return undefined;
}
