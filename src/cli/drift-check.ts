import { join } from "node:path";
import { StackFile } from "../../infra/stack-file.ts";
import { readIfThere } from "../background/state-files.ts";
import { actionSyntaxes } from "../call-flow/wire.ts";
import { answeredHere } from "../drift/answered-here.ts";
import { askFunctions } from "../drift/ask-functions.ts";
import { type Code, readCode } from "../drift/code.ts";
import { compare } from "../drift/compare.ts";
import { declaredBy } from "../drift/declared.ts";
import { declaredElsewhere } from "../drift/elsewhere.ts";
import type { Elsewhere } from "../drift/find-unmanaged.ts";
import { type DeclaredNames, type IgnoreFile, readIgnoreFile } from "../drift/ignore-file.ts";
import { CouldNotCheck, readLive } from "../drift/live.ts";
import { narrow } from "../drift/narrow.ts";
import type { Declared, Live } from "../drift/pictures.ts";
import { functionNames, programCode } from "../drift/program-code.ts";
import { type RecordedStack, recordedIn } from "../drift/recorded.ts";
import type { DriftReport } from "../drift/report.ts";
import { tryWebhooks } from "../drift/try-webhooks.ts";
import { type DeployedApplication, deployedIn } from "../verify/deployed.ts";
import { openAccount } from "./account.ts";
import { CliError, messageOf } from "./cli-error.ts";
import { readDeployedCode } from "./deployed-code.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import { loadFlows } from "./load-flows.ts";
import { root } from "./project.ts";
import { liveLock } from "./stack-lock.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** A check with all that it was made of, for those who act on it. */
export interface DriftCheck {
  report: DriftReport;
  code: Code;
  declared: Declared | undefined;
  recorded: RecordedStack;
  live: Live;
  elsewhere: Elsewhere;
  /** What it was limited to; none: everything. */
  only: readonly string[];
  /** The two sides as a whole, where only a part of the stack was looked at. */
  whole: { declared: Declared | undefined; recorded: RecordedStack };
}

/** The folder of the voice files. */
export const stacksDirectory = ({ env }: Pick<StackWorkspace, "env">): string =>
  env.VOICE_STACKS_DIR || join(root, "stacks");

/** The stack without its organization and project. */
export const shortName = ({ stack }: Pick<StackWorkspace, "stack">): string => stack.split("/").at(-1) ?? stack;

/** What of a stack is looked at. */
export interface Scope {
  /** Numbers and keys of applications; none: everything. */
  only?: readonly string[];
  /** Whether the functions behind the applications are asked, and their code is compared. */
  functions?: boolean;
  /** Whether a signed event is sent to each webhook endpoint: the one thing that is not only read. */
  probeWebhook?: boolean;
}

/**
 * Compares a stack's code and state with its account. Reads only, and takes no lock: neither the engine's preview nor the
 * program is run.
 *
 * @throws CliError, CouldNotCheck: nothing can be said then
 */
export async function checkDrift(
  workspace: StackWorkspace,
  { only = [], functions = true, probeWebhook = false }: Scope,
  signal: AbortSignal,
): Promise<DriftCheck> {
  const stack = shortName(workspace);
  const [{ recorded: all, deployed }, account] = await Promise.all([
    readState(workspace, probeWebhook, signal),
    openAccount(workspace, signal),
  ]);
  const stop = () => account.client.stop("interrupted");
  signal.addEventListener("abort", stop);
  try {
    const directory = stacksDirectory(workspace);
    const code = await readCode(directory, stack);
    const elsewhere = declaredElsewhere(directory, stack);
    const whole = "voice" in code ? declaredBy(code.voice, all) : undefined;
    const sides = narrow(whole, all, only);
    const { recorded } = sides;
    const { ignored, notes: ended } = readIgnored(directory, namesOf(whole, all), elsewhere);
    const [live, built] = await Promise.all([
      readLive(account, {
        numbers: new Set([...(sides.declared?.routes.keys() ?? recorded.goneNumbers), ...recorded.routes.keys()]),
        customers: [...all.applications.values()].flatMap(({ customerId }) => customerId ?? []),
        part: only.length > 0,
      }),
      functions ? build(workspace, code, recorded) : notBuilt,
    ]);
    const declared = sides.declared && { ...sides.declared, code: built.code };
    if (functions && recorded.code.size > 0) live.code = await readDeployedCode(workspace, recorded.code, signal);
    const answered = answeredHere("voice" in code ? code.voice : undefined, declared, recorded);
    if (functions) live.functions = await askFunctions({ answered, recorded, live }, signal);
    if (deployed) live.webhooks = await tryWebhooks({ answered, recorded, live, deployed }, signal);
    const untried = live.webhooks?.size === 0 ? [NOTHING_PROBED] : [];
    const notes = [...notesOn(code), ...built.notes, ...lockNotes(workspace, recorded), ...untried, ...ended];
    const about = { stack, checkedAt: new Date(), elsewhere, ignored, notes, part: only.length > 0 };
    const report = compare(declared, recorded, live, about);
    return { report, code, declared, recorded, live, elsewhere, only, whole: { declared: whole, recorded: all } };
  } finally {
    signal.removeEventListener("abort", stop);
    await account.client.close();
  }
}

const NOTHING_PROBED =
  "--probe-webhook tried no endpoint: the account tells none of this stack's functions as the webhook_url of an application";

/** @param open - whether the secrets are wanted, too: then what signs for each application comes along */
async function readState(
  workspace: StackWorkspace,
  open: boolean,
  signal: AbortSignal,
): Promise<{ recorded: RecordedStack; deployed?: DeployedApplication[] }> {
  const { stack, local } = workspace;
  const args = ["stack", "export", "--stack", stack, ...(open ? ["--show-secrets"] : [])];
  const result = await runEngine(workspace, args, { signal });
  // What an engine that failed has printed so far may hold the secrets, so only its complaint is shown.
  if (result.code !== 0)
    throw new CliError(`the state of ${stack} cannot be read: ${explain({ ...result, ...(open && { stdout: "" }) })}`);
  const exported = parseJson(result.stdout);
  const recorded = recordedIn(exported);
  if (recorded.applications.size + recorded.routes.size > 0)
    return { recorded, ...(open && { deployed: deployedIn(exported).applications }) };
  throw new CouldNotCheck(
    `${stack} holds no application and no number yet, so nothing can have drifted: deploy it with ` +
      `${local ? "npm start" : `minivoice up -s ${stack}`}, or take over what the account has with minivoice import -s ${stack}`,
  );
}

/** What the program would deploy, by the name of the function; absent where that is not known. */
interface Built {
  code?: Map<string, string>;
  notes: string[];
}

const notBuilt: Built = { notes: [] };

/** Bundles what the program would deploy. Where that fails, what AWS runs is still held against the state. */
async function build(workspace: StackWorkspace, code: Code, { code: functions }: RecordedStack): Promise<Built> {
  if (!("voice" in code) || functions.size === 0) return notBuilt;
  const stack = shortName(workspace);
  // The working copy of a stack on this machine has what was set here, too.
  const settings = new StackFile(workspace.env.AWS_LOCAL_STACK_CONFIG || stacksDirectory(workspace), stack);
  const given = settings.plain("voice:actionSyntax") ?? "mixed";
  // One that a refresh found deleted is in the state no more, and in the program all the same.
  const declared = functionNames(stack, settings.plain("voice:driftWatch") !== undefined);
  const names = new Set([...functions.keys(), ...declared]);
  try {
    const syntax = actionSyntaxes.find((known) => known === given);
    if (!syntax) throw new Error(`voice:actionSyntax is "${given}": expected one of ${actionSyntaxes.join(", ")}`);
    const { flowsFor } = await loadFlows();
    const flows = flowsFor(stack, workspace);
    return { code: await programCode(stack, names, { voice: code.voice, flows, syntax }), notes: [] };
  } catch (error) {
    return {
      notes: [
        `the functions cannot be bundled, so what AWS runs is compared with the state alone: ${messageOf(error)}`,
      ],
    };
  }
}

/** What the code declares, in all the ways in which it could be ignored. */
function namesOf(declared: Declared | undefined, recorded: RecordedStack): DeclaredNames {
  const applications = [...(declared?.applications ?? [])];
  const ids = applications.flatMap(([key]) => recorded.applications.get(key)?.id ?? []);
  return {
    numbers: declared?.routes.keys() ?? [],
    applicationNames: [...applications.map(([, { name }]) => name), ...ids],
  };
}

/**
 * Reads what is unmanaged on purpose.
 *
 * @param ours - what this stack declares; `elsewhere`: what the others do
 * @throws CliError with everything that is wrong with the file
 */
export function readIgnored(
  directory: string,
  ours: DeclaredNames,
  elsewhere: Elsewhere,
): Omit<IgnoreFile, "problems"> {
  const declared = {
    numbers: [...ours.numbers, ...elsewhere.numbers],
    applicationNames: [...ours.applicationNames, ...elsewhere.applicationNames],
  };
  const text = readIfThere(join(directory, "drift-ignore.yaml"));
  const { problems, ...file } = readIgnoreFile(text, { now: new Date(), declared });
  if (problems.length > 0) throw new CliError(problems.join("\n"));
  return file;
}

function notesOn(code: Code): string[] {
  if (!("problems" in code)) return [];
  return [
    "the code cannot be read, so the account is compared with the state: what was deployed last",
    ...code.problems,
  ];
}

function lockNotes(workspace: StackWorkspace, { pendingOperations }: RecordedStack): string[] {
  const lock = liveLock(workspace);
  if (lock)
    return [
      `another run is changing the stack at this moment (process ${lock.pid} on ${lock.hostname}): check again when it is done`,
    ];
  if (pendingOperations === 0) return [];
  return [
    `the state holds ${pendingOperations} operations that were begun and not finished: a run is under way, or was cut off`,
  ];
}
