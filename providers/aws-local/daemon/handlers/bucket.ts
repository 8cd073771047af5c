import { AwsError } from "../errors.ts";
import type { ResourceHandler, Services } from "./handler.ts";

export const BUCKET_TYPE = "aws:s3/bucket:Bucket";
export const VERSIONING_TYPE = "aws:s3/bucketVersioning:BucketVersioning";
export const ACCESS_BLOCK_TYPE = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
export const OBJECT_TYPE = "aws:s3/bucketObjectv2:BucketObjectv2";

/** Buckets. What is in them is kept by the objects. */
export const bucketHandler: ResourceHandler = {
  conflict: "BucketAlreadyOwnedByYou",
  id: (inputs) => String(inputs.bucket),
  create: async ({ id, region }) => ({
    arn: `arn:aws:s3:::${id}`,
    bucketDomainName: `${id}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
  }),
  update: async (_wanted, live) => live.attributes,
  delete: async ({ id, inputs }, { objects, state }) => {
    const inside = state.resources(OBJECT_TYPE).filter((object) => object.inputs.bucket === id);
    if (inside.length > 0 && inputs.forceDestroy !== true)
      throw new AwsError("BucketNotEmpty", `The bucket you tried to delete is not empty: ${id}`);
    for (const object of inside) state.deleteResource(OBJECT_TYPE, object.id);
    objects.deleteBucket(id);
  },
};

/** Settings of a bucket that are resources of their own. Whoever writes an object finds them in the state. */
export const bucketSettingHandler: ResourceHandler = {
  conflict: "OperationAborted",
  id: (inputs) => String(inputs.bucket),
  create: async ({ inputs }, services) => {
    assertBucket(inputs.bucket, services);
    return {};
  },
  update: async (_wanted, live) => live.attributes,
  delete: async () => {},
};

/** @throws AwsError `NoSuchBucket` */
export function assertBucket(name: unknown, { state }: Pick<Services, "state">): void {
  if (!state.resource(BUCKET_TYPE, String(name)))
    throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${name}`);
}
