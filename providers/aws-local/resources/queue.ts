import { z } from "zod";
import { comparableJson, jsonText } from "./json-text.ts";
import type { ResourceType } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

/** The ARN of a standard queue. */
export const queueArnSchema = z
  .string()
  .regex(/^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]{1,80}$/, "must be the ARN of a standard queue");

const redrivePolicy = z.strictObject({
  deadLetterTargetArn: queueArnSchema,
  // A number in quotes is taken by AWS and read back as a number: a difference in every preview.
  maxReceiveCount: z.int().min(1).max(1000),
});

/** Which queues may name this one as their dead-letter queue. */
export const redriveAllowPolicy = z
  .strictObject({
    redrivePermission: z.enum(["allowAll", "denyAll", "byQueue"]),
    sourceQueueArns: z.array(queueArnSchema).min(1).max(10).optional(),
  })
  .refine(
    ({ redrivePermission, sourceQueueArns }) => (redrivePermission === "byQueue") === (sourceQueueArns !== undefined),
    'sourceQueueArns goes with redrivePermission "byQueue", and with nothing else',
  );

/** A standard queue. */
export const queue: ResourceType = {
  token: "aws:sqs/queue:Queue",
  inputs: z.strictObject({
    delaySeconds: z.int().min(0).max(900),
    fifoQueue: z.literal(false, "true is not implemented by the local AWS"),
    maxMessageSize: z.int().min(1024).max(1_048_576),
    messageRetentionSeconds: z.int().min(60).max(1_209_600),
    name: z.string().regex(/^[\w-]{1,80}$/, "must be 1 to 80 letters, digits, - or _"),
    receiveWaitTimeSeconds: z.int().min(0).max(20),
    redriveAllowPolicy: jsonText(redriveAllowPolicy, "the redrive allow policy").optional(),
    redrivePolicy: jsonText(redrivePolicy, "the redrive policy").optional(),
    sqsManagedSseEnabled: z.boolean().optional(),
    tags: tagsSchema.optional(),
    visibilityTimeoutSeconds: z.int().min(0).max(43_200),
  }),
  autoName: { property: "name", maxLength: 80 },
  defaults: {
    delaySeconds: 0,
    fifoQueue: false,
    maxMessageSize: 262_144,
    messageRetentionSeconds: 345_600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  computed: ["arn", "url"],
  derived: (inputs, context) => ({
    contentBasedDeduplication: false,
    region: context.region,
    sqsManagedSseEnabled: inputs.sqsManagedSseEnabled ?? true,
    ...tagsAll(inputs, context),
  }),
  replaceOnChange: ["fifoQueue", "name"],
  canonical: { redriveAllowPolicy: comparableJson, redrivePolicy: comparableJson },
  identity: (inputs) => String(inputs.name),
};
