import { isLoopback } from "pulumi-minivoice/api";

/**
 * What is wrong with a URL that MiniVoice, or our key, is to be sent to; `undefined` when nothing is.
 *
 * The answer quotes the value without a password it may carry.
 *
 * @example urlProblem("http://example.com/answer") // '"http://example.com/answer" must use https: …'
 */
export function urlProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return `"${value}" is not a URL: write it in full, beginning with "https://"`;
  const url = new URL(value);
  if (url.username || url.password) {
    url.username = "";
    url.password = "";
    return `"${url.href}" carries a user name or password: remove them, whoever reads the routing would read them too`;
  }
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return `"${value}" must use https: plain http is for 127.0.0.1 and localhost only`;
}
