/** Child processes, with nothing but Node's own modules. */
import { spawn } from "node:child_process";

/**
 * Runs a program to its end and hands back what it printed.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onOutput?: (text: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 when the program does not exist, 124 when it took too long.
 */
export function capture(file, args, { cwd, env = process.env, timeoutMs, onOutput } = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const end = (code) => {
      clearTimeout(timer);
      children.delete(child);
      resolve({ code, output });
    };
    const timer = timeoutMs && setTimeout(() => child.kill("SIGKILL") && end(124), timeoutMs);
    children.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        onOutput?.(text);
      });
    }
    child.on("error", (error) => {
      output += error.message;
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** Programs that {@link capture} is waiting for. They are ended with us: npm and go would go on without a reader. */
const children = new Set();
process.on("exit", () => {
  for (const child of children) child.kill("SIGTERM");
});

/**
 * Runs a program in our place: it has the terminal, and its exit code is the answer.
 *
 * A Ctrl-C at a terminal reaches the program by itself, so it is only passed on where there is no terminal: two of
 * them would make Pulumi stop without tidying up.
 *
 * @param {string} file @param {string[]} args @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
export function become(file, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: "inherit" });
    const passOn = (signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, passOn);
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}
