import { recordedIn } from "../drift/recorded.ts";
import { numbersThat, standingsOf } from "../review/pinned/standings.ts";
import { type Applying, exitCodeOf, fromOf, goOn, noteNumbers } from "./applied.ts";
import { namesOf, plural, renderStandings } from "./apply-screen.ts";
import { CliError } from "./cli-error.ts";
import { expecting } from "./expected-up.ts";
import { INTERRUPTED } from "./foreground.ts";
import { interruptible } from "./interrupt.ts";
import { readRoutes } from "./live-routes.ts";
import { exportState, routesIn } from "./pinned-stack.ts";
import { type ReviewedAgain, reviewAgain } from "./review-again.ts";
import { runUp } from "./run-up.ts";

/**
 * Deploys what is left of a review, and reads back.
 *
 * @returns the exit code.
 * @throws MovedSince where the engine was stopped, since it would have done something else than was planned.
 */
export async function applyRest(applying: Applying, { stack }: ReviewedAgain): Promise<number> {
  const { file, workspace, review, plan, told } = applying;
  const expected = { routes: fromOf(review.numbers), count: stack.count };
  const code = await runUp(workspace, ["--yes", "--skip-preview", "--plan", plan], {
    within: (run) => expecting(workspace, expected, run),
    again: `minivoice apply ${file}`,
    out: told.out,
    onPending: (pending) => {
      told.found.pending = pending;
    },
  });
  if (code === INTERRUPTED) throw new CliError(`interrupted: ${goOn(file)}`, INTERRUPTED);
  const standings = await interruptible(goOn(file), async (signal) => {
    const { routes } = await readRoutes(workspace, Object.keys(review.numbers), signal);
    return standingsOf(review.numbers, routes, routesIn(recordedIn(await exportState(workspace, signal))));
  });
  noteNumbers(applying, standings);
  const there = numbersThat(standings, "there").length;
  const others = Object.fromEntries(
    Object.entries(review.numbers).filter(([number]) => standings.get(number)?.kind !== "there"),
  );
  told.text(
    `\nRead back: ${there} of ${plural(standings.size, "number")} ${there === 1 ? "goes" : "go"} where it was reviewed\n` +
      renderStandings(others, standings, namesOf(stack)),
  );
  return code !== 0 && (await isMoreLeft(applying)) ? code : exitCodeOf(standings, code);
}

/**
 * Whether more than numbers is left of a run that failed, if not for what has moved meanwhile. What leaves the program is
 * deleted last, and by no run in which a number was left alone.
 */
async function isMoreLeft(applying: Applying): Promise<boolean> {
  const { stack } = await interruptible(goOn(applying.file), (signal) => reviewAgain(applying, signal));
  return stack.parts.steps.some(({ op, urn }) => op !== "delete" && !/minivoice:DidRoute(Table)?::/.test(urn));
}
