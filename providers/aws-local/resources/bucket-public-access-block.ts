import { z } from "zod";
import type { ResourceType } from "./resource-type.ts";

const SETTINGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

/** What keeps a bucket from being opened to everybody. */
export const bucketPublicAccessBlock: ResourceType = {
  token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  inputs: z.strictObject({
    blockPublicAcls: z.boolean(),
    blockPublicPolicy: z.boolean(),
    bucket: z.string().min(1),
    ignorePublicAcls: z.boolean(),
    restrictPublicBuckets: z.boolean(),
  }),
  defaults: Object.fromEntries(SETTINGS.map((setting) => [setting, false])),
  computed: [],
  derived: (_inputs, context) => ({ region: context.region }),
  replaceOnChange: ["bucket"],
  identity: (inputs) => String(inputs.bucket),
};
