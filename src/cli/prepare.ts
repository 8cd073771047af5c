import { CliError } from "./cli-error.ts";
import { ensureStack } from "./engine.ts";
import { assertLiveBackend } from "./live-backend.ts";
import { clearDeadLocks } from "./stack-lock.ts";
import { type StackWorkspace, stackSettings } from "./stack-workspace.ts";

/** Commands that run the program on what is live. */
const runsOnTheStack = [
  "up",
  "update",
  "refresh",
  "destroy",
  "down",
  "dn",
  "import",
  "watch",
  "pending",
  "verify",
  "drift",
];
/** Commands that write, or read what is live. */
const worksOnTheStack = new Set([...runsOnTheStack, "calls", "events"]);
/** Commands that run the program, so its provider must be able to reach the account. */
const runsProgram = new Set([...runsOnTheStack, "preview", "pre"]);

/**
 * Sees to it that the engine can run on a stack: on this machine, what it needs is there, locks of dead processes are not,
 * and a copy with dummy secrets is previewed at most; elsewhere, the state of a production stack is in good hands.
 *
 * @throws CliError with the way out
 */
export async function prepare(
  workspace: StackWorkspace,
  { command, subcommand = "" }: { command: string; subcommand?: string },
): Promise<void> {
  const { stack, env, local, stateDir } = workspace;
  if (!stateDir) {
    const name = stack.split("/").at(-1) ?? stack;
    return assertLiveBackend({ stack: name, settings: stackSettings(name), env }, command, say);
  }
  if (!local && worksOnTheStack.has(command))
    throw new CliError(
      `${stack} is only a copy with dummy secrets here, so there is no ${command}: for the real stack set PULUMI_BACKEND_URL or ` +
        "PULUMI_ACCESS_TOKEN, and MINIVOICE_API_KEY. A preview works here",
    );
  if (!local)
    say(
      `${stack}: a copy under .local/ with dummy secrets. For the real stack set PULUMI_BACKEND_URL (minivoice help pulumi)`,
    );
  else if (runsProgram.has(command) && !(env.MINIVOICE_BASE_URL && env.AWS_LOCAL_URL)) {
    const missing = env.MINIVOICE_BASE_URL ? "the local AWS" : "the MiniVoice sandbox";
    throw new CliError(`${missing} is not running, and ${command} needs it: start it with npm start`);
  }
  clearDeadLocks(workspace, say);
  // These make, choose or remove a stack and say themselves which one they mean.
  if (command !== "stack" || !["init", "select", "rm", "ls"].includes(subcommand)) await ensureStack(workspace);
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
