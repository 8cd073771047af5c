import { z } from "zod";
import type { ResourceType } from "./resource-type.ts";

/** Whether a bucket keeps every version of its objects. */
export const bucketVersioning: ResourceType = {
  token: "aws:s3/bucketVersioning:BucketVersioning",
  inputs: z.strictObject({
    bucket: z.string().min(1),
    versioningConfiguration: z.strictObject({
      status: z.literal("Enabled", 'only "Enabled" is implemented by the local AWS'),
    }),
  }),
  computed: [],
  derived: (_inputs, context) => ({ region: context.region }),
  replaceOnChange: ["bucket"],
  identity: (inputs) => String(inputs.bucket),
};
