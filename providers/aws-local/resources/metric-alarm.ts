import { z } from "zod";
import { alarmProblems } from "./metric-alarm-rules.ts";
import type { ResourceType } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

const SIZES = ["Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"];
const BITS = ["Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"];
const RATES = [...SIZES, ...BITS, "Count"].map((unit) => `${unit}/Second`);
const UNITS = ["Seconds", "Microseconds", "Milliseconds", ...SIZES, ...BITS, "Percent", "Count", ...RATES, "None"];

const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;
const PERCENTILE = /^p(\d{1,2}(\.\d{1,2})?|100)$/;

const metricName = z.string().min(1).max(255);
const namespace = z.string().max(255).regex(/^[^:]/, "must not be empty or begin with a colon");
const dimensions = z
  .record(z.string().min(1).max(255), z.string().min(1).max(1024))
  .refine((all) => Object.keys(all).length <= 30, "has more than 30 entries");
const unit = z.enum(UNITS);
const percentile = z
  .string()
  .regex(
    PERCENTILE,
    "must be a percentile such as p99 or p99.9: other statistics are not implemented by the local AWS",
  );
const period = z
  .int()
  .refine(
    (seconds) => [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0),
    "must be 10, 20, 30 or a multiple of 60 seconds",
  );
const actions = z
  .array(z.string().startsWith("arn:", "must be an ARN"))
  .max(5, "AWS takes at most 5 actions")
  .optional();

const metricQuery = z.strictObject({
  expression: z.string().min(1).max(1024).optional(),
  id: z
    .string()
    .max(255)
    .regex(/^[a-z]\w*$/, "must begin with a small letter and hold letters, digits and _"),
  label: z.string().optional(),
  metric: z
    .strictObject({
      dimensions: dimensions.optional(),
      metricName,
      namespace: namespace.optional(),
      period,
      stat: z.union([z.enum(STATISTICS), percentile], `must be ${STATISTICS.join(", ")} or a percentile such as p99`),
      unit: unit.optional(),
    })
    .optional(),
  returnData: z.boolean().optional(),
});

/** An alarm on a metric, or on metric math. */
export const metricAlarm: ResourceType = {
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  inputs: z.strictObject({
    actionsEnabled: z.boolean(),
    alarmActions: actions,
    alarmDescription: z.string().max(1024).optional(),
    comparisonOperator: z.enum(
      ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"],
      "is not implemented by the local AWS: it compares with a fixed threshold only",
    ),
    datapointsToAlarm: z.int().min(1).optional(),
    dimensions: dimensions.optional(),
    evaluationPeriods: z.int().min(1),
    extendedStatistic: percentile.optional(),
    insufficientDataActions: actions,
    metricName: metricName.optional(),
    metricQueries: z.array(metricQuery).min(1).max(10).optional(),
    name: z.string().min(1).max(255),
    namespace: namespace.optional(),
    okActions: actions,
    period: period.optional(),
    statistic: z.enum(STATISTICS).optional(),
    tags: tagsSchema.optional(),
    threshold: z.number(),
    treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]),
    unit: unit.optional(),
  }),
  autoName: { property: "name", maxLength: 255 },
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  rules: alarmProblems,
  computed: ["arn"],
  derived: (inputs, context) => ({
    evaluateLowSampleCountPercentiles: "",
    region: context.region,
    ...tagsAll(inputs, context),
  }),
  replaceOnChange: ["name"],
  canonical: {
    alarmActions: asSet,
    insufficientDataActions: asSet,
    metricQueries: sortById,
    okActions: asSet,
  },
  identity: (inputs) => String(inputs.name),
};

function asSet(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : value;
}

function sortById(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.toSorted((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1));
}
