/** What a handler returned, as the HTTP response of its function URL. */

/** Lambda's limit for a response. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** An HTTP response. */
export interface UrlResponse {
  readonly statusCode: number;
  /** A list has one header line per value. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** The answer when the function failed, whatever the reason: Lambda tells callers nothing more. */
export const FAILED: UrlResponse = {
  statusCode: 502,
  headers: { "content-type": "application/json" },
  body: Buffer.from("Internal Server Error"),
};

/**
 * Interprets a result. With a `statusCode` it is a whole response; anything else is the body of a 200.
 *
 * @param result JSON text, as the runtime passes it on.
 * @returns `undefined` when Lambda would refuse the result.
 * @example urlResponse('{"ok":true}')?.statusCode // 200
 */
export function urlResponse(result: string): UrlResponse | undefined {
  if (Buffer.byteLength(result) > MAX_RESPONSE_BYTES) return undefined;
  const value: unknown = JSON.parse(result);
  if (typeof value !== "object" || value === null || !("statusCode" in value)) {
    return respond(200, {}, Buffer.from(typeof value === "string" ? value : result));
  }
  const { statusCode, headers = {}, cookies, body = "", isBase64Encoded = false } = value as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (typeof body !== "string" || typeof headers !== "object") return undefined;
  const lines: Record<string, string | string[]> = {};
  for (const [name, text] of Object.entries(headers ?? {})) {
    if (!["string", "number", "boolean"].includes(typeof text)) return undefined;
    lines[name.toLowerCase()] = String(text);
  }
  if (Array.isArray(cookies)) lines["set-cookie"] = cookies.map(String);
  return respond(status, lines, Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
}

function respond(statusCode: number, headers: Record<string, string | string[]>, body: Buffer): UrlResponse {
  return { statusCode, headers: { "content-type": "application/json", ...headers }, body };
}
