import type { Command } from "commander";
import { milliseconds } from "pulumi-minivoice/api";
import { CliError, USAGE } from "../cli-error.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK } from "../project.ts";
import { runUp } from "../run-up.ts";
import { openWorkspace } from "../stack-workspace.ts";

interface UpCommandOptions {
  stack: string;
  yes?: true;
  wait?: true;
  every: string;
}

/** `minivoice up`: deploys a stack, and says or waits for what a person has to do. */
export function register(program: Command): void {
  program
    .command("up")
    .summary("deploy a stack; list, or wait for, what is left to do by hand")
    .description(
      "Runs `pulumi up`, and then lists everything that the account's API cannot do and a person has to. " +
        "Nothing is lost in between: each further run goes on where the one before stopped.",
    )
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("-y, --yes", "do not ask")
    .option("--wait", "watch the account until it is done by hand, and go on, until nothing is pending")
    .option("--every <time>", 'how often to look while waiting, such as "30 seconds"', "15 seconds")
    .argument("[arguments...]", "for pulumi up, after --, such as -- --refresh")
    .addHelpText(
      "after",
      "\nExamples:\n  minivoice up -s test\n  minivoice up -s production --wait --yes -- --refresh\n\n" +
        "Exit codes: 0 done, 2 something is pending, 1 or Pulumi's own: it could not be done.",
    )
    .action(async (given: string[], { stack, yes, wait, every }: UpCommandOptions) => {
      const pause = milliseconds(every);
      if (!pause)
        throw new CliError(`--every is "${every}": expected a number with a unit, such as "30 seconds"`, USAGE);
      const args = [...(yes ? ["--yes"] : []), ...given];
      const workspace = await openWorkspace(stack);
      await prepare(workspace, { command: "up" });
      const asks = !args.some((arg) => /^(--yes|-y|--skip-preview|-f|--preview-only|--help|-h)(=|$)/.test(arg));
      if (asks && !process.stdin.isTTY)
        throw new CliError("there is nobody to ask whether to deploy it: add --yes", USAGE);
      process.exitCode = await runUp(workspace, args, { pause: wait ? pause : undefined });
    });
}
