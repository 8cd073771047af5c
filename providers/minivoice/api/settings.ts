import manifest from "../package.json" with { type: "json" };
import { type Duration, milliseconds } from "./duration.ts";
import { ConfigurationError } from "./errors.ts";
import { shownUrl } from "./shown-url.ts";

/** How to reach an account; everything but the key has a default. */
export interface Options {
  apiKey: string;
  /** Without `/v1`. Default: the vendor's. */
  baseUrl?: string | undefined;
  /** Requests that run at once. Default 8. */
  concurrency?: number | undefined;
  /** Requests that start in a second; the vendor documents no limit. Default {@link defaultRequestsPerSecond}. */
  requestsPerSecond?: number | undefined;
  /** For one attempt at a request. Default `"15 seconds"`. */
  timeout?: Duration | undefined;
  /** For a request with all its attempts. Default `"2 minutes"`. */
  totalTimeout?: Duration | undefined;
  /** Attempts after the first, for what is safe to repeat. Default 6. */
  retries?: number | undefined;
  /** The longest pause after the first attempt, where the API asks for none; doubles up to forty times that. Default `"500 milliseconds"`. */
  retryPause?: Duration | undefined;
  /** Refuse everything but GET before it reaches a socket. */
  readOnly?: boolean | undefined;
}

/** Options that were checked; times in milliseconds. */
export interface Settings {
  apiKey: string;
  baseUrl: string;
  concurrency: number;
  requestsPerSecond: number;
  timeout: number;
  totalTimeout: number;
  retries: number;
  retryPause: number;
  readOnly: boolean;
  userAgent: string;
}

export const defaultBaseUrl = "https://api.minivoice.eu";
export const defaultRequestsPerSecond = 20;

/**
 * Checks options and fills in defaults.
 *
 * @throws ConfigurationError that names the field, the value (never the key) and the way out
 */
export function settingsOf(options: Options): Settings {
  return {
    apiKey: keyOf(options.apiKey),
    baseUrl: baseUrlOf(options.baseUrl ?? defaultBaseUrl),
    concurrency: positive("concurrency", options.concurrency ?? 8, true),
    requestsPerSecond: positive("requestsPerSecond", options.requestsPerSecond ?? defaultRequestsPerSecond, false),
    timeout: durationOf("timeout", options.timeout ?? "15 seconds"),
    totalTimeout: durationOf("totalTimeout", options.totalTimeout ?? "2 minutes"),
    retries: options.retries ?? 6,
    retryPause: durationOf("retryPause", options.retryPause ?? "500 milliseconds"),
    readOnly: options.readOnly ?? false,
    userAgent: `pulumi-minivoice/${manifest.version} node/${process.versions.node}`,
  };
}

/** Whether a host is this machine, where plain http gives nothing away. */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127(\.\d{1,3}){3}$/.test(hostname);

function keyOf(apiKey: string): string {
  if (!apiKey)
    throw new ConfigurationError(
      "apiKey is missing: set the environment variable MINIVOICE_API_KEY, or `pulumi config set --secret minivoice:apiKey`",
    );
  if (!/^[\x21-\x7e]+$/.test(apiKey))
    throw new ConfigurationError(
      "apiKey holds a space, a line break or another character that no key has: copy it again from the account portal",
    );
  return apiKey;
}

function baseUrlOf(text: string): string {
  const shown = `baseUrl "${shownUrl(text)}"`;
  if (!URL.canParse(text)) throw new ConfigurationError(`${shown} is no URL: expected one such as ${defaultBaseUrl}`);
  const url = new URL(text);
  if (url.username || url.password)
    throw new ConfigurationError("baseUrl carries credentials: the key belongs into MINIVOICE_API_KEY");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw new ConfigurationError(`${shown} is not https: the API key is only sent over https, or to this machine`);
  if (url.search || url.hash) throw new ConfigurationError(`${shown} has a query or a fragment: leave them out`);
  if (/\/v1\/?$/.test(url.pathname))
    throw new ConfigurationError(`${shown} ends in /v1: leave it out, the client adds it`);
  return text;
}

function positive(field: string, value: number, whole: boolean): number {
  if (!(value > 0) || !Number.isFinite(value) || (whole && !Number.isInteger(value)))
    throw new ConfigurationError(`${field} is ${value}: expected a ${whole ? "whole " : ""}number above 0`);
  return value;
}

/** @throws ConfigurationError */
export function durationOf(field: string, text: string): number {
  const value = milliseconds(text);
  if (!value)
    throw new ConfigurationError(`${field} "${text}" is no time: expected a number with a unit, such as "15 seconds"`);
  return value;
}
