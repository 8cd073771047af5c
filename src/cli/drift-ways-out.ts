import { type FixPlan, fixArguments } from "../drift/fix.ts";
import type { DriftReport } from "../drift/report.ts";
import { ours, type Phrase, say } from "../review/report/phrase.ts";

/** The commands that lead back to "in sync", each on one line. */
export function waysOut({ stack, totals, comparedWith }: DriftReport, plan: FixPlan): Phrase[] {
  const ways: Phrase[] = [];
  if (comparedWith === "state")
    ways.push(ours("Mend the code first, see the notes: until then nothing can be deployed"));
  else if (plan.targets.length > 0)
    ways.push(
      say`Put it back: ${`npx minivoice drift -s ${stack} --fix`}, which asks first. Without asking: ${ours(fixCommand(stack, plan))}`,
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
  ].join(" ");
}
