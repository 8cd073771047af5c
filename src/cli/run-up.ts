import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "./cli-error.ts";
import { type Declared, readDeclared } from "./declared.ts";
import { INTERRUPTED, inTheForeground, type OutStream } from "./foreground.ts";
import { interruptible } from "./interrupt.ts";
import { compare, isAllDoneByApi, isDone, type Pending, renderPending } from "./pending.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

export interface UpOptions {
  /** Milliseconds between two looks at the account; absent: do not wait. */
  pause?: number | undefined;
  /** Runs the engine within something, such as a file that it reads. */
  within?: (run: (workspace: StackWorkspace) => Promise<number>) => Promise<number>;
  /** The command that goes on, for messages. */
  again?: string;
  /** Where the engine prints, and what is left to do by hand is listed. */
  out?: OutStream;
  /** Told of what is left to do by hand. */
  onPending?: (pending: Pending) => void;
}

/**
 * Deploys a stack at the terminal, and then lists everything that the account's API cannot do and a person has to.
 *
 * @param args - for `pulumi up`.
 * @returns the exit code: 0 done, 2 something is pending, 1 or Pulumi's own: it could not be done.
 */
export async function runUp(workspace: StackWorkspace, args: string[], options: UpOptions = {}): Promise<number> {
  const { pause, within = (run) => run(workspace), again = "minivoice up", out = process.stdout, onPending } = options;
  for (let given = args; ; given = unattended(args)) {
    const code = await within((own) => inTheForeground(own, ["up", "--stack", workspace.stack, ...given], out));
    if (code === INTERRUPTED) return code;
    const done = await interruptible(`run ${again} again, it goes on from here`, async (signal) => {
      if (await isAllDoneByApi(workspace, signal)) return code;
      const declared = await readDeclared(workspace, signal);
      const pending = await compare(workspace, declared, signal);
      if (isDone(pending)) return code;
      onPending?.(pending);
      out.write(`\n${renderPending(pending, again)}`);
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
