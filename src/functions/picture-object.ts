import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ReadPicture } from "./drift-watch-handler.ts";

/**
 * Reads the expected picture from a versioned bucket.
 *
 * @example const { text, version } = await pictureObject("voice-test-drift-0a1b2c3", "expected-picture.json")();
 */
export function pictureObject(bucket: string, key: string): ReadPicture {
  const client = new S3Client({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  });
  return async () => {
    const { Body, VersionId } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { text: (await Body?.transformToString()) ?? "", version: VersionId };
  };
}
