import type { ContentfulStatusCode } from "hono/utils/http-status";

/** An answer in the vendor's error envelope `{"error":{"code","message"}}`. */
export class ApiError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  get envelope() {
    return { error: { code: this.code, message: this.message } };
  }
}

export const unauthorized = (): ApiError => new ApiError(401, "unauthorized", "missing or invalid API key");
export const invalidJson = (): ApiError => new ApiError(400, "invalid_json", "request body must be a JSON object");
export const invalidRequest = (message: string): ApiError => new ApiError(400, "invalid_request", message);
export const notFound = (what: string): ApiError => new ApiError(404, "not_found", `${what} not found`);
export const applicationInUse = (): ApiError =>
  new ApiError(409, "application_in_use", "application is still assigned to one or more DIDs");

/** What the sandbox does not know it refuses: a made-up success would be believed. */
export const notSimulated = (what: string): ApiError =>
  new ApiError(501, "not_simulated", `this is the MiniVoice sandbox, a simulator, and it does not simulate ${what}`);
