import { CouldNotReview } from "../could-not-review.ts";
import { GitError, type GitOptions, git, gitOrNothing } from "./git.ts";

/** What the head is compared with. */
export interface BaseCommit {
  /** The full id. */
  commit: string;
  /** When it was committed, RFC 3339. */
  time: string;
  /** How it was found, such as `merge base with origin/main`. */
  reason: string;
}

/**
 * Finds the commit that a change begins at: the one that was asked for, else where the history parted from the remote's
 * default branch, else HEAD.
 *
 * @param asked - a branch, tag or commit.
 * @throws CouldNotReview with the way out.
 */
export async function baseCommit(directory: string, asked?: string, options: GitOptions = {}): Promise<BaseCommit> {
  const head = await commitOf(directory, "HEAD", options).catch((error: unknown) => {
    throw error instanceof GitError ? noHead(directory, error) : error;
  });
  if (asked !== undefined) {
    const commit = await commitOf(directory, asked, options).catch(() => undefined);
    if (commit) return { ...commit, reason: asked };
    throw new CouldNotReview(
      `--base: there is no commit "${asked}" here: write a branch, a tag or a commit, and fetch it first if only the remote has it`,
    );
  }
  const branch = await defaultBranch(directory, options);
  if (!branch) return { ...head, reason: "HEAD, for no remote here has a default branch" };
  const base = (await gitOrNothing(directory, ["merge-base", "HEAD", branch], options))?.trim();
  if (base) return { ...(await commitOf(directory, base, options)), reason: `merge base with ${branch}` };
  throw new CouldNotReview(
    `HEAD and ${branch} have no commit in common in this clone: fetch the whole history (git fetch --unshallow; ` +
      "fetch-depth: 0 for actions/checkout), or name the base with --base",
  );
}

async function commitOf(directory: string, ref: string, options: GitOptions) {
  // `^{commit}` also keeps git from reading a reference that begins with a dash as an option.
  const commit = (
    await git(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], options)
  ).trim();
  const time = (await git(directory, ["show", "--no-patch", "--format=%cI", commit], options)).trim();
  return { commit, time: new Date(time).toISOString() };
}

function noHead(directory: string, { message }: GitError): CouldNotReview {
  if (/dubious ownership/.test(message))
    return new CouldNotReview(
      `git does not trust ${directory}: ${message.split("\n")[0]}; git config --global --add safe.directory`,
    );
  if (message === "git is not installed")
    return new CouldNotReview("git is not installed, and a review compares two versions of the code");
  if (/not a git repository/.test(message))
    return new CouldNotReview(
      `${directory} is no git repository, so there is nothing to compare with: clone the project with git`,
    );
  return new CouldNotReview("there is no commit yet, so there is nothing to compare with: commit the first version");
}

/** The remote's default branch, as this clone knows it: `origin/main`. */
async function defaultBranch(directory: string, options: GitOptions): Promise<string | undefined> {
  const remotes = ((await gitOrNothing(directory, ["remote"], options)) ?? "").split("\n").filter(Boolean);
  const remote = remotes.includes("origin") ? "origin" : remotes[0];
  if (!remote) return undefined;
  const known = await gitOrNothing(
    directory,
    ["symbolic-ref", "--quiet", "--short", `refs/remotes/${remote}/HEAD`],
    options,
  );
  if (known) return known.trim();
  // A clone that a pipeline made in its own way has no such reference.
  for (const name of ["main", "master"]) {
    const there = await gitOrNothing(
      directory,
      ["rev-parse", "--verify", "--quiet", `refs/remotes/${remote}/${name}`],
      options,
    );
    if (there) return `${remote}/${name}`;
  }
  return undefined;
}
