import { createHash } from "node:crypto";

/**
 * An answer URL as reports and logs print it: the path, and of the host only enough to tell one from another. Whoever
 * knows the host can ask for answers, and a log is read by more people than that.
 *
 * Query, fragment and credentials are left out.
 *
 * @returns `host-` and 8 hexadecimal digits, then the path; `not a URL` for anything else.
 * @example shownAnswerUrl("https://abc.lambda-url.eu-central-1.on.aws/answer/support") // "host-79fc2adf/answer/support"
 */
export function shownAnswerUrl(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return "not a URL";
  const hash = createHash("sha256").update(parsed.host).digest("hex").slice(0, 8);
  return `host-${hash}${parsed.pathname}`;
}
