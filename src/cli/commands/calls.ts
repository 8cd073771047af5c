import { type Command, InvalidArgumentError } from "commander";
import { type Duration, milliseconds } from "pulumi-minivoice/api";
import { PROBE_CALL_PREFIX } from "../../webhooks/probe.ts";
import { RecordedCalls, type RecordedEvent } from "../../webhooks/recorded-calls.ts";
import { withAws } from "../aws-clients.ts";
import { renderCalls, renderTimeline } from "../call-timeline.ts";
import { type DeployedPipeline, pipelineOf } from "../deployed-pipeline.ts";
import { interruptible } from "../interrupt.ts";
import { parseJson } from "../json.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK } from "../project.ts";
import { readState } from "../stack-state.ts";
import { openWorkspace } from "../stack-workspace.ts";

/** `minivoice calls`: what was recorded of calls. */
export function register(program: Command): void {
  const calls = program
    .command("calls")
    .summary("read what was recorded of calls")
    .description(
      "Reads the call records that the stack's webhook pipeline keeps. Probes of other commands are no calls.",
    );

  calls
    .command("show")
    .summary("the time line of a call")
    .description(
      "Prints every recorded event of a call in the order in which they happened, with what the caller pressed.\n" +
        "late: the event was signed more than five minutes before it arrived, as after an outage.\n" +
        "quarantined: it was signed so long ago that it may be a replay, so nothing was done for it.",
    )
    .argument("<call-id>", "the call, as webhooks and API responses name it")
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("--json", "print JSON, with the bodies as they were sent")
    .addHelpText("after", "\nExit codes: 0 shown, 2 no event of such a call is recorded, 1 it could not be told.")
    .action(async (callId: string, { stack, json }: { stack: string; json?: true }) => {
      if (callId.startsWith(PROBE_CALL_PREFIX)) return notFound(`${callId} is a probe, not a call`);
      await reading(stack, async (recorded, { applications }) => {
        const events = await recorded.eventsOf(callId);
        if (events.length === 0)
          return notFound(
            `no event of a call ${JSON.stringify(callId)} is recorded in stack ${stack}. Records are kept for a limited ` +
              `time; events that could not be recorded are listed by minivoice events list -s ${stack}`,
          );
        process.stdout.write(
          json
            ? `${JSON.stringify({ callId, events: events.map(asJson) }, null, 2)}\n`
            : renderTimeline(events, applications, process.stdout),
        );
      });
    });

  calls
    .command("list")
    .summary("the latest calls")
    .description("Lists calls by their latest event, the latest first. Reads one small item a call, day by day.")
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("-n, --limit <count>", "how many at most", count, 20)
    .option("--since <time>", 'how far to look back, such as "12 hours"', duration, "7 days" as Duration)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  minivoice calls list\n  minivoice calls list -s production -n 100 --since "2 hours"',
    )
    .action(async (options: { stack: string; limit: number; since: Duration; json?: true }) => {
      const { stack, limit, json } = options;
      await reading(stack, async (recorded, { applications }) => {
        const since = new Date(Date.now() - (milliseconds(options.since) ?? 0));
        const found = await recorded.list({ since, limit });
        if (json) return void process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
        if (found.length > 0) process.stdout.write(renderCalls(found, applications));
        else process.stderr.write(`no call in the last ${options.since}: --since looks further back\n`);
      });
    });
}

async function reading(stack: string, task: (recorded: RecordedCalls, pipeline: DeployedPipeline) => Promise<void>) {
  const workspace = await openWorkspace(stack);
  await prepare(workspace, { command: "calls" });
  await interruptible("nothing was changed", async (signal) => {
    const pipeline = pipelineOf(await readState(workspace, signal), stack);
    await withAws(workspace, pipeline.region, ({ database }) =>
      task(new RecordedCalls(database, pipeline.table, signal), pipeline),
    );
  });
}

function notFound(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}

const asJson = ({ body, bodyEncoding, ...event }: RecordedEvent) => ({
  ...event,
  ...(body !== undefined && { body: bodyEncoding ? { base64: body } : (parseJson(body) ?? body) }),
});

function count(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError(`"${value}" is no number of calls: write it as 20.`);
}

function duration(value: string): Duration {
  if (milliseconds(value)) return value as Duration;
  throw new InvalidArgumentError(`"${value}" is no time: write it as "12 hours".`);
}
