import type { Context } from "hono";
import { invalidJson } from "./errors.ts";

/**
 * The body of a request, which has to be a JSON object.
 *
 * @throws ApiError `invalid_json`, in the vendor's words, for anything else.
 */
export async function jsonObject(c: Context): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw invalidJson();
  return body as Record<string, unknown>;
}
