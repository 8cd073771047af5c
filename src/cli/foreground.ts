import { spawn } from "node:child_process";
import { CliError } from "./cli-error.ts";
import { keepingPicture } from "./partial-up.ts";
import { clearDeadLocks } from "./stack-lock.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** Standard output, or standard error where the former is for a document. */
export type OutStream = NodeJS.WriteStream & { fd: 1 | 2 };

/** The exit code after a Ctrl-C. */
export const INTERRUPTED = 130;

/**
 * Hands the terminal to the CLI, so that it can ask and show progress; hands back its exit code, or {@link INTERRUPTED} where
 * it was stopped before its end.
 *
 * @param out - where it prints.
 */
export async function inTheForeground(
  workspace: StackWorkspace,
  args: string[],
  out: OutStream = process.stdout,
): Promise<number> {
  const { command, cwd, env } = await keepingPicture(workspace, args);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const isAtTerminal = Boolean(process.stdin.isTTY);
  // Without one, it is in a group of its own: who interrupts ours would interrupt it twice, and then it finishes nothing.
  const child = spawn(command, args, { cwd, env, stdio: ["inherit", out.fd, "inherit"], detached: !isAtTerminal });
  let isInterrupted = false;
  const terminated = () => {
    isInterrupted = true;
    child.kill("SIGINT");
  };
  // A Ctrl-C at a terminal reaches the CLI by itself; it finishes what it began, and so do we.
  const interrupted = () => {
    if (!isAtTerminal) return terminated();
    isInterrupted = true;
  };
  process.on("SIGINT", interrupted).on("SIGTERM", terminated).on("SIGHUP", terminated);
  child.on("error", (error) => reject(new CliError(`${command} cannot be run: ${error.message}`)));
  // What it could not begin any more it calls failed, and ends as after any failure.
  child.on("close", (code, killedBy) => {
    // It takes its lock a moment before it listens for a Ctrl-C; one that comes in between just ends it.
    if (killedBy === "SIGINT") clearDeadLocks(workspace, () => undefined);
    resolve(code === 0 ? 0 : isInterrupted ? INTERRUPTED : (code ?? INTERRUPTED));
  });
  try {
    return await promise;
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", terminated).off("SIGHUP", terminated);
  }
}
