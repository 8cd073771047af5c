import { invalidRequest } from "./errors.ts";

/** What may be written to an application; `null` clears a field. */
export interface ApplicationFields {
  name?: string;
  answer_url?: string | null;
  webhook_url?: string | null;
  webhook_secret?: string | null;
}

const known = ["name", "answer_url", "webhook_url", "webhook_secret"];

/**
 * Checks a request body for an application, in the vendor's words.
 *
 * @param wholeObject - true where `name` must be given (create), false where only changes are sent.
 * @throws ApiError `invalid_request`
 */
export function parseApplicationFields(
  body: Record<string, unknown>,
  { wholeObject, unknownFields }: { wholeObject: boolean; unknownFields: "refuse" | "ignore" },
): ApplicationFields {
  refuseUnknown(body, known, unknownFields);
  const { name, webhook_secret } = body;
  if ((wholeObject || name !== undefined) && (typeof name !== "string" || name.trim() === ""))
    throw invalidRequest("name is required");
  if (webhook_secret !== undefined && webhook_secret !== null && typeof webhook_secret !== "string")
    throw invalidRequest("webhook_secret must be a string");
  return {
    ...(typeof name === "string" && { name }),
    ...urlField("answer_url", body.answer_url),
    ...urlField("webhook_url", body.webhook_url),
    ...(webhook_secret !== undefined && { webhook_secret: webhook_secret || null }),
  };
}

/** @throws ApiError `invalid_request` that names the first field that the contract does not know. */
export function refuseUnknown(
  body: Record<string, unknown>,
  fields: readonly string[],
  unknownFields: "refuse" | "ignore",
): void {
  const unknown = Object.keys(body).find((field) => !fields.includes(field));
  if (unknown !== undefined && unknownFields === "refuse")
    throw invalidRequest(`unknown field ${JSON.stringify(unknown)}: the contract names ${fields.join(", ")}`);
}

function urlField(field: "answer_url" | "webhook_url", value: unknown): ApplicationFields {
  if (value === undefined) return {};
  if (value === null || value === "") return { [field]: null };
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (!url || !["http:", "https:"].includes(url.protocol)) throw invalidRequest(`${field} must be a valid URL`);
  return { [field]: value };
}
