import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a running service says about itself in `daemon.json`. Details, such as keys, stand beside these fields. */
export interface DaemonState {
  name: string;
  pid: number;
  url: string;
  /** RFC 3339. */
  startedAt: string;
  [detail: string]: unknown;
}

/** The files of one service's state directory that this folder owns. */
export const filesOf = (stateDir: string) => ({
  state: join(stateDir, "daemon.json"),
  lock: join(stateDir, "daemon.lock"),
  log: join(stateDir, "daemon.log"),
  port: join(stateDir, "port"),
});

/** Replaces a file in one step, readable by its owner only: a reader sees the old or the new text, never half of it. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
  renameSync(draft, file);
}

/** The text of a file, or `undefined` when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** What `daemon.json` says, or `undefined` when it is missing or broken: a running service writes it again by itself. */
export function parseState(text: string | undefined): DaemonState | undefined {
  try {
    const state = JSON.parse(text ?? "") as Partial<DaemonState> | null;
    const complete = typeof state?.name === "string" && typeof state.url === "string" && Number.isInteger(state.pid);
    return complete ? (state as DaemonState) : undefined;
  } catch {
    return undefined;
  }
}
