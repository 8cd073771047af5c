import { type Context, configurationOf, createContext } from "pulumi-minivoice/lifecycle";
import { CliError } from "./cli-error.ts";
import { explain, runEngine } from "./engine.ts";
import { parseJson } from "./json.ts";
import type { StackWorkspace } from "./stack-workspace.ts";

/** How long the API may take, for commands that somebody waits for and that can say what they could not read. */
export const impatient = { timeout: "5 seconds", totalTimeout: "15 seconds", retries: 2 } as const;

/**
 * The account of a stack, to be read only, with the settings that its provider would use.
 *
 * @param limits - in place of the provider's patience.
 * @throws ConfigurationError, CliError
 */
export async function openAccount(
  workspace: StackWorkspace,
  signal: AbortSignal,
  limits: Partial<typeof impatient> = {},
): Promise<Context> {
  const configuration = { ...configurationOf(await readConfig(workspace, signal), workspace.env), ...limits };
  return createContext({ ...configuration, readOnly: true, say: (text) => process.stderr.write(`${text}\n`) });
}

/**
 * Reads the configuration of a stack, secrets included: the values are for the account's client, and for nobody's eyes.
 *
 * @throws CliError
 */
async function readConfig(
  workspace: StackWorkspace,
  signal: AbortSignal,
): Promise<(key: string) => string | undefined> {
  const result = await runEngine(workspace, ["config", "--json", "--show-secrets", "--stack", workspace.stack], {
    signal,
  });
  if (result.code !== 0) throw new CliError(`the configuration of the stack cannot be read: ${explain(result)}`);
  const config = (parseJson(result.stdout) ?? {}) as Record<string, { value?: string }>;
  return (key) => config[key]?.value;
}
