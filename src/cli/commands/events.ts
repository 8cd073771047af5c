import type { Command } from "commander";
import { type AwsClients, withAws } from "../aws-clients.ts";
import { shown } from "../call-timeline.ts";
import { countMessages, type DeadLetter, peekDeadLetters } from "../dead-letters.ts";
import { type DeployedPipeline, pipelineOf } from "../deployed-pipeline.ts";
import { interruptible } from "../interrupt.ts";
import { parseJson } from "../json.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK } from "../project.ts";
import { redrive } from "../redrive.ts";
import { readState } from "../stack-state.ts";
import { openWorkspace } from "../stack-workspace.ts";
import { columns } from "../table.ts";

/** How many dead letters are looked at: enough to see what they have in common. */
const SHOWN = 100;

/** `minivoice events`: webhook events that could not be recorded, or whose hooks failed. */
export function register(program: Command): void {
  const events = program
    .command("events")
    .summary("look at webhook events that could not be processed, and try them again")
    .description(
      "A webhook event that cannot be recorded, or whose hook fails, is tried several times and then waits among the dead\n" +
        "letters. Find out why in the worker's log, put it right, and try them again with redrive: what was done before is\n" +
        "not done twice.",
    );

  events
    .command("list")
    .summary("the events that wait among the dead letters")
    .description(`Looks at up to ${SHOWN} dead letters. They stay where they are.`)
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("--json", "print JSON, with the messages as they are")
    .addHelpText("after", "\nExit codes: 0 there are none, 2 there are some, 1 it could not be told.")
    .action(async ({ stack, json }: { stack: string; json?: true }) => {
      await working(stack, async ({ queues }, pipeline, signal) => {
        const letters = await peekDeadLetters(queues, pipeline, { limit: SHOWN, signal });
        const all = Math.max(letters.length, await countMessages(queues, pipeline.deadLetters.url));
        if (json) process.stdout.write(`${JSON.stringify(letters.map(asJson), null, 2)}\n`);
        else if (letters.length > 0) process.stdout.write(renderLetters(letters, all, stack));
        else process.stdout.write("No dead letters.\n");
        process.exitCode = letters.length > 0 ? 2 : 0;
      });
    });

  events
    .command("redrive")
    .summary("try the events among the dead letters again")
    .description(
      "Moves all dead letters back into the queue. Events that are recorded already are not recorded again, and hooks that\n" +
        "were done are not run again. What fails once more comes back to the dead letters. Interrupted, it leaves the rest\n" +
        "where it is.",
    )
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("--dry-run", "only say how many there are")
    .option("--json", "print JSON")
    .action(async ({ stack, dryRun, json }: { stack: string; dryRun?: true; json?: true }) => {
      await working(stack, async ({ queues }, pipeline, signal) => {
        const found = await countMessages(queues, pipeline.deadLetters.url);
        const progress = progressOf(found);
        const moved = dryRun || found === 0 ? 0 : await redrive(queues, pipeline, { onMoved: progress.show, signal });
        progress.clear();
        if (json) process.stdout.write(`${JSON.stringify({ found, moved })}\n`);
        else process.stdout.write(outcomeOf(found, moved, dryRun ?? false, stack));
      });
    });
}

async function working(
  stack: string,
  task: (clients: AwsClients, pipeline: DeployedPipeline, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const workspace = await openWorkspace(stack);
  await prepare(workspace, { command: "events" });
  await interruptible("nothing is lost, run it again to go on", async (signal) => {
    const pipeline = pipelineOf(await readState(workspace, signal), stack);
    await withAws(workspace, pipeline.region, (clients) => task(clients, pipeline, signal));
  });
}

function renderLetters(letters: readonly DeadLetter[], all: number, stack: string): string {
  const rows = letters.map(({ messageId, sentAt, event, problem }) => [
    sentAt,
    messageId,
    shown(event?.event.event ?? "malformed"),
    shown(event?.event.callId ?? problem ?? "-"),
  ]);
  const more = all > letters.length ? `, about ${all} in all` : "";
  const table = columns([["QUEUED AT", "MESSAGE", "EVENT", "CALL"], ...rows]);
  const next = `When the cause is put right: minivoice events redrive -s ${stack}`;
  return `${table}\n\n${letters.length} shown${more}. ${next}\n`;
}

function outcomeOf(found: number, moved: number, dryRun: boolean, stack: string): string {
  if (found === 0) return "No dead letters.\n";
  if (dryRun) return `About ${found} would be moved back into the queue.\n`;
  return `${moved} moved back into the queue. Whether they succeed now: minivoice events list -s ${stack}\n`;
}

const asJson = ({ event, body, ...letter }: DeadLetter) => ({ ...letter, message: event ?? parseJson(body) ?? body });

/** One line that is written over, on a terminal only. */
function progressOf(found: number) {
  const { stderr } = process;
  return {
    show: (moved: number) => void (stderr.isTTY && stderr.write(`\r\x1b[2Kmoved ${moved} of about ${found}`)),
    clear: () => void (stderr.isTTY && stderr.write("\r\x1b[2K")),
  };
}
