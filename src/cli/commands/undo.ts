import { relative } from "node:path";
import type { Command } from "commander";
import { readCode } from "../../drift/code.ts";
import { VoiceText } from "../../drift/voice-text.ts";
import type { PinnedReview } from "../../review/pinned/pinned-review.ts";
import { type PutBack, planPutBack } from "../../review/pinned/put-back.ts";
import type { LiveRoute } from "../../review/pinned/standings.ts";
import { renderTerminal } from "../../review/render/terminal.ts";
import type { Review } from "../../review/review.ts";
import { plural } from "../apply-screen.ts";
import { CliError } from "../cli-error.ts";
import { confirmed } from "../confirm.ts";
import { shortName, stacksDirectory } from "../drift-check.ts";
import { settlePendingOperations } from "../engine.ts";
import { interruptible } from "../interrupt.ts";
import { readRoutes } from "../live-routes.ts";
import { patchOf } from "../patch.ts";
import { assertUnedited, openPinned } from "../pinned-file.ts";
import { routesIn } from "../pinned-stack.ts";
import { plainText } from "../plain-text.ts";
import { prepare } from "../prepare.ts";
import { root } from "../project.ts";
import { liveLock } from "../stack-lock.ts";
import type { StackWorkspace } from "../stack-workspace.ts";
import { Told } from "../told.ts";
import { deployRoutes, readUndoneStack, reviewUndo, routesAfter, type UndoneStack, undoReport } from "../undo-stack.ts";
import { readBack, shortened, type Undone, undoneNumbers } from "../undone.ts";

interface UndoOptions {
  stack?: string;
  yes?: true;
  json?: true;
}

/** `minivoice undo`: puts back exactly the numbers that a reviewed change has moved. */
export function register(program: Command): void {
  program
    .command("undo")
    .summary("put back exactly the numbers that a reviewed change has moved")
    .description(
      "Puts every number of a saved review back to where it came from, if it is where the review has put it; the others are " +
        "named and stay as they are. Shows first what callers will notice, asks, and deploys the numbers alone. Prints the patch " +
        "that makes the voice file say the same on standard output, and everything else on standard error.",
    )
    .argument("<review.json>", "what minivoice review --save has written")
    .option("-s, --stack <name>", "the stack with organization and project, where the backend wants them")
    .option("--yes", "do not ask")
    .option("--json", "print what came of it, and the patch in it, as one JSON document")
    .addHelpText(
      "after",
      "\nExit codes: 0 all of them are back, 2 some stayed as they are, 3 the file was edited, 1 it could not be done.\n\n" +
        "Example:\n  minivoice undo review.json | git apply",
    )
    .action(async (file: string, options: UndoOptions) => {
      const outcomes = { done: "undone", failed: "could not be undone" };
      const told = new Told(options.json, {} as Undone, outcomes);
      process.exitCode = await told.conclude(() => run(file, options, told.found));
    });
}

async function run(file: string, { stack: asked, yes, json }: UndoOptions, told: Undone): Promise<number> {
  const { review, workspace } = await openPinned(file, asked);
  Object.assign(told, { stack: review.stack, digest: review.digest });
  const found = await interruptible("nothing was changed", async (signal) => {
    await prepare(workspace, { command: "up" });
    return look(file, workspace, review, signal);
  });
  const { back, already, left } = found.plan;
  told.numbers = undoneNumbers(found.plan, () => false);
  if (back.size > 0) told.review = found.review;
  if (already.size > 0) say(`where it came from already: ${shortened([...already.keys()]).join(", ")}`);
  for (const line of shortened([...left].map(([number, why]) => `${number} stays as it is: ${why}`)))
    say(plainText(line));
  const done = back.size > 0 ? await putBack(file, workspace, found, { yes, told }) : "all";
  if (done !== "none") {
    told.patch = await patchFor(workspace, found.plan);
    if (!json) process.stdout.write(told.patch);
  }
  return done === "all" && left.size === 0 ? 0 : 2;
}

/** What is there to undo, and what callers will notice of it. */
interface Found {
  stack: UndoneStack;
  plan: PutBack;
  routes: Record<string, string>;
  review: Review;
}

async function look(
  file: string,
  workspace: StackWorkspace,
  review: PinnedReview,
  signal: AbortSignal,
): Promise<Found> {
  if (!liveLock(workspace)) await settlePendingOperations(workspace, say, signal);
  const stack = await readUndoneStack(workspace, signal);
  assertUnedited(file, review, stack.keys);
  const { routes: live } = await readRoutes(workspace, Object.keys(review.numbers), signal);
  const plan = planPutBack(review.numbers, live, routesIn(stack.recorded));
  const routes = routesAfter(stack, plan);
  return { stack, plan, routes, review: await reviewUndo(stack, routes, signal) };
}

/**
 * Shows, asks, deploys and reads back.
 *
 * @returns how much of it was done: `some` where a person has to do the rest, or somebody else's numbers were left alone.
 * @throws CliError where a number is not back.
 */
async function putBack(
  file: string,
  workspace: StackWorkspace,
  { stack, plan, routes, review }: Found,
  { yes, told }: { yes: true | undefined; told: Undone },
): Promise<"all" | "some" | "none"> {
  process.stderr.write(
    `${renderTerminal(undoReport(review), { colours: false, width: process.stderr.columns || 120 })}\n`,
  );
  const { back } = plan;
  const count = plural(back.size, "number");
  if (!yes && !(await confirmed(`Put back ${count} in ${workspace.stack}?`, "put them back"))) {
    say("Nothing was changed.");
    return "none";
  }
  say(`putting back ${count}`);
  return interruptible(`run minivoice undo ${file} again, it goes on from here`, async (signal) => {
    const said = await deployRoutes(workspace, stack, plan, routes, signal);
    const { routes: live, byHand } = await readRoutes(workspace, [...back.keys()], signal);
    const wrong = [...back].flatMap(([number, { route }]) => (isAt(live.get(number), route) ? [] : [number]));
    told.numbers = undoneNumbers(plan, (number) => isAt(live.get(number), back.get(number)?.route));
    const { done, lines } = readBack(workspace.stack, { count: back.size, wrong, byHand, said });
    lines.forEach(say);
    return done;
  });
}

const isAt = (live: LiveRoute | undefined, route: string | undefined): boolean =>
  live !== undefined && "route" in live && live.route === route;

/** The code has to say the same, or the next deployment moves the numbers again. Empty where it does. */
async function patchFor(workspace: StackWorkspace, { back, already }: PutBack): Promise<string> {
  const code = await readCode(stacksDirectory(workspace), shortName(workspace));
  if ("problems" in code) throw new CliError(`the voice file cannot be read:\n${code.problems.join("\n")}`);
  const file = new VoiceText(code.text);
  const missing: string[] = [];
  for (const [number, { target }] of [...back, ...already])
    if (!Object.hasOwn(code.voice.routes, number)) missing.push(`${JSON.stringify(number)}: ${target}`);
    else if (code.voice.routes[number] !== target) file.set(["routes", number], target);
  if (missing.length > 0) file.append(["routes"], missing);
  const name = relative(root, code.path);
  const patch = await patchOf(name, code.text, file.edited());
  say(
    patch === ""
      ? `${name} says so already`
      : `${name} has to say the same, or the next deployment moves them again: git apply takes this patch`,
  );
  return patch;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
