import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../../resources/resource-type.ts";
import { etagOf } from "../objects.ts";
import { assertBucket, VERSIONING_TYPE } from "./bucket.ts";
import type { ResourceHandler, Services, Wanted } from "./handler.ts";

/** Objects in buckets: their content in files, the current version in the state. */
export const bucketObjectHandler: ResourceHandler = {
  conflict: "OperationAborted",
  id: ({ bucket, key }) => `${bucket}/${key}`,
  create: async (wanted, services) => write(wanted, services),
  update: async (wanted, live, services) => {
    // Tags are set apart from the rest, and make no version.
    const same =
      etagOf(contentOf(wanted)) === live.attributes.etag &&
      isDeepStrictEqual(wanted.inputs.contentType, live.inputs.contentType);
    return same ? live.attributes : write(wanted, services);
  },
  delete: async ({ inputs }, { objects }) => objects.delete(String(inputs.bucket), String(inputs.key)),
};

function write(wanted: Wanted, services: Services): Properties {
  const [bucket, key] = [String(wanted.inputs.bucket), String(wanted.inputs.key)];
  assertBucket(bucket, services);
  const versioned = services.state.resource(VERSIONING_TYPE, bucket) !== undefined;
  const { versionId, etag } = services.objects.put(bucket, key, contentOf(wanted), versioned);
  return { arn: `arn:aws:s3:::${bucket}/${key}`, etag, versionId, lastModified: new Date().toUTCString() };
}

const contentOf = ({ code: [file] }: Wanted): Buffer => Buffer.from(file?.base64 ?? "", "base64");
