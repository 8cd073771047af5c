/** Metrics that a function writes into its log: the Embedded Metric Format. */
import { z } from "zod";
import type { Metric } from "./metrics.ts";

/** What Lambda puts before a line of a function that logs as text. */
const TEXT_PREFIX = /^\S+\t\S+\t[A-Z]+\t(?=\{)/;

const document = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string().min(1)).max(30)),
        Metrics: z
          .array(
            z.object({
              Name: z.string().min(1),
              Unit: z.string().optional(),
              StorageResolution: z.literal([1, 60]).optional(),
            }),
          )
          .max(100),
      }),
    ),
  }),
});

/** One value of one metric. */
export interface PublishedValue {
  readonly metric: Metric;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/**
 * The metrics in one line of a log; none when it is any other line. CloudWatch says nothing about a document that is not
 * right, and publishes nothing of it.
 */
export function embeddedMetrics(line: string): PublishedValue[] {
  if (!line.includes('"_aws"')) return [];
  const parsed = document.safeParse(parse(line.replace(TEXT_PREFIX, "")));
  if (!parsed.success) return [];
  const { _aws, ...properties } = parsed.data;
  return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(properties[name])]));
      if (names.some((name) => typeof properties[name] !== "string")) return [];
      return Metrics.flatMap(({ Name, Unit, StorageResolution }) =>
        valuesOf(properties[Name]).map((value) => ({
          metric: {
            namespace: Namespace,
            metricName: Name,
            dimensions,
            unit: Unit ?? "None",
            resolution: StorageResolution ?? 60,
          },
          value,
          time: _aws.Timestamp,
        })),
      );
    }),
  );
}

function valuesOf(value: unknown): number[] {
  const values = Array.isArray(value) ? value : [value];
  return values.every((item) => typeof item === "number") ? values : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
