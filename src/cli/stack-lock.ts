import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** One run of the engine that says it is changing the stack. */
export interface StackLock {
  file: string;
  pid: number;
  hostname: string;
  /** Whether that run is certainly over: it was on this machine and its process is gone. */
  dead: boolean;
}

/** The locks of a stack in the file backend. A killed CLI leaves its lock behind. */
export function locksOf({ stateDir, project, stack }: StackWorkspace): StackLock[] {
  if (!stateDir) return [];
  const directory = join(stateDir, ".pulumi", "locks", "organization", project, stack);
  return namesIn(directory).flatMap((name) => {
    const file = join(directory, name);
    const lock = parseJson(readFileSync(file, "utf8")) as { pid?: number; hostname?: string } | undefined;
    // A lock that was cut off while it was written belongs to a process that did not live to use it.
    if (!lock?.pid || !lock.hostname) return [{ file, pid: 0, hostname: hostname(), dead: true }];
    return [
      { file, pid: lock.pid, hostname: lock.hostname, dead: lock.hostname === hostname() && !runsPulumi(lock.pid) },
    ];
  });
}

/** The lock of a run that may be changing the stack at this moment, also where a file backend of the user's own keeps it. */
export const liveLock = (workspace: StackWorkspace): StackLock | undefined =>
  locksOf({ ...workspace, ...fileBackend(workspace) }).find(({ dead }) => !dead);

/** Where a file backend of the user's own keeps its locks; those of other backends cannot be seen. */
function fileBackend({ stack, stateDir, env }: StackWorkspace): Pick<StackWorkspace, "stack" | "stateDir"> | undefined {
  const folder = /^file:\/\/([^?]+)/.exec(env.PULUMI_BACKEND_URL ?? "")?.[1];
  if (stateDir !== undefined || folder === undefined) return undefined;
  return { stack: stack.split("/").at(-1) ?? stack, stateDir: folder.replace(/^~/, homedir()) };
}

/** Removes the locks whose process is dead on this host, and says so. */
export function clearDeadLocks(workspace: StackWorkspace, say: (text: string) => void): void {
  for (const { file, pid, dead } of locksOf(workspace)) {
    if (!dead) continue;
    // Beside each lock a file backend may keep a file with its attributes.
    for (const path of [file, `${file}.attrs`]) rmSync(path, { force: true });
    say(`removed the lock of a Pulumi run that is gone (process ${pid})`);
  }
}

/** A process number may have been given to another program since, so its name is looked at where the system tells. */
function runsPulumi(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const name = nameOf(pid);
  return name === undefined || name.includes("pulumi");
}

function nameOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/comm`, "utf8");
    return execFileSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" });
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}
