import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether {@link processesIn} can tell: macOS has no `/proc`. */
export const canListProcesses = process.platform === "linux";

/** The processes that work in a folder, or did until it was removed. One that has ended, though nobody took note, is none. */
export function processesIn(directory: string): { pid: number; command: string }[] {
  if (!canListProcesses) return [];
  return readdirSync("/proc").flatMap((name) => {
    try {
      const folder = readlinkSync(`/proc/${name}/cwd`).replace(/ \(deleted\)$/, "");
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      return folder === directory ? [{ pid: Number(name), command }] : [];
    } catch {
      // No process, or gone meanwhile, or somebody else's.
      return [];
    }
  });
}

/** Ends them: Pulumi's host of dynamic providers outlives an engine that was killed before it loaded a provider that watches. */
export function endProcessesIn(directory: string): void {
  for (const { pid } of processesIn(directory))
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
}
