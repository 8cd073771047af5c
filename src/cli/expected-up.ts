import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackWorkspace } from "./stack-workspace.ts";

/** What a deployment may write of the numbers. */
export interface Expected {
  /** Of each number that may be written, where it goes now: no other is, and none that has moved since. */
  routes: Readonly<Record<string, string>>;
  /** How many numbers of one table change. */
  count: number;
}

/**
 * Runs something with a workspace in which a deployment writes only what is expected. The file that says so is gone
 * afterwards, whatever happens.
 */
export async function expecting<Result>(
  workspace: StackWorkspace,
  { routes, count }: Expected,
  run: (workspace: StackWorkspace) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "minivoice-expected-"));
  try {
    const file = join(directory, "expected.json");
    await writeFile(file, JSON.stringify(routes), { mode: 0o600 });
    const env = { ...workspace.env, MINIVOICE_EXPECT: file, MINIVOICE_CONFIRM_CHANGES: String(count) };
    return await run({ ...workspace, env });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
