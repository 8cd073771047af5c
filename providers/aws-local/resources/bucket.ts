import { z } from "zod";
import type { ResourceType } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

/** An S3 bucket. */
export const bucket: ResourceType = {
  token: "aws:s3/bucket:Bucket",
  inputs: z.strictObject({
    bucket: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
        "must be 3 to 63 small letters, digits or hyphens; dots are not implemented by the local AWS",
      ),
    forceDestroy: z.boolean(),
    tags: tagsSchema.optional(),
  }),
  autoName: { property: "bucket", maxLength: 63, smallLetters: true },
  defaults: { forceDestroy: false },
  computed: ["arn", "bucketDomainName", "bucketRegionalDomainName"],
  derived: (inputs, context) => ({ region: context.region, ...tagsAll(inputs, context) }),
  replaceOnChange: ["bucket"],
  identity: (inputs) => String(inputs.bucket),
};
