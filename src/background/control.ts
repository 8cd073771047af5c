import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isLocked } from "./file-lock.ts";
import { type DaemonState, filesOf, parseState, readIfThere } from "./state-files.ts";

export type { DaemonState } from "./state-files.ts";

/** A service that runs in the background, and how to start it. */
export interface Background {
  /** What people call it, and what its health check answers. */
  name: string;
  stateDir: string;
  /** The script that calls `runDaemon`; it is given `--state-dir <stateDir>` before `args`. */
  entry: string;
  args?: string[];
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;
const POLL_MS = 40;
const LOG_LIMIT_BYTES = 5_000_000;
const LOG_LINES_SHOWN = 12;

/**
 * The running service, started if need be. Two callers at the same instant get the same one.
 *
 * @throws Error with the last lines of the service's log when it does not start.
 * @example
 * const { url } = await ensureRunning({ name: "sandbox", stateDir: ".local/sandbox", entry: "src/sandbox/main.ts" });
 */
export async function ensureRunning(background: Background): Promise<DaemonState & { started: boolean }> {
  const running = await readDaemon(background.stateDir);
  if (running) return { ...running, started: false };
  let child = launch(background);
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const state = await readDaemon(background.stateDir);
    if (state) return { ...state, started: state.pid === child.pid };
    if (child.failed) break;
    await sleep(POLL_MS);
    // Exit code 0 means that another service held the directory: it is the one to wait for, unless it was just stopping.
    if (child.ended && !child.failed && !isLocked(filesOf(background.stateDir).lock)) child = launch(background);
  }
  throw new Error(`${background.name} did not start: ${child.newLogLines() || "its log is empty"}`);
}

/**
 * The service that runs for a state directory, or `undefined`. A process number alone proves nothing, since it may
 * have been given to another program: the service itself must answer under its name with that number.
 */
export async function readDaemon(stateDir: string): Promise<DaemonState | undefined> {
  const state = parseState(readIfThere(filesOf(stateDir).state));
  return state && (await answers(state)) ? state : undefined;
}

/**
 * Stops the service of a state directory and waits until it is gone.
 *
 * @returns false when none was running.
 * @throws Error when a service holds the directory but cannot be found or does not end.
 */
export async function stop(stateDir: string): Promise<boolean> {
  const { lock, state: stateFile } = filesOf(stateDir);
  if (readIfThere(lock) === undefined || !isLocked(lock)) {
    rmSync(stateFile, { force: true });
    return false;
  }
  const deadline = Date.now() + STOP_WITHIN_MS;
  let asked: number | undefined;
  while (isLocked(lock)) {
    // Whoever holds the lock keeps its state file correct, so the process number in it is not an old one.
    const pid = parseState(readIfThere(stateFile))?.pid;
    if (pid !== undefined && pid !== asked && Date.now() < deadline) signal(pid, "SIGTERM");
    asked = pid ?? asked;
    if (Date.now() > deadline) {
      if (asked === undefined)
        throw new Error(`a process holds ${lock} but cannot be found. See which one: lsof ${lock}`);
      signal(asked, "SIGKILL");
    }
    await sleep(POLL_MS);
  }
  rmSync(stateFile, { force: true });
  return true;
}

function launch({ stateDir, entry, args = [] }: Background) {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const { log } = filesOf(stateDir);
  if (sizeOf(log) > LOG_LIMIT_BYTES) rmSync(log);
  const logStart = sizeOf(log);
  const output = openSync(log, "a", 0o600);
  const child = spawn(process.execPath, [...process.execArgv, entry, "--state-dir", stateDir, ...args], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  child.on("error", () => undefined);
  return {
    pid: child.pid,
    get ended() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    get failed() {
      return child.pid === undefined || child.signalCode !== null || (child.exitCode ?? 0) !== 0;
    },
    newLogLines: () =>
      Buffer.from(readIfThere(log) ?? "")
        .subarray(logStart)
        .toString()
        .trim()
        .split("\n")
        .slice(-LOG_LINES_SHOWN)
        .join("\n"),
  };
}

async function answers({ url, name, pid }: DaemonState): Promise<boolean> {
  try {
    const response = await fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(2_000) });
    const health = (await response.json()) as { name?: unknown; pid?: unknown };
    return response.ok && health.name === name && health.pid === pid;
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone, which is what was wanted.
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
