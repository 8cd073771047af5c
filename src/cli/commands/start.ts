import type { Command } from "commander";
import { withProgress } from "../../../tools/bootstrap/progress.mjs";
import { type Background, type DaemonState, ensureRunning } from "../../background/control.ts";
import { SandboxControl } from "../../sandbox/control-client.ts";
import { awaitRecords } from "../call-records.ts";
import { CliError } from "../cli-error.ts";
import { awaitTurn, ensureStack, explain, runEngine, settlePendingOperations } from "../engine.ts";
import { answeredNumbers, type Environment, readEnvironment } from "../environment.ts";
import { interruptible } from "../interrupt.ts";
import { awsLocal, LOCAL_STACK, sandbox } from "../project.ts";
import { renderStart, type Started } from "../screen.ts";
import { openWorkspace } from "../stack-workspace.ts";
import { awaitStart } from "../start-lock.ts";
import { wentWell } from "../transcript.ts";

/** The key that the first caller presses: in every flow of this project it leads to a person. */
const FIRST_PRESS = "1";

/** `minivoice start`: everything that a newcomer wants to see, in one command. */
export function register(program: Command): void {
  program
    .command("start")
    .summary("bring up a whole environment on this machine and call it")
    .description(
      "Starts the MiniVoice sandbox and the local AWS in the background, deploys the stack `local` with a real " +
        "`pulumi up`, and places a call to its first number.\n\nRunning it again brings up to date what changed, " +
        "puts back what somebody changed behind it, and repairs what an interrupted run left. Both services stop by " +
        "themselves after two idle hours, or with `minivoice stop`.",
    )
    .option("--json", "print the environment and the call as JSON")
    .action(async ({ json }: { json?: true }) => {
      const started = await start();
      process.stdout.write(json ? `${JSON.stringify(started, null, 2)}\n` : renderStart(started, process.stdout));
      if (started.call && !wentWell(started.call)) process.exitCode = 1;
    });
}

async function start(): Promise<Started> {
  return interruptible("npm start goes on from here, npm stop stops what runs in the background", async (signal) => {
    // One start at a time: the second one finds everything done.
    const lock = await awaitStart(
      () => say("another npm start, or npm stop, is under way here: waiting for it"),
      signal,
    );
    try {
      const voice = await running(sandbox, "MiniVoice sandbox");
      await running(awsLocal, "Local AWS");
      const environment = await deploy(signal);
      return { environment, ...(await placeCall(environment, voice)) };
    } finally {
      lock.release();
    }
  });
}

async function running(background: Background, title: string): Promise<DaemonState> {
  const { started, ...state } = await withProgress({ title, estimateSeconds: 2 }, () => ensureRunning(background));
  return state;
}

/**
 * A real `pulumi up`. It is previewed first, so that what is wrong with the program is said before anything is written,
 * and it looks at what is really there, so that an environment somebody changed or half deleted is whole again.
 */
async function deploy(signal: AbortSignal): Promise<Environment> {
  const workspace = await openWorkspace(LOCAL_STACK);
  let last = "";
  const onLine = (line: string) => {
    last = /^[+~-]+ +\S+ (\S+ \S+)/.exec(line)?.[1] ?? last;
  };
  await withProgress({ title: "pulumi up", estimateSeconds: 15, detail: () => last }, async () => {
    await ensureStack(workspace);
    await awaitTurn(workspace, say, signal);
    await settlePendingOperations(workspace, say, signal);
    const result = await runEngine(workspace, ["up", "--yes", "--refresh"], { signal, onLine });
    if (result.code !== 0) throw new CliError(`pulumi up failed:\n${explain(result)}`);
  });
  const environment = await readEnvironment(workspace, signal);
  if (!environment) throw new CliError("the stack has no output `environment`: infra/index.ts exports it");
  return environment;
}

/** Calls the first number that somebody answers, and waits until its webhooks are recorded. */
async function placeCall(environment: Environment, voice: DaemonState): Promise<Omit<Started, "environment">> {
  const [to] = answeredNumbers(environment);
  if (!to) return { recorded: [] };
  return withProgress({ title: `Call to ${to}`, estimateSeconds: 5 }, async () => {
    const control = new SandboxControl(voice.url, String(voice.controlToken));
    const call = await control.placeCall({ to, press: [FIRST_PRESS] });
    const accepted = call.deliveries.filter(({ state }) => state === "accepted").length;
    return { call, recorded: await awaitRecords(call.wire.id, accepted) };
  });
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
