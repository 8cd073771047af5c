import { CouldNotReview } from "../review/could-not-review.ts";
import type { EnginePreview } from "../review/sources/engine-preview.ts";
import { plannedApplications } from "../review/sources/planned-applications.ts";
import { plannedRoutes } from "../review/sources/planned-routes.ts";
import { plannedSteps } from "../review/sources/planned-steps.ts";
import { exportedState } from "../stack-state/exported-state.ts";
import type { PreviewStep } from "../stack-state/preview-step.ts";
import { stateDigest } from "../stack-state/state-digest.ts";
import { CliError } from "./cli-error.ts";
import { previewSteps } from "./declared.ts";
import { deployedIn } from "./deployed-stack.ts";
import { ensureStack, explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import { prepare } from "./prepare.ts";
import { root } from "./project.ts";
import { liveLock } from "./stack-lock.ts";
import { openWorkspace, type StackWorkspace } from "./stack-workspace.ts";

/** A preview with the state that it was made from, for those who read more of it. */
export interface EnginePreviewed extends EnginePreview {
  workspace: StackWorkspace;
  /** As `pulumi stack export` writes it, secrets closed; of a stack that is not born an empty one. */
  exported: unknown;
  /** The preview as the engine prints it: what it would change, resource by resource. */
  planned: readonly PreviewStep[];
}

/**
 * Runs the engine's own preview of the working tree, with the state as it is recorded. Writes nothing, and neither takes a
 * lock nor waits for one. However many numbers would change, they are told: a table's `maxChange` holds for writes.
 *
 * @param stack - as after `-s`.
 * @param plan - a file for the engine's update plan, which a later `up --plan` is held to.
 * @throws CouldNotReview with the way out, also where an update is changing the state at this moment.
 * @example const { steps, deployed, stateDigest } = await previewEngine("production", signal);
 */
export async function previewEngine(stack: string, signal: AbortSignal, plan?: string): Promise<EnginePreviewed> {
  const workspace = await openWorkspace(stack);
  await prepare(workspace, { command: "preview" });
  assertUnlocked(workspace);
  const [state, planned] = await Promise.allSettled([exportState(workspace, signal), preview(workspace, signal, plan)]);
  if (state.status === "rejected") throw state.reason;
  if (state.value === undefined) return previewUnborn(stack, signal);
  if (planned.status === "rejected") throw planned.reason;
  const after = await exportState(workspace, signal);
  assertUnlocked(workspace);
  if (stateDigest(state.value) !== stateDigest(after))
    throw new CouldNotReview(`the state of ${stack} changed while it was read, so an update is under way: ${later}`);
  const isCopy = !workspace.local && workspace.stateDir !== undefined;
  const standing = isCopy ? { standing: "copy" as const } : {};
  return { workspace, exported: after, planned: planned.value, ...told(after, planned.value), ...standing };
}

/** The engine previews no stack that its backend does not have, and a review creates none: a copy on this machine is as empty. */
async function previewUnborn(stack: string, signal: AbortSignal): Promise<EnginePreviewed> {
  const workspace = await openWorkspace(stack, { copy: true });
  await ensureStack(workspace);
  const planned = await preview(workspace, signal);
  return { workspace, exported: nothing, planned, ...told(nothing, planned) };
}

/** The state of a stack that never was. */
const nothing = { deployment: { resources: [] } };

function told(exported: unknown, steps: readonly PreviewStep[]): EnginePreview {
  const deployed = deployedIn(exported);
  return {
    standing: deployed.applications.size + deployed.routes.size > 0 ? "deployed" : "unborn",
    deployed,
    steps: plannedSteps(steps),
    applications: plannedApplications(steps),
    routes: plannedRoutes(steps),
    stateDigest: stateDigest(exported),
  };
}

/** @returns `undefined` where the backend has no such stack. */
async function exportState(workspace: StackWorkspace, signal: AbortSignal): Promise<unknown> {
  const { stack } = workspace;
  const result = await runEngine(workspace, ["stack", "export", "--stack", stack], { signal });
  signal.throwIfAborted();
  if (result.code !== 0) {
    const said = explain(result);
    if (/no stack named/.test(said)) return undefined;
    throw new CouldNotReview(`the state of ${stack} cannot be read:`, ...linesOf(said));
  }
  const exported = parseJson(result.stdout);
  const { pendingOperations } = exportedState(exported);
  if (pendingOperations === 0) return exported;
  throw new CouldNotReview(
    `the state of ${stack} holds ${pendingOperations} operations that were begun and not finished. If an update is under way, ` +
      `${later}. If one was cut off, bring it to its end: npx minivoice up -s ${stack}`,
  );
}

async function preview(workspace: StackWorkspace, signal: AbortSignal, plan?: string): Promise<PreviewStep[]> {
  const env = { ...workspace.env, MINIVOICE_CONFIRM_CHANGES: "preview" };
  try {
    return await previewSteps({ ...workspace, env }, signal, plan);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CliError)) throw error;
    // Whoever reads the code says the same words of it, and a heading of its own would then stand above nothing.
    const said = error.message.replace(/^pulumi preview failed:\n/, "");
    throw new CouldNotReview(...linesOf(said), "the engine cannot preview this: mend it and review again");
  }
}

const later = "review again when it is done";

/** What the engine says, for a report: without the places of a stack trace, and without the folders of this machine. */
const linesOf = (said: string): string[] =>
  said
    .replaceAll(`file://${root}/`, "")
    .replaceAll(`${root}/`, "")
    .split("\n")
    .filter((line) => !/^\s+at .*[:(]/.test(line) && /\p{L}/u.test(line))
    .map((line) => line.trim().replace(/^error: /, ""));

/** A review of a state that changes under its hands would be of no state at all. */
function assertUnlocked(workspace: StackWorkspace): void {
  const lock = liveLock(workspace);
  if (!lock) return;
  throw new CouldNotReview(
    `an update is changing the state of ${workspace.stack} at this moment (process ${lock.pid} on ${lock.hostname}): ${later}`,
  );
}
