/**
 * The HTTP client and the wire schemas, without Pulumi.
 *
 * @module api
 */
export { type ApplicationCalls, type DidCalls, MiniVoiceClient } from "./client.ts";
export { type Duration, milliseconds } from "./duration.ts";
export { ConfigurationError, MiniVoiceError } from "./errors.ts";
export { redact } from "./redact.ts";
export {
  type Application,
  type ApplicationFields,
  applicationListSchema,
  applicationSchema,
  type Did,
  didListSchema,
  didSchema,
  type RouteChange,
  type Unreadable,
} from "./schema.ts";
export { defaultBaseUrl, defaultRequestsPerSecond, isLoopback, type Options } from "./settings.ts";
export { shownUrl } from "./shown-url.ts";
