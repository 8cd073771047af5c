import { type FixPlan, fixArguments } from "../drift/fix.ts";
import type { DriftReport } from "../drift/report.ts";
import { ours, type Phrase, say } from "../review/report/phrase.ts";
import { namesPhrase } from "../review/report/phrases.ts";

/**
 * The commands that lead back to "in sync", each on one line.
 *
 * @param only - what the check was limited to.
 */
export function waysOut(
  { stack, totals, comparedWith }: DriftReport,
  plan: FixPlan,
  only: readonly string[],
): Phrase[] {
  const ways: Phrase[] = [];
  const fix = `npx minivoice drift -s ${stack} --fix${only.length > 0 ? ` --only ${only.join(" ")}` : ""}`;
  if (comparedWith === "state")
    ways.push(ours("Mend the code first, see the notes: until then nothing can be deployed"));
  else if (plan.undeployed.length > 0)
    ways.push(
      say`Put it back: not before what the code has changed in the same resources is deployed, or undone in the code (${namesPhrase(plan.undeployed)}). Then ${fix}`,
    );
  else if (plan.targets.length > 0)
    ways.push(
      // The bare up takes the whole of a table along, and of a part nobody knows what else of it has drifted.
      only.length > 0
        ? say`Put it back: ${fix}, which asks first (with --yes: without asking)`
        : say`Put it back: ${fix}, which asks first. Without asking: ${ours(fixCommand(stack, plan))}`,
    );
  ways.push(...plan.left.map(({ object, why }) => say`${object}: ${why}`));
  if (plan.objects.length + plan.missing > 0 && comparedWith === "code")
    ways.push(say`Accept it into the code: ${`npx minivoice drift -s ${stack} --accept`} (with --dry-run: as a patch)`);
  if (totals.undeployed > 0) ways.push(say`Deploy what the code has changed: ${`npx minivoice up -s ${stack}`}`);
  if (totals.unmanaged > 0)
    ways.push(
      say`Adopt what is unmanaged: ${`npx minivoice import -s ${stack}`}; what is so on purpose goes into ${"stacks/drift-ignore.yaml"}`,
    );
  return ways;
}

/** The `up` in one line, for a shell: a URN holds `$`. */
export function fixCommand(stack: string, plan: FixPlan): string {
  const quoted = fixArguments(plan).map((argument) =>
    /^[\w-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`,
  );
  return [
    ...(plan.needsConfirmation ? [`MINIVOICE_CONFIRM_CHANGES=${plan.count}`] : []),
    "npx minivoice up -s",
    stack,
    "--",
    ...quoted,
    "--yes",
  ].join(" ");
}
