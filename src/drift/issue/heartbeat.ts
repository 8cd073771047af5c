import { request } from "../../http/request.ts";

/**
 * Tells a monitor that the check was made, so that somebody is told when it no longer is: a code host ends the schedules of
 * quiet repositories without a word.
 *
 * @param url - http(s); it may hold a token, so no message shows it
 * @throws Error when the monitor did not take it
 */
export async function beat(url: string): Promise<void> {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw new Error("the heartbeat's address is no URL: set the variable DRIFT_HEARTBEAT_URL to one, or remove it");
  const outcome = await request(url, { method: "GET" }, { timeoutMs: 30_000, signal: new AbortController().signal });
  if ("error" in outcome) throw new Error(`the heartbeat was not taken: ${outcome.error}`);
  if (outcome.status >= 400) throw new Error(`the heartbeat was answered with ${outcome.status}`);
}
