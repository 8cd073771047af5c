import { existsSync } from "node:fs";
import type { Command } from "commander";
import { stop } from "../../background/control.ts";
import { confirmed } from "../confirm.ts";
import { checkLocalDir, deleteLocalEnvironment } from "../local-dir.ts";
import { awsLocal, localDir, sandbox } from "../project.ts";
import { awaitStart, startLock } from "../start-lock.ts";

/** `minivoice stop`: the opposite of `minivoice start`. */
export function register(program: Command): void {
  program
    .command("stop")
    .summary("stop the sandbox and the local AWS")
    .description(
      "Stops the MiniVoice sandbox and the local AWS. Their state stays, and the next start goes on with it. " +
        "A start that is under way is waited for.",
    )
    .option("--reset", "also delete the local environment under .local/: its state and its keys, every call record")
    .option("--yes", "do not ask before --reset")
    .addHelpText("after", "\nExamples:\n  minivoice stop\n  minivoice stop --reset    begin anew")
    .action(async ({ reset, yes }: { reset?: true; yes?: true }) => {
      if (reset) checkLocalDir(localDir);
      if (reset && !yes && !(await confirmed(`Delete the local environment in ${localDir}?`, "delete")))
        return say("Nothing was changed.");
      // Without its services a start would fail in the middle of an `up`. Where nobody ever started, no lock is left behind.
      const lock = existsSync(startLock) ? await awaitStart(sayWaiting) : undefined;
      try {
        await stopAll(reset);
      } finally {
        lock?.release();
      }
    });
}

async function stopAll(reset?: true): Promise<void> {
  for (const { name, stateDir } of [sandbox, awsLocal])
    say((await stop(stateDir)) ? `${name}: stopped` : `${name}: was not running`);
  if (!reset) return;
  const left = deleteLocalEnvironment(localDir);
  say(
    left.length === 0 ? `${localDir}: deleted` : `${localDir}: deleted, but for what is not ours: ${left.join(", ")}`,
  );
}

const sayWaiting = (): void =>
  void process.stderr.write(
    "an npm start is under way here: waiting for its end (Ctrl-C in its terminal ends it now)\n",
  );

const say = (text: string): void => void process.stdout.write(`${text}\n`);
