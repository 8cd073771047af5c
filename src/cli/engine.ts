import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfThere } from "../background/state-files.ts";
import { exportedState } from "../stack-state/exported-state.ts";
import { CliError, messageOf } from "./cli-error.ts";
import { parseJson } from "./json.ts";
import { clearDeadLocks, locksOf } from "./stack-lock.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** What a run of the engine printed. */
export interface EngineResult {
  code: number;
  /** Set when it was ended from outside. */
  killedBy?: NodeJS.Signals;
  stdout: string;
  stderr: string;
}

const LOCK_POLL_MS = 500;

/**
 * Runs the Pulumi CLI and reads what it prints.
 *
 * It runs in a process group of its own: a Ctrl-C would otherwise reach it twice, from the terminal and from us, and
 * the second one makes it stop without finishing what it began. Aborting the signal is its one Ctrl-C.
 */
export async function runEngine(
  workspace: StackWorkspace,
  args: string[],
  { signal, onLine = () => undefined }: { signal?: AbortSignal; onLine?: (line: string) => void } = {},
): Promise<EngineResult> {
  const { command, cwd, env } = workspace;
  const child = spawn(command, [...args, "--non-interactive", "--color", "never"], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const interrupt = () => child.kill("SIGINT");
  signal?.addEventListener("abort", interrupt);
  const result: EngineResult = { code: 1, stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      result[name] += text;
      for (const line of text.split("\n")) if (line.trim()) onLine(line.trim());
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on("error", (error) => reject(new CliError(`${command} cannot be run: ${error.message}`)));
  child.on("close", (code, killedBy) => {
    result.code = code ?? 1;
    if (killedBy) result.killedBy = killedBy;
    resolve();
  });
  await promise.finally(() => signal?.removeEventListener("abort", interrupt));
  // It takes its lock a moment before it listens for a Ctrl-C; one that comes in between just ends it.
  if (result.killedBy === "SIGINT") clearDeadLocks(workspace, () => undefined);
  return result;
}

/** Creates the stack in the file backend, unless it is there; its state must be readable. */
export async function ensureStack(workspace: StackWorkspace): Promise<void> {
  const file = stateFileOf(workspace);
  if (file === undefined) return;
  if (existsSync(file)) return checkState(file);
  const result = await runEngine(workspace, ["stack", "init", workspace.stack, "--no-select"]);
  if (result.code !== 0 && !existsSync(file)) throw new CliError(`the stack could not be created: ${explain(result)}`);
}

/**
 * Makes way for a run that changes the stack: removes the locks that dead runs left and waits for one that lives.
 *
 * @param say - told what was removed, and what is waited for.
 */
export async function awaitTurn(workspace: StackWorkspace, say: (text: string) => void, signal?: AbortSignal) {
  clearDeadLocks(workspace, say);
  for (let told = false; ; told = true) {
    const [lock] = locksOf(workspace).filter(({ dead }) => !dead);
    if (!lock) return;
    if (!told) say(`waiting for another Pulumi run on this stack (process ${lock.pid} on ${lock.hostname})`);
    await sleep(LOCK_POLL_MS, undefined, { signal });
    clearDeadLocks(workspace, say);
  }
}

/**
 * Drops what a killed run had begun to create and left unfinished in the state, and reads what is really there: the
 * next `up` then repairs the rest. Without this, Pulumi warns of it on every run.
 */
export async function settlePendingOperations(
  workspace: StackWorkspace,
  say: (text: string) => void,
  signal?: AbortSignal,
) {
  const pending = await pendingOperations(workspace, signal);
  if (pending === 0) return;
  say(`an earlier run was cut off in the middle of ${pending} operations: refreshing the state first`);
  const refresh = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"];
  const result = await runEngine(workspace, refresh, { ...(signal && { signal }) });
  if (result.code !== 0) throw new CliError(`pulumi refresh failed:\n${explain(result)}`);
}

/** The file of a backend on this machine is read at once; another one is asked. */
async function pendingOperations(workspace: StackWorkspace, signal?: AbortSignal): Promise<number> {
  const file = stateFileOf(workspace);
  if (file !== undefined) {
    const state = parseJson(readIfThere(file) ?? "") as State | undefined;
    return state?.checkpoint?.latest?.pending_operations?.length ?? 0;
  }
  const args = ["stack", "export", "--stack", workspace.stack];
  const result = await runEngine(workspace, args, { ...(signal && { signal }) });
  if (result.code !== 0) throw new CliError(`the state of the stack cannot be read: ${explain(result)}`);
  return exportedState(parseJson(result.stdout)).pendingOperations;
}

/** As much of the state file as is looked at here. */
interface State {
  checkpoint?: { latest?: { pending_operations?: unknown[] } };
}

/** Pulumi's own account of what went wrong, without the list of resources around it. */
export function explain({ stdout, stderr, killedBy }: EngineResult): string {
  if (killedBy) return `Pulumi was ended by ${killedBy}. Run the command again: it goes on from there`;
  const diagnostics = /^Diagnostics:\n([\s\S]*?)(?=^\S|(?![\s\S]))/m.exec(stdout)?.[1];
  const said = (diagnostics || stderr || stdout).trim();
  return /failed to load checkpoint: EOF/.test(said) ? `${said}\n${brokenAttributes}` : said;
}

/** Only of a file backend of the user's own: ours keeps none. */
const brokenAttributes =
  "A file of attributes beside the state is empty, as where an engine was killed while it wrote it. The state itself is whole: delete " +
  "the empty *.attrs files in .pulumi/ of the backend's folder. With ?metadata=skip behind its URL there are none";

const stateFileOf = ({ stateDir, project, stack }: StackWorkspace): string | undefined =>
  stateDir && join(stateDir, ".pulumi", "stacks", project, `${stack}.json`);

function checkState(file: string): void {
  try {
    JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CliError(
      `the state of the stack is broken (${messageOf(error)}). Either put back the state before it: ` +
        `cp "${file}.bak" "${file}"; or begin anew: npm stop -- --reset`,
    );
  }
}
