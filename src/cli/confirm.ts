import { createInterface } from "node:readline/promises";
import { CliError, USAGE } from "./cli-error.ts";

/**
 * Asks the person at the terminal. The end of the input is a no.
 *
 * @param what - what is about to be done, for a run that nobody watches
 * @param goOn - how to go on after a Ctrl-C, for the message
 * @throws CliError where there is nobody to ask, and after a Ctrl-C
 */
export async function confirmed(question: string, what: string, goOn = "nothing was changed"): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CliError(`there is nobody to ask whether to ${what}: add --yes`, USAGE);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const interruption = new AbortController();
  terminal.on("SIGINT", () => interruption.abort());
  try {
    const answer = await terminal.question(`${question} (y/N) `, { signal: interruption.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    process.stderr.write("\n");
    if (interruption.signal.aborted) throw new CliError(`interrupted: ${goOn}`, 130);
    return false;
  } finally {
    terminal.close();
  }
}
