import { rmSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { stop } from "../../background/control.ts";
import { CliError, USAGE } from "../cli-error.ts";
import { awsLocal, localDir, sandbox } from "../project.ts";

/** `minivoice stop`: the opposite of `minivoice start`. */
export function register(program: Command): void {
  program
    .command("stop")
    .summary("stop the sandbox and the local AWS")
    .description(
      "Stops the MiniVoice sandbox and the local AWS. Their state stays, and the next start goes on with it.",
    )
    .option("--reset", "also delete .local/: the local environment, its state and its keys, every call record")
    .option("--yes", "do not ask before --reset")
    .addHelpText("after", "\nExamples:\n  minivoice stop\n  minivoice stop --reset    begin anew")
    .action(async ({ reset, yes }: { reset?: true; yes?: true }) => {
      if (reset && !yes && !(await confirmed(`Delete ${localDir} and everything in it?`)))
        return say("Nothing was changed.");
      for (const { name, stateDir } of [sandbox, awsLocal]) {
        say((await stop(stateDir)) ? `${name}: stopped` : `${name}: was not running`);
      }
      if (!reset) return;
      rmSync(localDir, { recursive: true, force: true });
      say(`${localDir}: deleted`);
    });
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CliError("there is nobody to ask whether to delete: add --yes", USAGE);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} (y/N) `).finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
