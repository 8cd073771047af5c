import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inPrivateFolder } from "./private-folder.ts";
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
  return inPrivateFolder("expected", async (folder) => {
    const file = join(folder, "expected.json");
    await writeFile(file, JSON.stringify(routes), { mode: 0o600 });
    const env = { ...workspace.env, MINIVOICE_EXPECT: file, MINIVOICE_CONFIRM_CHANGES: String(count) };
    return run({ ...workspace, env });
  });
}
