import { type Context, configurationOf, createContext } from "pulumi-minivoice/lifecycle";
import { CliError } from "./cli-error.ts";
import { runEngine } from "./engine.ts";
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
  const config = await stackConfiguration(workspace, signal);
  const configuration = { ...configurationOf((key) => config[key], workspace.env), ...limits };
  return createContext({ ...configuration, readOnly: true, say: (text) => process.stderr.write(`${text}\n`) });
}

/**
 * The configuration of a stack, secrets included: the values are for the account's client or a keyed hash, and for nobody's
 * eyes.
 *
 * @throws CliError
 */
export async function stackConfiguration(
  workspace: StackWorkspace,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const result = await runEngine(workspace, ["config", "--json", "--show-secrets", "--stack", workspace.stack], {
    signal,
  });
  signal.throwIfAborted();
  // What it printed may hold secrets, so only its complaint is shown.
  if (result.code !== 0) throw new CliError(`the configuration of the stack cannot be read: ${result.stderr.trim()}`);
  const config = Object.entries((parseJson(result.stdout) ?? {}) as Record<string, { value?: string }>);
  return Object.fromEntries(config.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])));
}
