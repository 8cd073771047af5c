import { type Command, Option } from "commander";
import { interruptible } from "../interrupt.ts";
import { findPending, isDone, renderPending } from "../pending.ts";
import { csvOf } from "../pending-list.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK } from "../project.ts";
import { openWorkspace } from "../stack-workspace.ts";

/** `minivoice pending`: what a person has to do in the account setup. */
export function register(program: Command): void {
  program
    .command("pending")
    .summary("list what is left to do by hand in the account setup")
    .description(
      "Compares every application and number that the stack declares with the account, and lists what the account's API " +
        "cannot do and a person has to: all of it, where `up` stops at the first. Reads only.",
    )
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .addOption(
      new Option("--format <format>", "how to print it; csv is for a support ticket")
        .choices(["text", "csv", "json"])
        .default("text"),
    )
    .addHelpText("after", "\nExit codes: 0 nothing is pending, 2 something is, 1 it could not be told.")
    .action(async ({ stack, format }: { stack: string; format: "text" | "csv" | "json" }) => {
      const workspace = await openWorkspace(stack);
      await prepare(workspace, { command: "pending" });
      const pending = await interruptible("nothing was changed", (signal) => findPending(workspace, signal));
      if (format === "json") process.stdout.write(`${JSON.stringify(pending, null, 2)}\n`);
      else if (format === "csv") {
        process.stdout.write(csvOf(pending.steps));
        process.stderr.write(pending.problems.map((problem) => `${problem}\n`).join(""));
      } else process.stdout.write(renderPending(pending));
      process.exitCode = pending.problems.length > 0 ? 1 : isDone(pending) ? 0 : 2;
    });
}
