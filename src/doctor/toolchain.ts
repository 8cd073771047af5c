import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Check, ok, problem, warning } from "./check.ts";

/** The programs that a deployment needs. */
export interface Toolchain {
  node: { version: string; oldest: string; isNewEnough: boolean };
  /** The Pulumi CLI that would be used, or why there is none. */
  pulumi: { command: string; version: string } | { problem: string };
  /** What `git` says of the project's folder. */
  git: { installed: false } | { installed: true; commit?: string; dirty: boolean };
}

/** Judges the programs. */
export function checkToolchain({ node, pulumi, git }: Toolchain): Check[] {
  return [
    node.isNewEnough
      ? ok("Node", `Node ${node.version}`)
      : problem("Node", `Node ${node.version} is too old`, `install Node ${node.oldest} or newer`),
    "problem" in pulumi
      ? problem(
          "Pulumi CLI",
          pulumi.problem,
          "run npm start, which brings it, or install it: https://www.pulumi.com/docs/install",
        )
      : ok("Pulumi CLI", `Pulumi ${pulumi.version} (${pulumi.command})`),
    checkGit(git),
  ];
}

function checkGit(git: Toolchain["git"]): Check {
  const name = "git";
  if (!git.installed)
    return problem(
      name,
      "git is not installed, so nobody could tell what was deployed",
      "install git: https://git-scm.com",
    );
  if (git.commit === undefined)
    return warning(
      name,
      "this folder is no git checkout, so nobody could tell what was deployed",
      "deploy from a checkout, or set VOICE_REVISION to the commit",
    );
  if (git.dirty)
    return warning(
      name,
      `${git.commit} with changes that are not committed`,
      "commit them: what is deployed should be what was reviewed",
    );
  return ok(name, `commit ${git.commit}, without changes`);
}

/** What git says of a folder; one that hangs, as on a network drive, is given up. */
export async function gitIn(cwd: string): Promise<Toolchain["git"]> {
  // Without the lock option git may write into the checkout.
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await run("git", ["--no-optional-locks", ...args], { cwd, timeout: 5_000 });
    return stdout.trim();
  };
  try {
    const commit = await git("rev-parse", "--short", "HEAD");
    return { installed: true, commit, dirty: (await git("status", "--porcelain")) !== "" };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT"
      ? { installed: false }
      : { installed: true, dirty: false };
  }
}

const run = promisify(execFile);
