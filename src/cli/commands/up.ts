import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { milliseconds } from "pulumi-minivoice/api";
import { CliError } from "../cli-error.ts";
import { type Declared, readDeclared } from "../declared.ts";
import { compare, isDone, type Pending, renderPending } from "../pending.ts";
import { LOCAL_STACK } from "../project.ts";
import { openWorkspace, type StackWorkspace } from "../stack-workspace.ts";
import { inTheForeground, prepare } from "./pulumi.ts";

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
    .option("--wait", "watch the account until it is done by hand, and go on, until nothing is pending")
    .option("--every <time>", 'how often to look while waiting, such as "30 seconds"', "15 seconds")
    .argument("[arguments...]", "for pulumi up, after --, such as -- --yes")
    .addHelpText(
      "after",
      "\nExamples:\n  minivoice up -s test\n  minivoice up -s production --wait -- --yes\n\n" +
        "Exit codes: 0 done, 2 something is pending, 1 it could not be done.",
    )
    .action(async (args: string[], { stack, wait, every }: { stack: string; wait?: boolean; every: string }) => {
      const pause = milliseconds(every);
      if (!pause) throw new CliError(`--every is "${every}": expected a number with a unit, such as "30 seconds"`, 2);
      const workspace = await openWorkspace(stack);
      if (workspace.stateDir) await prepare(workspace, { stack, command: "up", subcommand: "", help: false });
      for (let given = args; ; given = ["--yes", "--skip-preview"]) {
        const code = await inTheForeground(workspace, ["up", "--stack", stack, ...given]);
        const declared = await readDeclared(workspace);
        const pending = await compare(workspace, declared);
        if (isDone(pending)) return exit(code);
        process.stdout.write(`\n${renderPending(pending)}`);
        if (pending.problems.length > 0) return exit(1);
        if (!wait) return exit(2);
        await waitFor(workspace, declared, pending, pause);
      }
    });
}

/** Looks again and again until all steps that are known have been made. Numbers that wait for an application need the next `up`. */
async function waitFor(workspace: StackWorkspace, declared: Declared, before: Pending, pause: number): Promise<void> {
  for (let left = before.steps.length; left > 0; ) {
    await sleep(pause);
    const { steps, problems } = await compare(workspace, declared);
    if (problems.length > 0) throw new CliError(problems.join("\n"));
    if (steps.length !== left) say(`${before.steps.length - steps.length} of ${before.steps.length} done by hand`);
    left = steps.length;
  }
  say("all of it is done by hand: going on");
}

const exit = (code: number): void => {
  process.exitCode = code;
};

const say = (text: string): void => void process.stderr.write(`${text}\n`);
