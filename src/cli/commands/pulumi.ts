import type { Command } from "commander";
import { inTheForeground } from "../foreground.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK } from "../project.ts";
import { openWorkspace } from "../stack-workspace.ts";

/** `minivoice pulumi …`: the Pulumi CLI with everything that a stack of this project needs. */
export function register(program: Command): void {
  program
    .command("pulumi")
    .summary("run any Pulumi command on a stack of this project")
    .description(
      "Runs the Pulumi CLI with the settings of a stack: the one after -s, else `local`.\n\n" +
        "`local`, like any stack with voice:local, works with the sandbox and the local AWS that `npm start` runs. Any other " +
        "stack is a copy under .local/ with dummy secrets: it can be previewed, and nothing else. Where PULUMI_BACKEND_URL or " +
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
      if (!concernsNoStack(request)) await prepare(workspace, request);
      process.exitCode = await inTheForeground(workspace, args);
    });
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
  return { stack, command, subcommand, help };
}

const concernsNoStack = ({ command, help }: Request): boolean =>
  help || ["", "version", "gen-completion", "plugin", "schema", "whoami", "about"].includes(command);
