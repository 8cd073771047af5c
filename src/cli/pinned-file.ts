import { readFileSync } from "node:fs";
import type { PinKey } from "../review/pinned/pin-key.ts";
import { type PinnedReview, readPinnedReview } from "../review/pinned/pinned-review.ts";
import { CliError, messageOf, USAGE } from "./cli-error.ts";
import { shortName } from "./drift-check.ts";
import { openWorkspace, type StackWorkspace } from "./stack-workspace.ts";

/** The exit code of a review that must not, or not any more, be deployed. */
export const NOT_AS_REVIEWED = 3;

/**
 * Reads a saved review, and opens the stack that it is about.
 *
 * @param asked - the stack with organization and project, where the backend wants them.
 * @throws CliError, NotPinned
 */
export async function openPinned(
  file: string,
  asked: string | undefined,
): Promise<{ review: PinnedReview; workspace: StackWorkspace }> {
  const review = readPinnedReview(textOf(file), file);
  const workspace = await openWorkspace(asked ?? review.stack);
  if (shortName(workspace) === review.stack) return { review, workspace };
  throw new CliError(
    `${file} is a review of ${review.stack}, and -s says ${workspace.stack}: leave -s out, or review ${workspace.stack}`,
    USAGE,
  );
}

/**
 * Makes sure that a review is as it was saved.
 *
 * @param keys - the stack's, the one in use first.
 * @throws CliError that names the fields.
 */
export function assertUnedited(file: string, review: PinnedReview, keys: readonly PinKey[]): void {
  const broken = keys.map((key) => key.brokenSeals(review));
  const best = broken.reduce((least, fields) => (fields.length < least.length ? fields : least));
  if (best.length === 0) return;
  const isOther = best.includes("kind") && best.length === Object.keys(review.seals).length;
  throw new CliError(
    isOther
      ? `${file} is not closed with a key of ${review.stack}: it was saved for another stack, its field id was edited, or the ` +
          "webhook secret was rotated twice since. Review it again, and save it"
      : `${file} was edited after it was saved (${best.join(", ")}): review it again, and save it`,
    NOT_AS_REVIEWED,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${messageOf(error)}. minivoice review --save writes it`, USAGE);
  }
}
