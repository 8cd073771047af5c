import { execFile } from "node:child_process";

/** What git answered to a question that it could not answer. */
export class GitError extends Error {
  override readonly name = "GitError";
}

/** What git itself leaves out for another repository: a hook that runs a review has them set for its own. */
const ofAnotherRepository =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/;

/**
 * Asks git about the repository around a folder. Nothing in it is written: git takes no lock and refreshes no index.
 *
 * @throws GitError with what git said.
 */
export function git(directory: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const kept = Object.entries(process.env).filter(([name]) => !ofAnotherRepository.test(name));
  const env = { ...Object.fromEntries(kept), LC_ALL: "C", ...(options.index && { GIT_INDEX_FILE: options.index }) };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(
    "git",
    ["--no-optional-locks", "--literal-pathspecs", "-c", "core.symlinks=false", "-c", "core.fsmonitor=false", ...args],
    { cwd: directory, env, maxBuffer: 256 * 1024 * 1024, ...(options.signal && { signal: options.signal }) },
    (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if ((error as NodeJS.ErrnoException).code === "ENOENT") reject(new GitError("git is not installed"));
      else reject(new GitError(stderr.trim().replace(/^(fatal|error): /, "") || error.message));
    },
  );
  child.stdin?.on("error", () => undefined).end(options.input ?? "");
  return promise;
}

export interface GitOptions {
  signal?: AbortSignal | undefined;
  /** An index file of our own, in place of the repository's. */
  index?: string;
  input?: string;
}

/** The same, for questions whose answer may be "there is none". */
export const gitOrNothing = async (directory: string, args: readonly string[], options: GitOptions = {}) =>
  git(directory, args, options).catch((error: unknown) => {
    if (error instanceof GitError) return undefined;
    throw error;
  });
