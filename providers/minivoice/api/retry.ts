/** Repeating these changes nothing: PATCH bodies are absolute values, and a second DELETE finds nothing. POST creates. */
export const isRepeatable = (method: string): boolean => method === "GET" || method === "DELETE" || method === "PATCH";

/** @param requestLine - the method, or all of it */
export const isWrite = (requestLine: string): boolean => !requestLine.startsWith("GET");

/** Statuses of answers that do not tell whether the request took effect: something on the way gave up. */
export const isUnclear = (status: number): boolean => status === 408 || status >= 500;

/** Statuses after which the same request may succeed. */
export const isTransient = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501);

/**
 * Milliseconds that a `Retry-After` header asks for: seconds or an HTTP date. `undefined` when absent or neither.
 *
 * @example retryAfter("120", Date.now()) // 120_000
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Full-jitter back-off: anywhere between nothing and the doubling ceiling, so that many clients do not come back at once.
 *
 * @param attempt - the one that failed, from 1
 * @param first - the ceiling after the first attempt, in milliseconds; it grows to forty times that
 */
export function backOff(attempt: number, first: number, random: () => number = Math.random): number {
  return random() * first * Math.min(40, 2 ** (attempt - 1));
}
