import { type Context, configurationOf, createContext } from "pulumi-minivoice/lifecycle";
import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/**
 * The account of a stack, to be read only, with the settings that its provider would use.
 *
 * @throws ConfigurationError, CliError
 */
export async function openAccount(workspace: StackWorkspace, signal: AbortSignal): Promise<Context> {
  const result = await runEngine(workspace, ["config", "--json", "--show-secrets", "--stack", workspace.stack], {
    signal,
  });
  if (result.code !== 0) throw new CliError(`the configuration of the stack cannot be read: ${explain(result)}`);
  const config = (parseJson(result.stdout) ?? {}) as Record<string, { value?: string }>;
  const configuration = configurationOf((key) => config[key]?.value, workspace.env);
  return createContext({ ...configuration, readOnly: true, say: (text) => process.stderr.write(`${text}\n`) });
}
