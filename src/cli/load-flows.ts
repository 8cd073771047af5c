import { CliError, messageOf } from "./cli-error.ts";

/** What `src/flows` exports. */
export type Flows = typeof import("../flows/index.ts");

/**
 * The call flows of this checkout. Loaded only where a command needs them: a flow that does not build must not keep anybody
 * from looking at what is live.
 *
 * @throws CliError with what is wrong with them.
 */
export async function loadFlows(): Promise<Flows> {
  try {
    return await import("../flows/index.ts");
  } catch (error) {
    throw new CliError(`the call flows (src/flows) cannot be loaded: ${messageOf(error)}`);
  }
}
