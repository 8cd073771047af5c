import { execFileSync } from "node:child_process";

/**
 * The commit that is deployed, `-dirty` when the working tree differs from it; absent outside of a git checkout.
 *
 * `VOICE_REVISION` wins, for pipelines that deploy from an export without history.
 */
export function revisionOf(directory: string): string | undefined {
  if (process.env.VOICE_REVISION) return process.env.VOICE_REVISION;
  try {
    // Without the lock option git may write into the checkout, and a preview writes nothing.
    const args = ["--no-optional-locks", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    return execFileSync("git", args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}
