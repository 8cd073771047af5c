import { movedSince } from "../review/pinned/moved-since.ts";
import type { PinnedReview } from "../review/pinned/pinned-review.ts";
import { numbersThat, type Standing, standingsOf } from "../review/pinned/standings.ts";
import { CliError } from "./cli-error.ts";
import { settlePendingOperations } from "./engine.ts";
import { previewEngine } from "./engine-preview.ts";
import { readRoutes } from "./live-routes.ts";
import { assertUnedited, NOT_AS_REVIEWED } from "./pinned-file.ts";
import { type PinnedStack, readPinnedStack } from "./pinned-stack.ts";
import { liveLock } from "./stack-lock.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** A saved review as it is now, and where its numbers go now. */
export interface ReviewedAgain {
  stack: PinnedStack;
  standings: Map<string, Standing>;
  /** Numbers that have not moved yet. */
  waits: string[];
}

/**
 * Makes a saved review again. Writes nothing but what is left of a run that was cut off: its notes in the state.
 *
 * @throws CliError with exit code 3 and everything that has moved since; CouldNotReview where no review can be made.
 */
export async function reviewAgain(
  file: string,
  workspace: StackWorkspace,
  review: PinnedReview,
  signal: AbortSignal,
): Promise<ReviewedAgain> {
  say("making the review again");
  // An update that is under way has operations in the state, too, and the preview says so.
  if (!liveLock(workspace)) await settlePendingOperations(workspace, say, signal);
  const stack = await readPinnedStack(await previewStack(workspace, signal), signal);
  assertUnedited(file, review, stack.keys);
  const { reasons, begun } = movedSince(review, stack);
  if (reasons.length > 0)
    throw new CliError(
      `since the review of ${review.stack} has moved:\n${reasons.map((reason) => `  ${reason}\n`).join("")}` +
        `Nothing more was changed. Review it again: minivoice review -s ${review.stack} --save ${file}`,
      NOT_AS_REVIEWED,
    );
  if (begun) say("a part of it is deployed already: what is left is part of what was reviewed");
  const { routes } = await readRoutes(workspace, Object.keys(review.numbers), signal);
  const standings = standingsOf(review.numbers, routes, stack.routeOf);
  return { stack, standings, waits: numbersThat(standings, "waits") };
}

/** The engine's preview of a stack that is open already. */
export const previewStack = (workspace: StackWorkspace, signal: AbortSignal) =>
  previewEngine(workspace.env.PULUMI_STACK ?? workspace.stack, signal);

const say = (text: string): void => void process.stderr.write(`${text}\n`);
