import { describe, expect, test } from "@jest/globals";
import { checkInputs } from "../../../../providers/aws-local/plugin/check.ts";
import { bucket } from "../../../../providers/aws-local/resources/bucket.ts";
import { bucketObject } from "../../../../providers/aws-local/resources/bucket-object.ts";
import { bucketPublicAccessBlock } from "../../../../providers/aws-local/resources/bucket-public-access-block.ts";
import { bucketVersioning } from "../../../../providers/aws-local/resources/bucket-versioning.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";
import { check } from "../checked.ts";

const object = { bucket: "pictures", key: "picture.json", source: {} };

test("a bucket without a name gets one in small letters, as S3 takes it", () => {
  const about = { type: bucket, name: "Voice-Watch", seed: Buffer.from("seed"), olds: {} };
  const { inputs, failures } = checkInputs({ ...about, news: { plain: {}, secrets: [] } });
  expect(failures).toEqual([]);
  expect(inputs.bucket).toMatch(/^voice-watch-[0-9a-f]{7}$/);
});

test("unknown values pass", () => {
  expect(check(bucket.token, { bucket: UNKNOWN }).failures).toEqual([]);
  expect(check(bucketObject.token, { bucket: UNKNOWN, key: "x", source: UNKNOWN }).failures).toEqual([]);
});

test("another content is a new version, other tags are none", () => {
  expect(bucketObject.stale?.(new Set(["source"]))).toEqual(["etag", "versionId"]);
  expect(bucketObject.stale?.(new Set(["tags"]))).toEqual([]);
});

describe("refused", () => {
  test.each([
    ["a name in capitals", bucket.token, { bucket: "Pictures" }, /must be 3 to 63 small letters/],
    ["a name with dots", bucket.token, { bucket: "a.b.c" }, /dots are not implemented/],
    ["a policy", bucket.token, { policy: "{}" }, /property "policy" .* is not implemented/],
    [
      "versioning that is suspended",
      bucketVersioning.token,
      { bucket: "pictures", versioningConfiguration: { status: "Suspended" } },
      /only "Enabled" is implemented/,
    ],
    ["a key that climbs", bucketObject.token, { ...object, key: "a//b" }, /single slashes/],
    [
      "a text in the state",
      bucketObject.token,
      { ...object, content: "{}" },
      /property "content" .* is not implemented/,
    ],
    ["an open list", bucketObject.token, { ...object, acl: "public-read" }, /property "acl" .* is not implemented/],
    [
      "half a block",
      bucketPublicAccessBlock.token,
      { bucket: "pictures", blockPublicAcls: "yes" },
      /"blockPublicAcls"/,
    ],
  ])("%s", (_name, token, inputs, message) => {
    expect(check(token, inputs).failures).toEqual([expect.stringMatching(message)]);
  });
});
