import { z } from "zod";
import type { ResourceType } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

/** Inputs that make a new version of the object. */
const WRITTEN = ["contentType", "source"];

/** An object in a bucket, from a file or a text of the program. */
export const bucketObject: ResourceType = {
  token: "aws:s3/bucketObjectv2:BucketObjectv2",
  inputs: z.strictObject({
    bucket: z.string().min(1),
    contentType: z.string().min(1),
    forceDestroy: z.boolean(),
    key: z
      .string()
      .regex(/^[\w!*'().-]+(\/[\w!*'().-]+)*$/, "may hold letters, digits, any of !-_.*'() and single slashes between"),
    source: z.custom<object>((value) => typeof value === "object" && value !== null, "must be an asset"),
    tags: tagsSchema.optional(),
  }),
  defaults: { contentType: "application/octet-stream", forceDestroy: false },
  computed: ["arn", "etag", "versionId"],
  derived: (inputs, context) => ({ region: context.region, storageClass: "STANDARD", ...tagsAll(inputs, context) }),
  stale: (changed) => (WRITTEN.some((property) => changed.has(property)) ? ["etag", "versionId"] : []),
  replaceOnChange: ["bucket", "key"],
  identity: ({ bucket, key }) => `${bucket}/${key}`,
};
