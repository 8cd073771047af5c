import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type FileLock, tryLock } from "../background/file-lock.ts";
import { localDir } from "./project.ts";

const POLL_MS = 300;

/** Held while a start brings up the local environment. */
export const startLock = join(localDir, "start.lock");

/**
 * Takes the start's lock, and waits for a start that is under way.
 *
 * @param onWait - told once, if it must wait.
 */
export async function awaitStart(onWait: () => void, signal?: AbortSignal): Promise<FileLock> {
  for (let told = false; ; told = true) {
    const lock = tryLock(startLock);
    if (lock) return lock;
    if (!told) onWait();
    await sleep(POLL_MS, undefined, { ...(signal && { signal }) });
  }
}
