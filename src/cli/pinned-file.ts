import { readFileSync } from "node:fs";
import { stacksIn } from "../../infra/account.ts";
import type { PinKey } from "../review/pinned/pin-key.ts";
import { type PinnedReview, readPinnedReview } from "../review/pinned/pinned-review.ts";
import { CliError, messageOf, USAGE } from "./cli-error.ts";
import { shortName, stacksDirectory } from "./drift-check.ts";
import { plainText } from "./plain-text.ts";
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
  assertOurs(file, review);
  if (asked !== undefined && shortName({ stack: asked }) !== review.stack)
    throw new CliError(
      `${file} is a review of ${review.stack}, and -s says ${asked}: leave -s out, or review ${asked}`,
      USAGE,
    );
  return { review, workspace: await openWorkspace(asked ?? review.stack) };
}

/** A file of another project is known by its stack at best; else no key of this one fits it. */
function assertOurs(file: string, { stack }: PinnedReview): void {
  const ours = stacksIn(stacksDirectory(process));
  if (ours.includes(stack)) return;
  throw new CliError(
    `${file} is a review of the stack ${plainText(stack)}, and this project has only ${ours.join(", ")}: run it where it was saved`,
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
      ? `${file} is not closed with a key of ${review.stack}: it was saved for another stack or project, its field id was edited, or the ` +
          "webhook secret was rotated twice since. Review it again, and save it"
      : `${file} was edited after it was saved (${best.join(", ")}): review it again, and save it`,
    NOT_AS_REVIEWED,
  );
}

function textOf(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    if (text.trim() !== "") return text;
  } catch (error) {
    throw new CliError(whyUnreadable(file, error), USAGE);
  }
  throw new CliError(`${file} is empty: save it anew with minivoice review -s <stack> --save ${file}`);
}

function whyUnreadable(file: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR")
    return `there is no file ${file}: minivoice review -s <stack> --save ${file} writes it`;
  const wayOut = "name the file that minivoice review -s <stack> --save <file> has written";
  if (code === "EISDIR") return `${file} is a folder: ${wayOut}`;
  if (code === "EACCES" || code === "EPERM")
    return `${file} may not be read by this user: make it readable, or ${wayOut}`;
  return `${file} cannot be read (${messageOf(error)}): ${wayOut}`;
}
