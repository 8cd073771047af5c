import { createInterface } from "node:readline/promises";
import { CliError, USAGE } from "./cli-error.ts";

/**
 * Asks the person at the terminal.
 *
 * @param what - what is about to be done, for a run that nobody watches
 * @throws CliError where there is nobody to ask
 */
export async function confirmed(question: string, what: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CliError(`there is nobody to ask whether to ${what}: add --yes`, USAGE);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} (y/N) `).finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}
