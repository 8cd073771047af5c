/** Buckets and what is in them: asked with the AWS SDK, by the owner and by a function. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { allow, handler, json, LocalAws } from "../local-aws.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const ARN = "arn:aws:s3:::pictures/a/picture.json";
const object = { bucket: "pictures", key: "a/picture.json", contentType: "application/json", forceDestroy: false };
const file = (text: string) => [{ path: "source", base64: Buffer.from(text).toString("base64") }];

let aws: LocalAws;
let s3: S3Client;
let count = 0;
const client = () => new S3Client({ ...aws.sdk, maxAttempts: 1 });
beforeAll(async () => {
  aws = await LocalAws.start();
  s3 = client();
  await aws.create(BUCKET, { bucket: "pictures", forceDestroy: true });
  await aws.create(VERSIONING, { bucket: "pictures", versioningConfiguration: { status: "Enabled" } });
});
afterAll(() => aws.remove());

const put = (text: string, inputs: object = object) =>
  aws.create(OBJECT, { ...inputs }, { urn: "urn:one", code: file(text) });
async function get(Key: string, more: { VersionId?: string; Bucket?: string } = {}, from = s3) {
  const { Body, ...about } = await from.send(new GetObjectCommand({ Bucket: "pictures", Key, ...more }));
  return { ...about, text: await Body?.transformToString() };
}

test("an object is read as it was written, and every version of it stays", async () => {
  const first = await put('{"version":1}');
  expect(first.attributes).toMatchObject({ arn: ARN, etag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
  const second = await put('{"version":2}');
  expect(second.attributes.versionId).not.toBe(first.attributes.versionId);
  expect(await get("a/picture.json")).toMatchObject({
    text: '{"version":2}',
    ContentType: "application/json",
    VersionId: second.attributes.versionId,
    ETag: second.attributes.etag,
    LastModified: expect.any(Date),
  });
  const VersionId = String(first.attributes.versionId);
  expect(await get("a/picture.json", { VersionId })).toMatchObject({ text: '{"version":1}', VersionId });
});

test("the same content is no new version, whatever its tags", async () => {
  const before = await put("same");
  const after = await put("same", { ...object, tags: { stack: "test" } });
  expect(after.attributes).toEqual(before.attributes);
});

test("objects survive a restart, in files for their owner alone", async () => {
  await put("kept");
  await aws.restart();
  s3 = client();
  expect(await get("a/picture.json")).toMatchObject({ text: "kept" });
  const folder = join(aws.stateDir, "objects");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const { parentPath, name } of files) expect(statSync(join(parentPath, name)).mode & 0o777).toBe(0o600);
});

test("a bucket that keeps no versions keeps the last content alone", async () => {
  await aws.create(BUCKET, { bucket: "plain", forceDestroy: false });
  const inputs = { ...object, bucket: "plain" };
  await put("one", inputs);
  await put("two", inputs);
  const { VersionId, text } = await get("a/picture.json", { Bucket: "plain" });
  expect({ VersionId, text }).toEqual({ VersionId: undefined, text: "two" });
});

describe("deleted", () => {
  test("is no bucket with objects in it, unless it was made to be", async () => {
    const [full, loose] = [
      { bucket: "full", forceDestroy: false },
      { bucket: "loose", forceDestroy: true },
    ];
    for (const inputs of [full, loose]) {
      await aws.create(BUCKET, inputs);
      await put("x", { ...object, bucket: inputs.bucket });
    }
    await expect(aws.delete(BUCKET, "full", full)).rejects.toThrow("BucketNotEmpty: The bucket you tried to delete");
    await aws.delete(BUCKET, "loose", loose);
    await expect(get("a/picture.json", { Bucket: "loose" })).rejects.toMatchObject({ name: "NoSuchBucket" });
    await aws.delete(OBJECT, "full/a/picture.json", { ...object, bucket: "full" });
    await expect(get("a/picture.json", { Bucket: "full" })).rejects.toMatchObject({ name: "NoSuchKey" });
    await aws.delete(BUCKET, "full", full);
  });
});

describe("a function", () => {
  /** A client in the name of a function whose role has these policies. */
  async function functionWith(...policies: string[]) {
    const role = `role-${++count}`;
    const { attributes } = await aws.createRole(role);
    for (const policy of policies) await aws.allow(policy, role);
    const name = `function-${count}`;
    const url = await aws.deploy({ name, files: handler("return process.env;"), inputs: { role: attributes.arn } });
    const env = await json<Record<string, string>>(await fetch(url));
    const credentials = {
      accessKeyId: String(env.AWS_ACCESS_KEY_ID),
      secretAccessKey: String(env.AWS_SECRET_ACCESS_KEY),
    };
    const endpoint = String(env.AWS_ENDPOINT_URL_S3);
    const user = `arn:aws:sts::000000000000:assumed-role/${role}/${name}`;
    return { user, s3: new S3Client({ region: String(env.AWS_REGION), endpoint, maxAttempts: 1, credentials }) };
  }
  const denied = (user: string, action: string, resource: string) => ({
    name: "AccessDenied",
    message:
      `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no identity-based policy allows the ${action} action`,
    $metadata: { httpStatusCode: 403 },
  });

  test("reads what its role allows, one object and no other", async () => {
    await put("for the function");
    await put("for nobody", { ...object, key: "other" });
    const { user, s3: own } = await functionWith(allow("s3:GetObject", ARN));
    expect(await get("a/picture.json", {}, own)).toMatchObject({ text: "for the function" });
    const other = await get("other", {}, own).catch((error) => error);
    expect(other).toMatchObject(denied(user, "s3:GetObject", "arn:aws:s3:::pictures/other"));
  });

  test("needs another permission for an earlier version, and one to be told that nothing is there", async () => {
    const { attributes } = await put("a version");
    const { user, s3: own } = await functionWith(allow("s3:GetObject", "arn:aws:s3:::pictures/*"));
    const version = await get("a/picture.json", { VersionId: String(attributes.versionId) }, own).catch((e) => e);
    expect(version).toMatchObject(denied(user, "s3:GetObjectVersion", ARN));
    const missing = await get("none", {}, own).catch((error) => error);
    expect(missing).toMatchObject(denied(user, "s3:ListBucket", "arn:aws:s3:::pictures"));
    const { s3: lister } = await functionWith(
      allow("s3:GetObject", "arn:aws:s3:::pictures/*"),
      allow("s3:ListBucket", "arn:aws:s3:::pictures"),
    );
    await expect(get("none", {}, lister)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  test("is refused by name whatever is not implemented", async () => {
    const { s3: own } = await functionWith(allow("s3:*", "*"));
    const write = own.send(new PutObjectCommand({ Bucket: "pictures", Key: "x", Body: "y" }));
    await expect(write).rejects.toMatchObject({
      name: "NotImplemented",
      message: "s3:PutObject is not implemented by the local AWS for functions. Implemented: GetObject.",
    });
    await expect(own.send(new ListObjectsV2Command({ Bucket: "pictures" }))).rejects.toMatchObject({
      message: expect.stringContaining("s3:GET /pictures/?list-type is not implemented"),
    });
  });

  test("with other credentials is nobody", async () => {
    const stranger = new S3Client({
      ...aws.sdk,
      maxAttempts: 1,
      credentials: { accessKeyId: "AKIASTRANGER", secretAccessKey: "none" },
    });
    await expect(get("a/picture.json", {}, stranger)).rejects.toMatchObject({ name: "InvalidAccessKeyId" });
  });
});

test("an object needs its bucket", async () => {
  await expect(put("x", { ...object, bucket: "none" })).rejects.toThrow(
    "NoSuchBucket: The specified bucket does not exist: none",
  );
});
