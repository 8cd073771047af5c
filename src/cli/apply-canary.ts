import { setTimeout as sleep } from "node:timers/promises";
import type { NumberMove } from "../review/pinned/pinned-review.ts";
import { type Applying, fromOf, goOn, noteNumbers } from "./applied.ts";
import { plural, renderEvidence } from "./apply-screen.ts";
import { canaryEvidence } from "./canary-evidence.ts";
import { CliError } from "./cli-error.ts";
import { confirmed } from "./confirm.ts";
import { explain, runEngine } from "./engine.ts";
import { expecting } from "./expected-up.ts";
import { interruptible } from "./interrupt.ts";
import { type ReviewedAgain, reviewAgain } from "./review-again.ts";

/**
 * Moves some numbers, and shows what there is to see of them.
 *
 * @param soak - milliseconds to wait for calls.
 * @returns what is left to do; `undefined` where somebody has decided to stop.
 * @throws CliError when they do not answer.
 */
export async function moveFirst(
  applying: Applying,
  before: ReviewedAgain,
  first: string[],
  { soak, yes }: { soak: number; yes: true | undefined },
): Promise<ReviewedAgain | undefined> {
  const { file, workspace, review, plan, told } = applying;
  const since = new Date();
  const moves = Object.fromEntries(first.map((number) => [number, review.numbers[number] as NumberMove]));
  told.found.canary = { numbers: first };
  told.text(`\nCanary: ${first.join(", ")}\n`);
  say("deploying, with these numbers alone");
  const said = await interruptible(goOn(file), (signal) =>
    expecting(workspace, { routes: fromOf(moves), count: before.stack.count }, async (expected) => {
      const args = ["up", "--stack", workspace.stack, "--yes", "--skip-preview", "--plan", plan];
      const onLine = (line: string) => /^minivoice: /.test(line) && say(line);
      return explain(await runEngine(expected, args, { signal, onLine }));
    }),
  );
  const { rest, evidence } = await interruptible(goOn(file), async (signal) => {
    if (soak > 0) {
      say(`waiting for calls until ${new Date(Date.now() + soak).toISOString().slice(0, 19).replace("T", " ")} UTC`);
      await sleep(soak, undefined, { signal });
    }
    const rest = await reviewAgain(applying, signal);
    return { rest, evidence: await canaryEvidence(workspace, moves, { stack: rest.stack, since }, signal) };
  });
  noteNumbers(applying, rest.standings);
  told.found.canary = { numbers: first, evidence };
  told.text(renderEvidence(evidence));
  const left = rest.waits.length;
  const others = left === 1 ? "the other number" : `the other ${plural(left, "number")}`;
  const stayed =
    left === 0 ? "no other was left to move" : `${others} stayed where ${left === 1 ? "it is" : "they are"}`;
  const isWrong = evidence.some(
    ({ outcome, subject }) => outcome === "failed" || (outcome !== "passed" && moves[subject]),
  );
  if (isWrong)
    throw new CliError(
      `the canary does not answer${left === 0 ? ", and" : ", so"} ${stayed}.\n` +
        `${first.every((number) => rest.standings.get(number)?.kind === "there") ? "" : `${said}\n`}${waysOn(file)}`,
    );
  if (yes || left === 0 || (await confirmed(`Go on with ${others}?`, "go on", `${stayed}.\n${waysOn(file)}`)))
    return rest;
  say(`Stopped: ${stayed}.\n${waysOn(file)}`);
  return undefined;
}

const waysOn = (file: string): string =>
  `Put back what has moved: minivoice undo ${file}\nGo on:                   minivoice apply ${file}`;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
