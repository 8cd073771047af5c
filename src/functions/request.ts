import type { LambdaFunctionURLEvent } from "aws-lambda";

/**
 * What came with a request, by field name: query, form and JSON bodies alike, because the contract does not say how
 * the vendor passes digits and call ID. JSON is looked into one level deep, where webhooks keep `call` and `data`.
 */
export type Fields = (name: string) => unknown;

/** The body as it was sent, byte for byte. */
export const rawBody = ({ body, isBase64Encoded }: LambdaFunctionURLEvent): Buffer =>
  Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");

/** Many times what digits and a call ID need; more is not worth a caller's time. */
const LARGEST_BODY = 64 * 1024;

/**
 * Reads the fields of a request; the query wins over the body, and whatever cannot be read is absent, like a body
 * of more than 64 KiB.
 *
 * @example fieldsOf(event)("digits") // "1"
 */
export function fieldsOf(event: LambdaFunctionURLEvent): Fields {
  const query = [...new URLSearchParams(event.rawQueryString ?? "")];
  const body = (event.body?.length ?? 0) > LARGEST_BODY ? [] : bodyFields(rawBody(event).toString("utf8"));
  return (name) =>
    [...query, ...body].find(([field, value]) => field.toLowerCase() === name && value !== "" && value !== null)?.[1];
}

function bodyFields(body: string): [string, unknown][] {
  const text = body.trim();
  if (text === "") return [];
  if (!/^[[{"]/.test(text)) return [...new URLSearchParams(text)];
  const json = parseJson(text);
  if (!isObject(json)) return [];
  const nested = Object.entries(json).flatMap(([outer, value]) =>
    isObject(value) ? Object.entries(value).map(([inner, part]): [string, unknown] => [`${outer}.${inner}`, part]) : [],
  );
  return [...Object.entries(json), ...nested];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
