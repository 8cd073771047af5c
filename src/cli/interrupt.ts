import { CliError } from "./cli-error.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a task that can be interrupted: the first Ctrl-C (or SIGTERM, or a closed terminal) asks whatever is under way to
 * stop cleanly, and the process ends when it has. The second one does not wait.
 *
 * @param goOn - how to go on after an interruption, for the message
 * @throws CliError when it was interrupted
 */
export async function interruptible<Result>(
  goOn: string,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write("stopping\n");
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const result = await task(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw controller.signal.aborted ? new CliError(`interrupted: ${goOn}`, 130) : error;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
