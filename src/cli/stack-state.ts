import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** One resource as the state of a stack holds it. Secrets in it are closed. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  outputs?: Record<string, unknown>;
  /** Replaced, and not deleted yet. */
  delete?: boolean;
}

/**
 * The resources of a stack, from its exported state: the stack's outputs would be absent or old after a failed `up`.
 *
 * @throws CliError
 */
export async function readState(workspace: StackWorkspace, signal: AbortSignal): Promise<StateResource[]> {
  const result = await runEngine(workspace, ["stack", "export", "--stack", workspace.stack], { signal });
  if (result.code !== 0) throw new CliError(`the state of the stack cannot be read: ${explain(result)}`);
  const state = parseJson(result.stdout) as { deployment?: { resources?: StateResource[] } } | undefined;
  return (state?.deployment?.resources ?? []).filter((resource) => !resource.delete);
}
