import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Watches how much memory a process and all that it started hold together, until it is told to stop. Sampled four times a
 * second, so a short peak may be missed. MiB of resident memory; pages that processes share count once for each.
 */
export function watchMemory(pid: number): { stop(): Promise<number> } {
  let peak = 0;
  let watching = true;
  const sampling = (async () => {
    while (watching) {
      peak = Math.max(peak, await residentMemory(pid));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return {
    async stop() {
      watching = false;
      await sampling;
      return Math.round(peak / 1024);
    },
  };
}

async function residentMemory(root: number): Promise<number> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,rss="]);
  const processes = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const family = new Set([root]);
  // A child may be listed before its parent, so this goes on until nobody is added.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [pid, parent] of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.reduce((sum, [pid, , resident]) => (family.has(pid) ? sum + resident : sum), 0);
}
