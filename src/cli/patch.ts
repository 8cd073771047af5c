import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "./cli-error.ts";

/** A voice file of a million numbers, all changed, stays below it. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The change of one file as `git apply` takes it; empty where nothing changes.
 *
 * @param file - its path in the repository
 * @throws CliError where git is not installed
 */
export async function patchOf(file: string, before: string, after: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "minivoice-patch-"));
  try {
    for (const [side, text] of Object.entries({ a: before, b: after })) {
      const path = join(directory, side, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    const args = ["diff", "--no-index", "--no-prefix", "--no-color", "--no-ext-diff", join("a", file), join("b", file)];
    await promisify(execFile)("git", args, { cwd: directory, maxBuffer: MOST_BYTES });
    return "";
  } catch (error) {
    const { code, stdout = "" } = error as { code?: unknown; stdout?: string };
    // It answers 1 where there is a difference.
    if (code === 1) return stdout;
    throw new CliError(`git cannot make a patch (${(error as Error).message.trim()}): it has to be installed`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
