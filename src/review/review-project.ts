import { existsSync, rmSync } from "node:fs";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallCounts } from "./changes/number-changes.ts";
import { CouldNotReview } from "./could-not-review.ts";
import { makeReview } from "./make-review.ts";
import type { Review } from "./review.ts";
import { baseCommit } from "./sources/base-commit.ts";
import type { Limits } from "./sources/flow-process/evaluate-flows.ts";
import { git } from "./sources/git.ts";
import { readVersion } from "./sources/read-version.ts";
import { copyWorkingTree, exportCommit } from "./sources/source-tree.ts";

export interface ReviewRequest {
  stack: string;
  /** The project's folder in a git repository; its working tree is the head, uncommitted edits included. */
  project: string;
  /** `node_modules` with the packages that the flows are made with. */
  packages: string;
  /** A branch, tag or commit; without it where the history parted from the remote's default branch. */
  base?: string | undefined;
  calls?: CallCounts | undefined;
  limits?: Limits | undefined;
  now?: Date;
  signal?: AbortSignal | undefined;
}

/**
 * Reviews what the working tree would change in a stack, from the code alone: no engine, no state, no account and no
 * secret. Writes nothing but a folder of its own, which is gone afterwards.
 *
 * @throws CouldNotReview with every reason and the way out.
 * @example const { outcome } = await reviewProject({ stack: "production", project: ".", packages: "node_modules" });
 */
export async function reviewProject(request: ReviewRequest): Promise<Review> {
  const { stack, project, calls, limits, now = new Date(), signal } = request;
  const packages = await realpath(request.packages).catch(() => {
    throw new CouldNotReview(`the packages are not installed (there is no ${request.packages}): run npm install first`);
  });
  const base = await baseCommit(project, request.base, { signal });
  const commit = (await git(project, ["rev-parse", "HEAD"], { signal })).trim();
  const status = await git(
    project,
    ["status", "--porcelain", "--untracked-files=all", "--", "package.json", "stacks", "src"],
    { signal },
  );
  return inTemporaryFolder(async (folder) => {
    const [baseTree, headTree] = await Promise.all([
      exportCommit(project, base.commit, join(folder, "base"), packages, { signal }),
      copyWorkingTree(project, join(folder, "head"), packages, { signal }),
    ]);
    // Whichever is done first with an error, the other's process must not outlive this folder.
    const [before, after] = await allSettled([
      readVersion(baseTree.directory, { stack, side: "base", limits, signal }),
      readVersion(headTree.directory, { stack, side: "head", limits, signal }),
    ]);
    return makeReview({
      stack,
      now,
      base: { ...base, version: before },
      head: { commit, uncommittedEdits: status !== "", version: after },
      calls,
    });
  });
}

/** Waits for both, then throws all that went wrong with either. */
async function allSettled<One, Other>(both: [Promise<One>, Promise<Other>]): Promise<[One, Other]> {
  const results = await Promise.allSettled(both);
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const reasons = errors.flatMap((error) => (error instanceof CouldNotReview ? error.reasons : []));
  const other = errors.find((error) => !(error instanceof CouldNotReview));
  if (other) throw other;
  if (errors.length > 0) throw new CouldNotReview(...reasons);
  return Promise.all(both);
}

/** Hands over a folder that is removed whatever happens, also when the process ends at once. */
async function inTemporaryFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "minivoice-review-")));
  const remove = () => existsSync(folder) && rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await use(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}
