import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError, messageOf } from "./cli-error.ts";
import { clearDeadLocks, locksOf } from "./stack-lock.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** What a run of the engine printed. */
export interface EngineResult {
  code: number;
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
  child.on("close", (code) => {
    result.code = code ?? 1;
    resolve();
  });
  await promise.finally(() => signal?.removeEventListener("abort", interrupt));
  return result;
}

/** Creates the stack in the file backend, unless it is there; its state must be readable. */
export async function ensureStack(workspace: StackWorkspace): Promise<void> {
  const file = stateFileOf(workspace);
  if (file === undefined) return;
  if (existsSync(file)) return checkState(file);
  const { code, stdout, stderr } = await runEngine(workspace, ["stack", "init", workspace.stack, "--no-select"]);
  if (code !== 0 && !existsSync(file)) throw new CliError(`the stack could not be created: ${explain(stdout, stderr)}`);
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

/** Pulumi's own account of what went wrong, without the list of resources around it. */
export function explain(stdout: string, stderr: string): string {
  const diagnostics = /^Diagnostics:\n([\s\S]*?)(?=^\S|(?![\s\S]))/m.exec(stdout)?.[1];
  return (diagnostics || stderr || stdout).trim();
}

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
