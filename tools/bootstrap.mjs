#!/usr/bin/env node
/**
 * The front door. Whatever is missing is put in place first, then the command runs in the project's own Node.
 *
 * Uses nothing but Node's own modules and runs on Node 20, since it runs before anything is installed.
 *
 *   node tools/bootstrap.mjs <install|test|minivoice> [arguments]
 */
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./bootstrap/install.mjs";
import { checkPlatform, findNode } from "./bootstrap/node.mjs";
import { problemOf } from "./bootstrap/problem.mjs";
import { become } from "./bootstrap/run.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Commands of `minivoice` that run the engine. */
const needsPulumi = new Set([
  "start",
  "up",
  "apply",
  "undo",
  "pending",
  "review",
  "verify",
  "drift",
  "import",
  "policies",
  "pulumi",
]);

/**
 * @param {string} command @param {string[]} args
 * @returns {Promise<number>} the exit code.
 */
export async function bootstrap(command, args) {
  checkPlatform();
  if (command === "install") {
    await ensureInstalled(root, { force: args.includes("--clean") });
    return 0;
  }
  await ensureInstalled(root);
  const node = findNode(root);
  const env = {
    ...process.env,
    PATH: [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache(command),
  };
  // A review of the code alone is for forks, where nothing is built.
  if (command === "test" || (needsPulumi.has(args[0]) && !args.includes("--offline"))) {
    const { providePulumi } = await import("./pulumi/provide.mjs");
    env.PULUMI_COMMAND = await providePulumi(node);
  }
  if (command === "test") {
    const jest = join(root, "node_modules", "jest", "bin", "jest.js");
    return become(node, [...quiet, "--experimental-vm-modules", jest, ...args], env);
  }
  return become(node, [...quiet, ...frugal, join(root, "src", "cli", "main.ts"), ...args], env);
}

/**
 * Where Node keeps what it has compiled: one run of the engine starts several Nodes that load a thousand modules each, and
 * half of that time is compiling. Tests write programs that are never run again, so theirs is gone when they end.
 */
function compileCache(command) {
  if (command !== "test") return join(root, "node_modules", ".cache", "compile");
  const directory = mkdtempSync(join(tmpdir(), "voice-compile-cache-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Older Nodes announce on each run that type stripping is new. */
const quiet = ["--disable-warning=ExperimentalWarning"];

/**
 * What is no longer needed is collected early: a stack of 100,000 numbers is checked in 390 MB instead of 750, and in the same
 * time.
 */
const frugal = ["--max-semi-space-size=4", "--heap-growing-percent=50"];

/** Ends the process with the command's exit code; what goes wrong is one message. */
export async function main(command, args) {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ]) {
    // While a program runs in our place it decides; before that, tidy up (exit handlers) and go.
    process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(code));
  }
  try {
    process.exit(await bootstrap(command, args));
  } catch (error) {
    const problem = process.env.DEBUG ? undefined : problemOf(error);
    process.stderr.write(`${problem?.message ?? error.stack}\n`);
    process.exit(1);
  }
}

if (
  process.argv[1] &&
  existsSync(process.argv[1]) &&
  realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  const [command = "", ...args] = process.argv.slice(2);
  if (!["install", "test", "minivoice"].includes(command)) {
    process.stderr.write("usage: node tools/bootstrap.mjs <install|test|minivoice> [arguments]\n");
    process.exit(64);
  }
  await main(command, args);
}
