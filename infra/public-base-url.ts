import * as pulumi from "@pulumi/pulumi";
import { shownUrl } from "pulumi-minivoice/api";
import { publicUrl } from "pulumi-minivoice/lifecycle";

/** Segments that no server, proxy or client rewrites on the way: no escapes, no dots that walk up, no empty ones. */
const PLAIN_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)*$/;

/**
 * The setting `voice:publicBaseUrl`: a domain of one's own in front of the functions, so that the URLs in the account
 * outlive a function. It may hold a path; whatever stands there forwards `<base>/answer/…` and `<base>/webhook`.
 *
 * @returns the URL without a slash at its end.
 * @throws RunError, which the engine shows without a stack trace, for anything that a redirect could not be built on.
 * @example publicBaseUrl("https://voice.example.com/") // "https://voice.example.com"
 */
export function publicBaseUrl(text: string): string {
  const base = text.replace(/\/$/, "");
  const problem = publicUrl(text) ?? (isPlain(base) ? undefined : `"${shownUrl(text)}" ${rule}`);
  if (problem) throw new pulumi.RunError(`voice:publicBaseUrl: ${problem}`);
  return base;
}

function isPlain(base: string): boolean {
  const { origin } = new URL(base);
  // Compared as typed: `new URL` would quietly mend what another program reads differently.
  return base.startsWith(origin) && PLAIN_PATH.test(base.slice(origin.length));
}

const rule =
  "must be a lower-case host without port 443, at most followed by a plain path of letters, digits and . _ ~ -: no query, " +
  "fragment, escape or empty segment, such as https://voice.example.com";
