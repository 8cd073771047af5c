import { describeLive } from "pulumi-minivoice/lifecycle";
import { readLive } from "../drift/live.ts";
import type { Live } from "../drift/pictures.ts";
import type { LiveRoute } from "../review/pinned/standings.ts";
import { openAccount } from "./account.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** Some numbers as the account has them now, and what else was read on the way. */
export interface LiveRoutes {
  routes: Map<string, LiveRoute>;
  live: Live;
  /** Whether the account's API cannot assign numbers, so that a person has to. */
  byHand: boolean;
}

/**
 * Reads where numbers go. Reads only.
 *
 * @throws CouldNotCheck when nothing could be read.
 */
export async function readRoutes(
  workspace: StackWorkspace,
  numbers: readonly string[],
  signal: AbortSignal,
): Promise<LiveRoutes> {
  const account = await openAccount(workspace, signal);
  const stop = () => account.client.stop("interrupted");
  signal.addEventListener("abort", stop);
  try {
    const live = await readLive(account, { numbers, part: true });
    const routes = [...live.numbers].map(([number, reading]): [string, LiveRoute] => [
      number,
      "found" in reading ? { route: describeLive(reading.found) } : reading,
    ]);
    return { routes: new Map(routes), live, byHand: !account.capabilities.assignDid };
  } finally {
    signal.removeEventListener("abort", stop);
    await account.client.close();
  }
}
