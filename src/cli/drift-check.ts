import { join } from "node:path";
import { readIfThere } from "../background/state-files.ts";
import { askFunctions } from "../drift/ask-functions.ts";
import { type Code, readCode } from "../drift/code.ts";
import { compare } from "../drift/compare.ts";
import { declaredBy } from "../drift/declared.ts";
import { declaredElsewhere } from "../drift/elsewhere.ts";
import type { Elsewhere } from "../drift/find-unmanaged.ts";
import { type IgnoreFile, readIgnoreFile } from "../drift/ignore-file.ts";
import { CouldNotCheck, readLive } from "../drift/live.ts";
import { narrow } from "../drift/narrow.ts";
import type { Declared, Live } from "../drift/pictures.ts";
import { type RecordedStack, recordedIn } from "../drift/recorded.ts";
import type { DriftReport } from "../drift/report.ts";
import { openAccount } from "./account.ts";
import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import { root } from "./project.ts";
import { locksOf } from "./stack-lock.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** A check with all that it was made of, for those who act on it. */
export interface DriftCheck {
  report: DriftReport;
  code: Code;
  declared: Declared | undefined;
  recorded: RecordedStack;
  live: Live;
  elsewhere: Elsewhere;
}

/** The folder of the voice files. */
export const stacksDirectory = ({ env }: Pick<StackWorkspace, "env">): string =>
  env.VOICE_STACKS_DIR || join(root, "stacks");

/** The stack without its organization and project. */
export const shortName = ({ stack }: Pick<StackWorkspace, "stack">): string => stack.split("/").at(-1) ?? stack;

/**
 * Compares a stack's code and state with its account. Reads only, and takes no lock: neither the engine's preview nor the
 * program is run.
 *
 * @param only - numbers and keys of applications; none: everything
 * @param functions - whether the functions behind the applications are asked, too
 * @throws CliError, CouldNotCheck: nothing can be said then
 */
export async function checkDrift(
  workspace: StackWorkspace,
  { only = [], functions = true }: { only?: readonly string[]; functions?: boolean },
  signal: AbortSignal,
): Promise<DriftCheck> {
  const stack = shortName(workspace);
  const [all, account] = await Promise.all([readRecorded(workspace, signal), openAccount(workspace, signal)]);
  const stop = () => account.client.stop("interrupted");
  signal.addEventListener("abort", stop);
  try {
    const directory = stacksDirectory(workspace);
    const code = await readCode(directory, stack, workspace);
    const elsewhere = declaredElsewhere(directory, stack);
    const { declared, recorded } = narrow("voice" in code ? declaredBy(code.voice, all) : undefined, all, only);
    const { ignored, notes: ended } = readIgnored(directory, code, elsewhere);
    const live = await readLive(account, {
      numbers: new Set([...(declared?.routes.keys() ?? []), ...recorded.routes.keys()]),
      customers: [...all.applications.values()].flatMap(({ customerId }) => customerId ?? []),
      part: only.length > 0,
    });
    if (functions && declared && "voice" in code)
      live.functions = await askFunctions(code.voice, { declared, recorded, live }, signal);
    const notes = [...notesOn(code), ...lockNotes(workspace, recorded), ...ended];
    const about = { stack, checkedAt: new Date(), elsewhere, ignored, notes, part: only.length > 0 };
    return { report: compare(declared, recorded, live, about), code, declared, recorded, live, elsewhere };
  } finally {
    signal.removeEventListener("abort", stop);
    await account.client.close();
  }
}

async function readRecorded(workspace: StackWorkspace, signal: AbortSignal): Promise<RecordedStack> {
  const { stack, local } = workspace;
  const result = await runEngine(workspace, ["stack", "export", "--stack", stack], { signal });
  if (result.code !== 0) throw new CliError(`the state of ${stack} cannot be read: ${explain(result)}`);
  const recorded = recordedIn(parseJson(result.stdout));
  if (recorded.applications.size + recorded.routes.size > 0) return recorded;
  throw new CouldNotCheck(
    `${stack} holds no application and no number yet, so nothing can have drifted: deploy it with ` +
      `${local ? "npm start" : `minivoice up -s ${stack}`}, or take over what the account has with minivoice import -s ${stack}`,
  );
}

/**
 * Reads what is unmanaged on purpose.
 *
 * @throws CliError with everything that is wrong with the file
 */
export function readIgnored(
  directory: string,
  code: Code | undefined,
  elsewhere: Elsewhere,
): Omit<IgnoreFile, "problems"> {
  const { applications, routes } = code && "voice" in code ? code.voice : { applications: {}, routes: {} };
  const declared = {
    numbers: [...Object.keys(routes), ...elsewhere.numbers],
    applicationNames: [...Object.values(applications).map(({ name }) => name), ...elsewhere.applicationNames],
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
  const [lock] = locksOf(workspace).filter(({ dead }) => !dead);
  if (lock)
    return [
      `another run is changing the stack at this moment (process ${lock.pid} on ${lock.hostname}): check again when it is done`,
    ];
  if (pendingOperations === 0) return [];
  return [
    `the state holds ${pendingOperations} operations that were begun and not finished: a run is under way, or was cut off`,
  ];
}
