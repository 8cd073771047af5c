import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A lock that is held until it is released or its process ends, however it ends. */
export interface FileLock {
  release(): void;
}

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/**
 * Takes an exclusive lock on a file, or answers `undefined` when another process holds it.
 *
 * Node has no flock of its own. SQLite's exclusive transaction is one: the operating system lets go of it when
 * the process dies, so there is no stale lock to judge by a process number that may have been given to somebody else.
 *
 * @param file - the lock file; it stays empty and is never deleted while anybody may wait for it.
 * @param waitMs - how long to wait for it, in milliseconds; a lock that is meant to be held for long waits a little,
 * since {@link isLocked} takes it for an instant.
 * @example
 * const lock = tryLock(".local/sandbox/daemon.lock");
 * if (!lock) throw new Error("already running");
 */
export function tryLock(file: string, waitMs = 0): FileLock | undefined {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: waitMs });
  try {
    database.exec("BEGIN EXCLUSIVE");
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    const code = (error as { errcode?: number }).errcode;
    if (code === SQLITE_BUSY) return undefined;
    if (code !== SQLITE_NOTADB) throw error;
    // Somebody wrote into the lock file. Nothing of value is ever in it.
    rmSync(file);
    return tryLock(file, waitMs);
  }
}

/** Whether another process holds the lock just now. */
export function isLocked(file: string): boolean {
  const lock = tryLock(file);
  lock?.release();
  return lock === undefined;
}
