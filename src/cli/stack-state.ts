import { exportedState, type StateResource } from "../stack-state/exported-state.ts";
import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/**
 * The resources of a stack, from its exported state. Secrets in them are closed.
 *
 * @throws CliError
 */
export async function readState(workspace: StackWorkspace, signal: AbortSignal): Promise<StateResource[]> {
  const result = await runEngine(workspace, ["stack", "export", "--stack", workspace.stack], { signal });
  if (result.code !== 0) throw new CliError(`the state of the stack cannot be read: ${explain(result)}`);
  return exportedState(parseJson(result.stdout)).resources;
}
