import { type Command, InvalidArgumentError } from "commander";
import { milliseconds } from "pulumi-minivoice/api";
import { canaryOf } from "../../review/pinned/canary.ts";
import type { PinnedReview } from "../../review/pinned/pinned-review.ts";
import { type Applied, type Applying, exitCodeOf, noteNumbers } from "../applied.ts";
import { moveFirst } from "../apply-canary.ts";
import { applyRest } from "../apply-rest.ts";
import { namesOf, plural, renderReview, renderStandings } from "../apply-screen.ts";
import { CliError, USAGE } from "../cli-error.ts";
import { confirmed } from "../confirm.ts";
import { interruptible } from "../interrupt.ts";
import { NOT_AS_REVIEWED, openPinned } from "../pinned-file.ts";
import { prepare } from "../prepare.ts";
import { inPrivateFolder } from "../private-folder.ts";
import { reviewAgain } from "../review-again.ts";
import { Told } from "../told.ts";

interface ApplyOptions {
  stack?: string;
  canary?: number;
  /** Milliseconds. */
  soak?: number;
  yes?: true;
  json?: true;
}

/** `minivoice apply`: deploys what was reviewed, and nothing else. */
export function register(program: Command): void {
  program
    .command("apply")
    .summary("deploy what was reviewed, and nothing else")
    .description(
      "Makes a saved review again, directly before the deployment, and stops with what has moved since. Then runs the same " +
        "deployment as minivoice up, held to the steps that were just planned, in which only the reviewed numbers are written, " +
        "and of those only the ones that still go where they went at the review. A run that was cut off is finished by the " +
        "same command.",
    )
    .argument("<review.json>", "what minivoice review --save has written")
    .option("-s, --stack <name>", "the stack with organization and project, where the backend wants them")
    .option("--canary <count>", "move so many numbers first, show that they answer, then go on", countOf)
    .option("--soak <time>", 'with --canary: how long to wait for calls before looking, such as "10 minutes"', timeOf)
    .option("--yes", "do not ask, neither before nor after the canary")
    .option("--json", "print what came of it as one JSON document; all else goes to standard error")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 2 something is pending or was left alone, 3 something has moved since the review or a rule was " +
        "broken, 1 or Pulumi's own: it could not be done.\n\nExamples:\n" +
        "  minivoice review -s production --save review.json\n" +
        "  minivoice apply review.json --canary 5\n" +
        "  minivoice undo review.json",
    )
    .action(async (file: string, options: ApplyOptions) => {
      const told: Applying["told"] = new Told(options.json, {} as Applied, {
        done: "applied",
        failed: "could not be applied",
      });
      process.exitCode = await told.conclude(() => run(file, options, told));
    });
}

async function run(
  file: string,
  { stack: asked, canary, soak = 0, yes }: ApplyOptions,
  told: Applying["told"],
): Promise<number> {
  if (soak > 0 && canary === undefined) throw new CliError("--soak goes with --canary", USAGE);
  const { review, workspace } = await openPinned(file, asked);
  Object.assign(told.found, { stack: review.stack, digest: review.digest });
  assertApproved(review);
  return inPrivateFolder("plan", async (folder) => {
    const applying: Applying = { file, review, workspace, plan: `${folder}/plan.json`, told };
    const before = await interruptible("nothing was changed", async (signal) => {
      await prepare(workspace, { command: "up" });
      told.text(renderReview(review));
      return reviewAgain(applying, signal);
    });
    const { waits, standings } = before;
    noteNumbers(applying, standings);
    told.text(renderStandings(review.numbers, standings, namesOf(before.stack)));
    const { steps } = before.stack.parts;
    if (steps.length === 0) {
      told.text("Nothing of it is left to be done.\n");
      return exitCodeOf(standings, 0);
    }
    const byHand = canary !== undefined && before.stack.byHand;
    if (byHand)
      say(
        "no canary: this account's API cannot assign numbers, so this run moves none, and a person does it one by one",
      );
    const count = `${plural(waits.length, "number")} and ${plural(steps.length, "step")} of the engine`;
    if (!yes && !(await confirmed(`Apply ${count} to ${workspace.stack}?`, "apply it"))) {
      say("Nothing was changed.");
      return 2;
    }
    const first = canary === undefined || byHand ? [] : canaryOf(review.numbers, waits, canary);
    if (canary !== undefined && !byHand && first.length === 0) say("no canary: no number is left to move");
    const rest = await (first.length > 0 ? moveFirst(applying, before, first, { soak, yes }) : before);
    return rest === undefined ? 2 : applyRest(applying, rest);
  });
}

/** A rule that was broken is exempted in the code, and then the review is another one. */
function assertApproved({ exitCode, brokenRules, stack }: PinnedReview): void {
  if (exitCode !== 3) return;
  throw new CliError(
    `this review broke ${brokenRules.join(", ")}, so it is not applied: mend the change, or exempt it in ` +
      `stacks/review-rules.yaml, and review it again (minivoice review -s ${stack} --save <file>)`,
    NOT_AS_REVIEWED,
  );
}

function countOf(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError(`"${value}" is no number of numbers: write it as 5.`);
}

function timeOf(value: string): number {
  const time = milliseconds(value);
  if (time) return time;
  throw new InvalidArgumentError(`"${value}" is no time: write a number with a unit, such as "10 minutes".`);
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
