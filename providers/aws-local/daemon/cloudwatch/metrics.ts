/** Metrics in memory: what the services publish themselves, and what functions write into their logs. */
import type { MetricSeries } from "./evaluate-alarm.ts";
import type { DataPoint } from "./statistics.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** An alarm looks back a week at most, and two of its periods more. */
const RETENTION = 9 * 24 * HOUR;
/** As in AWS: what lies farther away is taken for a mistake. */
const FUTURE = 2 * HOUR;
/** Distinct values that one metric may have; the oldest go first. */
const MAX_POINTS = 50_000;

/** Which metric. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit?: string;
  /** Seconds: 60, or 1 for a metric of high resolution. */
  readonly resolution?: number;
}

interface Stored {
  readonly series: Omit<MetricSeries, "points">;
  /** By time, unit and value. */
  readonly points: Map<string, Required<Pick<DataPoint, "time" | "value" | "count">> & { unit?: string }>;
}

/** All metrics. */
export class Metrics {
  readonly #all = new Map<string, Stored>();

  /** Publishes one value. */
  put({ namespace, metricName, dimensions, unit, resolution = 60 }: Metric, value: number, time = Date.now()): void {
    const now = Date.now();
    if (time < now - RETENTION || time > now + FUTURE || !Number.isFinite(value)) return;
    const stored = this.#stored({ namespace, metricName, dimensions });
    const start = Math.floor(time / (resolution * SECOND)) * resolution * SECOND;
    const key = `${start} ${unit} ${value}`;
    const { count = 0 } = stored.points.get(key) ?? {};
    stored.points.set(key, { time: start, value, count: count + 1, ...(unit && { unit }) });
    if (stored.points.size > MAX_POINTS) stored.points.delete(stored.points.keys().next().value as string);
  }

  /** Everything that there is. */
  series(): MetricSeries[] {
    return [...this.#all.values()].map(({ series, points }) => ({ ...series, points: [...points.values()] }));
  }

  /** Forgets what is too old for any alarm. */
  prune(now = Date.now()): void {
    for (const [key, { points }] of this.#all) {
      for (const [id, { time }] of points) if (time < now - RETENTION) points.delete(id);
      if (points.size === 0) this.#all.delete(key);
    }
  }

  #stored(series: Stored["series"]): Stored {
    const dimensions = Object.entries(series.dimensions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([series.namespace, series.metricName, dimensions]);
    const stored = this.#all.get(key) ?? { series, points: new Map() };
    this.#all.set(key, stored);
    return stored;
  }
}
