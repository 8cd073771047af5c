import { BUCKET_TYPE, OBJECT_TYPE } from "../handlers/bucket.ts";
import type { Permission } from "../iam/evaluate-policies.ts";
import { etagOf, NO_VERSION, type Objects } from "../objects.ts";
import type { StateStore } from "../state.ts";
import type { Service, ServiceCall, ServiceResponse } from "./service.ts";

/** How S3 says what other services say in words of their own, with which status. */
const CODES: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDeniedException: ["AccessDenied", 403],
  UnrecognizedClientException: ["InvalidAccessKeyId", 403],
  UnknownOperationException: ["NotImplemented", 501],
  NoSuchBucket: ["NoSuchBucket", 404],
  NoSuchKey: ["NoSuchKey", 404],
  NoSuchVersion: ["NoSuchVersion", 404],
};

/** S3 for functions: reading one object. Its operations are methods and paths, its errors XML. */
export function s3(objects: Objects, state: StateStore): Service {
  const currentOf = (bucket: unknown, key: unknown) => state.resource(OBJECT_TYPE, `${bucket}/${key}`);
  const needs = ({ input: { Bucket, Key, VersionId } }: ServiceCall): Permission[] => {
    const action = VersionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
    const wanted = { action, resource: `arn:aws:s3:::${Bucket}/${Key}` };
    // Whether an object is missing is told to those alone who may list the bucket.
    return currentOf(Bucket, Key)
      ? [wanted]
      : [wanted, { action: "s3:ListBucket", resource: `arn:aws:s3:::${Bucket}` }];
  };

  function getObject({ Bucket, Key, VersionId }: ServiceCall["input"]): ServiceResponse {
    if (!state.resource(BUCKET_TYPE, String(Bucket)))
      return failure("NoSuchBucket", "The specified bucket does not exist");
    const current = currentOf(Bucket, Key);
    if (!current) return failure("NoSuchKey", "The specified key does not exist.");
    const versionId = String(VersionId ?? current.attributes.versionId);
    const content = objects.get(String(Bucket), String(Key), versionId);
    if (!content) return failure("NoSuchVersion", "The specified version does not exist.");
    return {
      status: 200,
      headers: {
        "content-type": String(current.inputs.contentType),
        etag: etagOf(content),
        "last-modified": String(current.attributes.lastModified),
        ...(versionId !== NO_VERSION && { "x-amz-version-id": versionId }),
      },
      body: content,
    };
  }

  return {
    name: "s3",
    contentType: "application/xml",
    operations: { GetObject: needs },
    read: operationOf,
    failure,
    answer: async ({ operation, input }) =>
      operation === "GetObject"
        ? getObject(input)
        : failure(
            "UnknownOperationException",
            `${operation} is not implemented by the local AWS. Implemented: GetObject.`,
          ),
  };
}

/** `GET /<bucket>/<key>`; anything else is called by what was sent. */
function operationOf(method: string, url: string): Pick<ServiceCall, "operation" | "input"> {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [Bucket = "", ...rest] = pathname.slice(1).split("/").map(decodeURIComponent);
  const Key = rest.join("/");
  const VersionId = searchParams.get("versionId") ?? undefined;
  const others = [...searchParams.keys()].filter((name) => !["versionId", "x-id"].includes(name));
  if (method === "GET" && Key !== "" && others.length === 0)
    return { operation: "GetObject", input: { Bucket, Key, ...(VersionId !== undefined && { VersionId }) } };
  const asked = others.map((name) => `?${name}`).join("");
  return { operation: searchParams.get("x-id") ?? `${method} ${pathname}${asked}`, input: { Bucket, Key } };
}

function failure(type: string, message: string): ServiceResponse {
  const name = type.split("#").at(-1) ?? type;
  const [code, status] = CODES[name] ?? [name, 400];
  const text = message.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${text}</Message></Error>`;
  return { status, body: Buffer.from(xml) };
}
