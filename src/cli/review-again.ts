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

/** A saved review on its way to be deployed. */
export interface PinnedRun {
  /** Its name, for messages. */
  file: string;
  review: PinnedReview;
  workspace: StackWorkspace;
  /** The file of the engine's update plan: of the last review, for the deployment that follows. */
  plan: string;
}

/** Something is not as it was reviewed. */
export class MovedSince extends CliError {
  /** One line each. */
  readonly moved: readonly string[];

  constructor(moved: readonly string[], { stack }: PinnedReview, file: string) {
    super(
      `since the review of ${stack} has moved:\n${moved.map((one) => `  ${one}\n`).join("")}` +
        `Nothing more was changed. Review it again: minivoice review -s ${stack} --save ${file}`,
      NOT_AS_REVIEWED,
    );
    this.name = "MovedSince";
    this.moved = moved;
  }
}

/**
 * Makes a saved review again, and has the engine write down its plan. Changes nothing but what is left of a run that was cut
 * off: its notes in the state.
 *
 * @throws MovedSince with everything that has; CouldNotReview where no review can be made.
 */
export async function reviewAgain(
  { file, review, workspace, plan }: PinnedRun,
  signal: AbortSignal,
): Promise<ReviewedAgain> {
  say("making the review again");
  // An update that is under way has operations in the state, too, and the preview says so.
  if (!liveLock(workspace)) await settlePendingOperations(workspace, say, signal);
  const previewed = await previewEngine(workspace.env.PULUMI_STACK ?? workspace.stack, signal, plan);
  const stack = await readPinnedStack(previewed, signal);
  assertUnedited(file, review, stack.keys);
  const { reasons, begun } = movedSince(review, stack);
  if (reasons.length > 0) throw new MovedSince(reasons, review, file);
  if (begun) say("a part of it is deployed already: what is left is part of what was reviewed");
  const { routes } = await readRoutes(workspace, Object.keys(review.numbers), signal);
  const standings = standingsOf(review.numbers, routes, stack.routeOf);
  return { stack, standings, waits: numbersThat(standings, "waits") };
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
