/**
 * A URL as a message may show it: without credentials and without its query, either of which may hold a secret. `?…` says
 * that there is a query. What is no URL is cut alike, and rather too much: a typing mistake must not print a password.
 *
 * @example shownUrl("https://me:hush@example.com/a?token=hush") // "https://example.com/a?…"
 */
export function shownUrl(text: string): string {
  return withoutCredentials(text).replace(/[?#].*$/s, "?…");
}

function withoutCredentials(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // `me:hush@example.com` is a URL, too, of the scheme `me`: only one with a host says where its credentials are.
  if (!url?.host) return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1");
  if (!url.username && !url.password) return text;
  url.username = "";
  url.password = "";
  return url.href;
}
