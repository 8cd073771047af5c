import { lstatSync } from "node:fs";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type GitOptions, git } from "./git.ts";

/** All that a review reads of a version: the stacks, the flows and what they are made with. */
export const reviewedParts = ["package.json", "stacks", "src"];

/**
 * One version of the project in a folder of its own. Symbolic links are not followed, and come as plain text: a link in a
 * branch of a stranger could lead to any file of this machine.
 */
export interface SourceTree {
  directory: string;
}

/** Writes a commit's files, without a worktree and without touching the repository's index. */
export async function exportCommit(
  project: string,
  commit: string,
  to: string,
  packages: string,
  options: GitOptions = {},
): Promise<SourceTree> {
  const index = `${to}.index`;
  const prefix = (await git(project, ["rev-parse", "--show-prefix"], options)).trim();
  const top = (await git(project, ["rev-parse", "--show-toplevel"], options)).trim();
  const wanted = reviewedParts.map((part) => `${prefix}${part}`);
  await mkdir(to, { recursive: true });
  const own = { ...options, index };
  await git(top, ["read-tree", commit], own);
  const files = await git(top, ["ls-files", "-z", "--", ...wanted], own);
  await git(top, ["checkout-index", "-z", "--stdin", "--quiet", "--force", `--prefix=${to}/`], {
    ...own,
    input: files,
  });
  const directory = join(to, prefix);
  await linkPackages(directory, packages);
  return { directory };
}

/** Copies the working tree with its uncommitted edits, but without what git ignores. */
export async function copyWorkingTree(
  project: string,
  to: string,
  packages: string,
  options: GitOptions = {},
): Promise<SourceTree> {
  const listed = await git(
    project,
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...reviewedParts],
    options,
  );
  for (const file of new Set(listed.split("\0").filter(Boolean))) {
    const source = join(project, file);
    if (!lstatSync(source, { throwIfNoEntry: false })?.isFile() || throughLink(project, file)) continue;
    await mkdir(dirname(join(to, file)), { recursive: true });
    await copyFile(source, join(to, file));
  }
  await linkPackages(to, packages);
  return { directory: to };
}

/** Whether a folder on the way to a file is a link; git lists nothing behind one, unless it became one since. */
const throughLink = (project: string, file: string): boolean =>
  dirname(file)
    .split("/")
    .some((_, index, steps) => lstatSync(join(project, ...steps.slice(0, index + 1))).isSymbolicLink());

/** The packages of both versions are the installed ones: nothing is installed for a review. */
const linkPackages = async (directory: string, packages: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  await symlink(packages, join(directory, "node_modules"), "dir");
};
