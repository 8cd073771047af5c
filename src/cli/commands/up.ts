import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { milliseconds } from "pulumi-minivoice/api";
import { CliError, USAGE } from "../cli-error.ts";
import { type Declared, readDeclared } from "../declared.ts";
import { inTheForeground } from "../foreground.ts";
import { interruptible } from "../interrupt.ts";
import { compare, isDone, type Pending, renderPending } from "../pending.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK } from "../project.ts";
import { openWorkspace, type StackWorkspace } from "../stack-workspace.ts";

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
        "Exit codes: 0 done, 2 something is pending, 1 or Pulumi's own: it could not be done.",
    )
    .action(async (args: string[], { stack, wait, every }: { stack: string; wait?: boolean; every: string }) => {
      const pause = milliseconds(every);
      if (!pause)
        throw new CliError(`--every is "${every}": expected a number with a unit, such as "30 seconds"`, USAGE);
      const workspace = await openWorkspace(stack);
      await prepare(workspace, { command: "up" });
      process.exitCode = await up(workspace, args, wait ? pause : undefined);
    });
}

/**
 * @param pause - milliseconds between two looks at the account; absent: do not wait
 * @returns the exit code
 */
async function up(workspace: StackWorkspace, args: string[], pause: number | undefined): Promise<number> {
  for (let given = args; ; given = unattended(args)) {
    const code = await inTheForeground(workspace, ["up", "--stack", workspace.stack, ...given]);
    if (code === INTERRUPTED) return code;
    const done = await interruptible("run minivoice up again, it goes on from here", async (signal) => {
      const declared = await readDeclared(workspace, signal);
      const pending = await compare(workspace, declared, signal);
      if (isDone(pending)) return code;
      process.stdout.write(`\n${renderPending(pending)}`);
      if (pending.problems.length > 0) return 1;
      // Nothing that a person could do would help: it failed for another reason, which Pulumi has said.
      if (pending.steps.length === 0) return code || 2;
      if (pause === undefined) return 2;
      await waitFor(workspace, declared, pending, pause, signal);
      return undefined;
    });
    if (done !== undefined) return done;
  }
}

/** Pulumi's exit code after a Ctrl-C. */
const INTERRUPTED = 130;

/** The second time nobody is asked: what is to be done was seen the first time. */
const unattended = (args: string[]): string[] => [...new Set([...args, "--yes", "--skip-preview"])];

/** Looks again and again until all steps that are known have been made. */
async function waitFor(
  workspace: StackWorkspace,
  declared: Declared,
  before: Pending,
  pause: number,
  signal: AbortSignal,
): Promise<void> {
  for (let left = before.steps.length; left > 0; ) {
    await sleep(pause, undefined, { signal });
    const { steps, problems } = await compare(workspace, declared, signal);
    if (problems.length > 0) throw new CliError(problems.join("\n"));
    if (steps.length !== left) say(`${before.steps.length - steps.length} of ${before.steps.length} done by hand`);
    left = steps.length;
  }
  say("all of it is done by hand: going on");
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
