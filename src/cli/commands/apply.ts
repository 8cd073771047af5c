import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { milliseconds } from "pulumi-minivoice/api";
import { recordedIn } from "../../drift/recorded.ts";
import { canaryOf } from "../../review/pinned/canary.ts";
import type { NumberMove, PinnedReview } from "../../review/pinned/pinned-review.ts";
import { numbersThat, type Standing, standingsOf } from "../../review/pinned/standings.ts";
import { namesOf, plural, renderEvidence, renderReview, renderStandings } from "../apply-screen.ts";
import { canaryEvidence } from "../canary-evidence.ts";
import { CliError, USAGE } from "../cli-error.ts";
import { confirmed } from "../confirm.ts";
import { explain, runEngine } from "../engine.ts";
import { expecting } from "../expected-up.ts";
import { interruptible } from "../interrupt.ts";
import { readRoutes } from "../live-routes.ts";
import { NOT_AS_REVIEWED, openPinned } from "../pinned-file.ts";
import { exportState, routesIn } from "../pinned-stack.ts";
import { prepare } from "../prepare.ts";
import { previewStack, type ReviewedAgain, reviewAgain } from "../review-again.ts";
import { INTERRUPTED, runUp } from "../run-up.ts";
import type { StackWorkspace } from "../stack-workspace.ts";

interface ApplyOptions {
  stack?: string;
  canary?: number;
  /** Milliseconds. */
  soak?: number;
  yes?: true;
}

/** `minivoice apply`: deploys what was reviewed, and nothing else. */
export function register(program: Command): void {
  program
    .command("apply")
    .summary("deploy what was reviewed, and nothing else")
    .description(
      "Makes a saved review again, directly before the deployment, and stops with what has moved since. Then runs the same " +
        "deployment as minivoice up, in which only the reviewed numbers are written, and of those only the ones that still go " +
        "where they went at the review. A run that was cut off is finished by the same command.",
    )
    .argument("<review.json>", "what minivoice review --save has written")
    .option("-s, --stack <name>", "the stack with organization and project, where the backend wants them")
    .option("--canary <count>", "move so many numbers first, show that they answer, then go on", countOf)
    .option("--soak <time>", 'with --canary: how long to wait for calls before looking, such as "10 minutes"', timeOf)
    .option("--yes", "do not ask, neither before nor after the canary")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 2 something is pending or was left alone, 3 something has moved since the review or a rule was " +
        "broken, 1 or Pulumi's own: it could not be done.\n\nExamples:\n" +
        "  minivoice review -s production --save review.json\n" +
        "  minivoice apply review.json --canary 5\n" +
        "  minivoice undo review.json",
    )
    .action(async (file: string, options: ApplyOptions) => {
      process.exitCode = await run(file, options);
    });
}

async function run(file: string, { stack: asked, canary, soak = 0, yes }: ApplyOptions): Promise<number> {
  if (soak > 0 && canary === undefined) throw new CliError("--soak goes with --canary", USAGE);
  const { review, workspace } = await openPinned(file, asked);
  assertApproved(review);
  await prepare(workspace, { command: "up" });
  process.stdout.write(renderReview(review));
  const before = await interruptible("nothing was changed", (signal) => reviewAgain(file, workspace, review, signal));
  const { waits, standings } = before;
  process.stdout.write(renderStandings(review.numbers, standings, namesOf(before.stack)));
  const { steps } = before.stack.parts;
  if (steps.length === 0) {
    process.stdout.write("Nothing of it is left to be done.\n");
    return exitCodeOf(standings, 0);
  }
  const byHand = canary !== undefined && before.stack.byHand;
  if (byHand)
    say("no canary: this account's API cannot assign numbers, so this run moves none, and a person does it one by one");
  const count = `${plural(waits.length, "number")} and ${plural(steps.length, "step")} of the engine`;
  if (!yes && !(await confirmed(`Apply ${count} to ${workspace.stack}?`, "apply it"))) {
    process.stderr.write("Nothing was changed.\n");
    return 2;
  }
  const first = canary === undefined || byHand ? [] : canaryOf(review.numbers, waits, canary);
  const rest = await (first.length > 0 && first.length < waits.length
    ? moveFirst(file, { workspace, review, before, first, soak, yes })
    : before);
  if (rest === undefined) return 2;
  return finish(file, workspace, review, rest);
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

/**
 * Moves some numbers, and shows what there is to see of them.
 *
 * @returns what is left to do; `undefined` where somebody has decided to stop.
 * @throws CliError when they do not answer.
 */
async function moveFirst(
  file: string,
  about: {
    workspace: StackWorkspace;
    review: PinnedReview;
    before: ReviewedAgain;
    first: string[];
    /** Milliseconds. */
    soak: number;
    yes: true | undefined;
  },
): Promise<ReviewedAgain | undefined> {
  const { workspace, review, before, first, soak, yes } = about;
  const since = new Date();
  const moves = Object.fromEntries(first.map((number) => [number, review.numbers[number] as NumberMove]));
  process.stdout.write(`\nCanary: ${first.join(", ")}\n`);
  say("deploying, with these numbers alone");
  const said = await interruptible(goOn(file), (signal) =>
    expecting(workspace, { routes: fromOf(moves), count: before.stack.count }, async (expected) => {
      const args = ["up", "--stack", workspace.stack, "--yes", "--skip-preview"];
      const onLine = (line: string) => /^minivoice: /.test(line) && say(line);
      return explain(await runEngine(expected, args, { signal, onLine }));
    }),
  );
  const { rest, findings } = await interruptible(goOn(file), async (signal) => {
    if (soak > 0) {
      say(`waiting for calls until ${new Date(Date.now() + soak).toISOString().slice(0, 19).replace("T", " ")} UTC`);
      await sleep(soak, undefined, { signal });
    }
    const rest = await reviewAgain(file, workspace, review, signal);
    return { rest, findings: await canaryEvidence(workspace, moves, { stack: rest.stack, since }, signal) };
  });
  process.stdout.write(renderEvidence(findings));
  const wrong = findings.filter(
    ({ outcome, subject }) => outcome === "failed" || (outcome !== "passed" && moves[subject]),
  );
  if (wrong.length > 0)
    throw new CliError(
      `the canary does not answer, so the other ${plural(rest.waits.length, "number")} stayed where they are.\n` +
        `${first.every((number) => rest.standings.get(number)?.kind === "there") ? "" : `${said}\n`}${waysOn(file)}`,
    );
  const question = `Go on with the other ${plural(rest.waits.length, "number")}?`;
  if (yes || (await confirmed(question, "go on"))) return rest;
  say(`The other ${plural(rest.waits.length, "number")} stayed where they are.\n${waysOn(file)}`);
  return undefined;
}

/** Deploys the rest, and reads back. */
async function finish(
  file: string,
  workspace: StackWorkspace,
  review: PinnedReview,
  { stack }: ReviewedAgain,
): Promise<number> {
  const expected = { routes: fromOf(review.numbers), count: stack.count };
  const code = await runUp(workspace, ["--yes", "--skip-preview"], {
    within: (run) => expecting(workspace, expected, run),
    again: `minivoice apply ${file}`,
  });
  if (code === INTERRUPTED) {
    say(`interrupted: ${goOn(file)}`);
    return code;
  }
  const standings = await interruptible("what was deployed stays", async (signal) => {
    const { routes } = await readRoutes(workspace, Object.keys(review.numbers), signal);
    return standingsOf(review.numbers, routes, routesIn(recordedIn(await exportState(workspace, signal))));
  });
  const there = numbersThat(standings, "there").length;
  const others = Object.fromEntries(
    Object.entries(review.numbers).filter(([number]) => standings.get(number)?.kind !== "there"),
  );
  process.stdout.write(
    `\nRead back: ${there} of ${plural(standings.size, "number")} ${there === 1 ? "goes" : "go"} where it was reviewed\n` +
      renderStandings(others, standings, namesOf(stack)),
  );
  const isFailed = code !== 0 && code !== 2 && (await isMoreLeft(workspace));
  return isFailed ? code : exitCodeOf(standings, code);
}

/**
 * Whether more than numbers is left of a run that failed. What leaves the program is deleted last, and by no run in which a
 * number was left alone.
 */
async function isMoreLeft(workspace: StackWorkspace): Promise<boolean> {
  const { steps } = await interruptible("what was deployed stays", (signal) => previewStack(workspace, signal));
  return steps.some(({ op, type }) => op !== "delete" && !/minivoice:DidRoute(Table)?$/.test(type));
}

const fromOf = (numbers: Readonly<Record<string, NumberMove>>): Record<string, string> =>
  Object.fromEntries(Object.entries(numbers).map(([number, { from }]) => [number, from.route]));

/** What was left alone makes Pulumi's run a failed one, and is no failure of this one. */
function exitCodeOf(standings: ReadonlyMap<string, Standing>, code: number): number {
  const kinds = new Set([...standings.values()].map(({ kind }) => kind));
  if (kinds.has("unknown")) return code || 1;
  return kinds.has("waits") || kinds.has("elsewhere") || kinds.has("absent") ? 2 : code;
}

const goOn = (file: string): string => `run minivoice apply ${file} again, it goes on from here`;

const waysOn = (file: string): string =>
  `Put back what has moved: minivoice undo ${file}\nGo on:                   minivoice apply ${file}`;

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
