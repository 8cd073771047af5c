import { spawn } from "node:child_process";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { ensureStack } from "../engine.ts";
import { LOCAL_STACK } from "../project.ts";
import { clearDeadLocks } from "../stack-lock.ts";
import { openWorkspace, type StackWorkspace } from "../stack-workspace.ts";

/** Commands that run the program, so its provider must be able to reach the account. */
const runsProgram = new Set(["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "import", "watch"]);

/** `minivoice pulumi …`: the Pulumi CLI with everything that a stack of this project needs. */
export function register(program: Command): void {
  program
    .command("pulumi")
    .summary("run any Pulumi command on a stack of this project")
    .description(
      "Runs the Pulumi CLI with the settings of a stack: the one after -s, else `local`.\n\n" +
        "`local` works with the sandbox and the local AWS that `npm start` runs. Any other stack is worked on as a copy " +
        "under .local/ with dummy secrets, which is enough for `preview`. Where PULUMI_BACKEND_URL or " +
        "PULUMI_ACCESS_TOKEN is set, it is the real stack, in your own environment.\n\n" +
        "Files that you name are relative to .local/pulumi (for a real stack: to the project). " +
        "`minivoice pulumi --help` is Pulumi's own help.",
    )
    .usage("<any Pulumi command> [-s <stack>]")
    .argument("[arguments...]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nExamples:\n  minivoice pulumi preview\n  minivoice pulumi up --refresh\n  minivoice pulumi preview -s test\n" +
        "  minivoice pulumi stack output environment\n  minivoice pulumi destroy",
    )
    .action(async (given: string[]) => {
      // `npm run pulumi -- -- up`, as some shells' habits have it, means the same.
      const args = given[0] === "--" ? given.slice(1) : given;
      const request = requestOf(args);
      const workspace = await openWorkspace(request.stack);
      if (workspace.stateDir && !concernsNoStack(request)) await prepare(workspace, request);
      process.exitCode = await inTheForeground(workspace, args);
    });
}

/** Everything that must hold before the engine runs on a stack of this machine. */
export async function prepare(workspace: StackWorkspace, { command, subcommand }: Request): Promise<void> {
  const { stack, env } = workspace;
  if (stack !== LOCAL_STACK) {
    process.stderr.write(
      `${stack}: a copy under .local/ with dummy secrets. For the real stack set PULUMI_BACKEND_URL (minivoice help pulumi)\n`,
    );
  } else if (runsProgram.has(command) && !(env.MINIVOICE_BASE_URL && env.AWS_LOCAL_URL)) {
    const missing = env.MINIVOICE_BASE_URL ? "the local AWS" : "the MiniVoice sandbox";
    throw new CliError(`${missing} is not running, and pulumi ${command} needs it: start it with npm start`);
  }
  clearDeadLocks(workspace, (text) => process.stderr.write(`${text}\n`));
  // These make, choose or remove a stack and say themselves which one they mean.
  if (command !== "stack" || !["init", "select", "rm", "ls"].includes(subcommand)) await ensureStack(workspace);
}

/** What the arguments ask Pulumi for. */
export interface Request {
  stack: string;
  command: string;
  subcommand: string;
  help: boolean;
}

/** Reads the stack in any of the spellings that Pulumi knows; without one it is PULUMI_STACK, else `local`. */
export function requestOf(args: string[], env = process.env): Request {
  let stack = env.PULUMI_STACK || LOCAL_STACK;
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string;
    const inline = /^(?:--stack=|-s=?)(.+)$/.exec(arg)?.[1];
    if (inline || arg === "-s" || arg === "--stack") stack = inline ?? args[++index] ?? stack;
    else if (!arg.startsWith("-")) words.push(arg);
  }
  const [command = "", subcommand = ""] = words;
  const help = command === "help" || args.some((arg) => arg === "--help" || arg === "-h");
  // In the file backend a full name is organization/project/stack.
  return { stack: stack.split("/").at(-1) as string, command, subcommand, help };
}

const concernsNoStack = ({ command, help }: Request): boolean =>
  help || ["", "version", "gen-completion", "plugin", "schema", "whoami", "about"].includes(command);

/** Hands the terminal to the CLI, so that it can ask and show progress; hands back its exit code. */
export function inTheForeground({ command, cwd, env }: StackWorkspace, args: string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(command, args, { cwd, env, stdio: "inherit" });
  // A Ctrl-C at a terminal reaches the CLI by itself; it finishes what it began, and so do we.
  const interrupted = () => process.stdin.isTTY || child.kill("SIGINT");
  const terminated = () => child.kill("SIGINT");
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", terminated);
  child.on("error", (error) => reject(new CliError(`${command} cannot be run: ${error.message}`)));
  child.on("close", (code) => resolve(code ?? 130));
  // Between two runs, e.g. while `up --wait` waits, a Ctrl-C ends us.
  return promise.finally(() => process.off("SIGINT", interrupted).off("SIGTERM", terminated));
}
