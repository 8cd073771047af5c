import { type GitOptions, gitOrNothing } from "./git.ts";

/** The commit that a stack was deployed from, as far as this repository knows it. */
export interface DeployedCommit {
  /** The full id. */
  commit: string;
  /** Whether the base has all of it: then what the base has beyond it was merged since. */
  isInBase: boolean;
  /** Whether the working tree differed from it, so that what was deployed may, too. */
  hadEdits: boolean;
}

const EDITS = "-dirty";

/**
 * Finds the commit of a deployed revision.
 *
 * @param revision - as the stack's output tells it: a commit, perhaps with `-dirty` behind it, or whatever a pipeline called it.
 * @returns `undefined` where this clone has no such commit.
 */
export async function deployedCommit(
  project: string,
  revision: string,
  base: string,
  options: GitOptions = {},
): Promise<DeployedCommit | undefined> {
  const hadEdits = revision.endsWith(EDITS);
  const name = hadEdits ? revision.slice(0, -EDITS.length) : revision;
  const ask = (...args: string[]) => gitOrNothing(project, args, options);
  const commit = (await ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`))?.trim();
  if (!commit) return undefined;
  // It answers with its exit code alone.
  const isInBase = (await ask("merge-base", "--is-ancestor", commit, base)) !== undefined;
  return { commit, isInBase, hadEdits };
}
