import { type FixPlan, fixArguments } from "../drift/fix.ts";
import { CliError } from "./cli-error.ts";
import { expecting } from "./expected-up.ts";
import { inTheForeground } from "./foreground.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/**
 * Runs the `up` that puts back what drifted. It writes no number that was not looked at, and none that somebody has moved
 * since.
 *
 * @param run - how the engine is run: with the terminal, unless told otherwise
 * @returns Pulumi's exit code
 * @throws CliError where the same `up` would deploy what nobody asked for
 */
export async function putBack(
  workspace: StackWorkspace,
  plan: FixPlan,
  revision: string | undefined,
  run: typeof inTheForeground = inTheForeground,
): Promise<number> {
  assertNothingElse(plan, revision);
  const args = ["up", "--stack", workspace.stack, "--yes", "--skip-preview", ...fixArguments(plan)];
  return expecting(workspace, { routes: plan.expected, count: plan.count }, (expected) => run(expected, args));
}

/** A target is a whole resource, so what the code has changed in it would be deployed unseen. */
export function assertNothingElse({ undeployed }: FixPlan, revision: string | undefined): void {
  if (undeployed.length === 0) return;
  const wayOut = revision
    ? `check out what is deployed (git checkout ${revision.replace(/-dirty$/, "")})`
    : "undo those edits for the moment";
  throw new CliError(
    `the code has changed ${undeployed.slice(0, 5).join(", ")}${undeployed.length > 5 ? " and more" : ""} since the last ` +
      `deployment, and putting back the rest would deploy that, too: deploy it first (minivoice up), or ${wayOut} and run --fix again`,
  );
}
