import { z } from "zod";
import { functionName } from "./function.ts";
import { queueArnSchema } from "./queue.ts";
import type { Properties, ResourceType } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

/** Lambda gathers more messages than one request brings only when it may wait for them. */
const LARGEST_BATCH_AT_ONCE = 10;

/** Hands the messages of a queue to a function, in batches. */
export const eventSourceMapping: ResourceType = {
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: z.strictObject({
    batchSize: z.int().min(1).max(10_000),
    enabled: z.boolean(),
    eventSourceArn: queueArnSchema,
    functionName: z.string().min(1),
    functionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).max(1).optional(),
    maximumBatchingWindowInSeconds: z.int().min(0).max(300),
    scalingConfig: z.strictObject({ maximumConcurrency: z.int().min(2).max(1000).optional() }).optional(),
    tags: tagsSchema.optional(),
  }),
  defaults: { batchSize: 10, enabled: true, maximumBatchingWindowInSeconds: 0 },
  rules: windowProblems,
  computed: ["arn", "functionArn", "lastModified", "lastProcessingResult", "state", "stateTransitionReason", "uuid"],
  derived: (inputs, context) => ({ region: context.region, ...tagsAll(inputs, context) }),
  stale: (changed) => [
    "lastModified",
    ...(changed.has("enabled") ? ["state"] : []),
    ...(changed.has("functionName") ? ["functionArn"] : []),
  ],
  replaceOnChange: ["eventSourceArn"],
  canonical: { functionName },
  identity: (inputs) => `${inputs.eventSourceArn} ${functionName(inputs.functionName)}`,
};

function windowProblems({ batchSize, maximumBatchingWindowInSeconds }: Properties): string[] {
  if (typeof batchSize !== "number" || batchSize <= LARGEST_BATCH_AT_ONCE) return [];
  if (maximumBatchingWindowInSeconds !== 0) return [];
  return [
    `batchSize ${batchSize} needs maximumBatchingWindowInSeconds of at least 1: ` +
      `without a window a batch holds at most ${LARGEST_BATCH_AT_ONCE} messages.`,
  ];
}
