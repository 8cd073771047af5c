import { existsSync, rmSync } from "node:fs";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallCounts } from "./changes/number-changes.ts";
import { CouldNotReview } from "./could-not-review.ts";
import type { EngineSide } from "./engine-side.ts";
import { makeReview } from "./make-review.ts";
import type { Review } from "./review.ts";
import { baseCommit } from "./sources/base-commit.ts";
import { deployedCommit } from "./sources/deployed-commit.ts";
import type { Limits } from "./sources/flow-process/evaluate-flows.ts";
import { git } from "./sources/git.ts";
import { programChanges } from "./sources/program-changes.ts";
import { readVersion, type Version } from "./sources/read-version.ts";
import { copyWorkingTree, exportCommit, reviewedParts, type SourceTree } from "./sources/source-tree.ts";

export interface ReviewRequest {
  stack: string;
  /** The project's folder in a git repository; its working tree is the head, uncommitted edits included. */
  project: string;
  /** `node_modules` with the packages that the flows are made with. */
  packages: string;
  /** A branch, tag or commit; without it where the history parted from the remote's default branch. */
  base?: string | undefined;
  calls?: CallCounts | undefined;
  /** Whether a full review names the ids of applications. */
  ids?: boolean | undefined;
  /** For a full review: asks the engine, the state and the account, while the code is read. */
  engine?: (() => Promise<EngineReading>) | undefined;
  limits?: Limits | undefined;
  now?: Date;
  signal?: AbortSignal | undefined;
}

/** What is known beyond the code before the code was looked at. */
export type EngineReading = Omit<EngineSide, "revision"> & { calls?: CallCounts | undefined };

/**
 * Reviews what the working tree would change in a stack. Without `engine` from the code alone: no engine, no state, no
 * account and no secret. Writes nothing but a folder of its own, which is gone afterwards.
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
    // A full review also runs the program.
    [
      "status",
      "--porcelain",
      "--untracked-files=all",
      "--",
      ...reviewedParts,
      ...(request.engine ? ["infra", "providers"] : []),
    ],
    { signal },
  );
  const program = await programChanges(project, base.commit, { signal });
  return inTemporaryFolder(async (folder) => {
    const exported = (id: string, name: string) => exportCommit(project, id, join(folder, name), packages, { signal });
    const [baseTree, headTree] = await Promise.all([
      exported(base.commit, "base"),
      copyWorkingTree(project, join(folder, "head"), packages, { signal }),
    ]);
    const read = ({ directory }: SourceTree, side: "base" | "head") =>
      readVersion(directory, { stack, side, limits, signal });
    // Whichever is done first with an error, the others' processes must not outlive this folder.
    const code = allSettled([read(baseTree, "base"), read(headTree, "head")]);
    const [[before, after], engine] = await allSettled([code, request.engine?.().catch(whereCodeIsRight(code, stack))]);
    const deployed = engine?.preview.deployed.revision;
    const found = deployed === undefined ? undefined : await deployedCommit(project, deployed, base.commit, { signal });
    const isBase = found?.commit === base.commit;
    const version = found && (isBase ? before : await readable(read(await exported(found.commit, "deployed"), "base")));
    return makeReview({
      stack,
      now,
      base: { ...base, version: before },
      head: { commit, uncommittedEdits: status !== "", version: after },
      program,
      calls: calls ?? engine?.calls,
      ids: request.ids,
      engine: engine && { ...engine, revision: found && { ...found, version } },
    });
  });
}

/** Beside what the engine, the state or the account lack: a review that needs none of them, where the code is no reason. */
const whereCodeIsRight =
  (code: Promise<unknown>, stack: string) =>
  async (error: unknown): Promise<never> => {
    const isRight = await code.then(
      () => true,
      () => false,
    );
    if (!isRight || !(error instanceof CouldNotReview)) throw error;
    throw new CouldNotReview(
      ...error.reasons,
      `for a review of the code alone: minivoice review -s ${stack} --offline`,
    );
  };

/** What was deployed once may be beyond today's tools; the state tells most of it. */
const readable = (version: Promise<Version>): Promise<Version | undefined> =>
  version.catch((error: unknown) => {
    if (error instanceof CouldNotReview) return undefined;
    throw error;
  });

/** Waits for all, then throws all that went wrong with any. */
async function allSettled<Results extends readonly unknown[]>(
  all: readonly [...{ [Index in keyof Results]: Promise<Results[Index]> | Results[Index] }],
): Promise<Results> {
  const results = await Promise.allSettled(all);
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const reasons = errors.flatMap((error) => (error instanceof CouldNotReview ? error.reasons : []));
  const other = errors.find((error) => !(error instanceof CouldNotReview));
  if (other) throw other;
  // Both versions, and the engine, may say the same.
  if (errors.length > 0) throw new CouldNotReview(...new Set(reasons));
  return Promise.all(all) as unknown as Promise<Results>;
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
