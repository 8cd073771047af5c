import { spawn } from "node:child_process";
import { CliError } from "./cli-error.ts";
import { keepingPicture } from "./partial-up.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** Hands the terminal to the CLI, so that it can ask and show progress; hands back its exit code. */
export async function inTheForeground(workspace: StackWorkspace, args: string[]): Promise<number> {
  const { command, cwd, env } = await keepingPicture(workspace, args);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(command, args, { cwd, env, stdio: "inherit" });
  // A Ctrl-C at a terminal reaches the CLI by itself; it finishes what it began, and so do we.
  const interrupted = () => process.stdin.isTTY || child.kill("SIGINT");
  const terminated = () => child.kill("SIGINT");
  process.on("SIGINT", interrupted).on("SIGTERM", terminated).on("SIGHUP", terminated);
  child.on("error", (error) => reject(new CliError(`${command} cannot be run: ${error.message}`)));
  child.on("close", (code) => resolve(code ?? 130));
  try {
    return await promise;
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", terminated).off("SIGHUP", terminated);
  }
}
