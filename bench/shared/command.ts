import { type ParseArgsConfig, parseArgs } from "node:util";

/** An option whose value cannot be used. */
class UsageError extends Error {}

/** Ends the measurement before it begins: the value of an option is wrong. */
export function refuse(reason: string): never {
  throw new UsageError(reason);
}

/**
 * Runs one measurement with the options of the command line. Exit code 2 for options that nobody knows or that are wrong, 130
 * after a Ctrl-C.
 *
 * @param options - of `parseArgs`, without `help`
 */
export async function command<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  help: string,
  options: Options,
  action: (values: ReturnType<typeof parseArgs<{ options: Options }>>["values"]) => Promise<void>,
): Promise<void> {
  process.once("SIGINT", () => process.exit(130));
  try {
    if (process.argv.includes("--help")) process.stdout.write(help);
    else await action(parseArgs({ options }).values);
  } catch (error) {
    if (!isUsage(error)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 2;
  }
}

const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));

/** The value of `--<name>` as whole numbers of 1 or more. */
export function wholeNumbers(name: string, value: string): number[] {
  const numbers = value.split(",").map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number > 0)) return numbers;
  return refuse(`--${name} ${value}: must be whole numbers of 1 or more, such as 100,1000`);
}

/** The value of `--<name>` as one whole number of 1 or more. */
export function wholeNumber(name: string, value: string): number {
  const [number, ...others] = wholeNumbers(name, value) as [number, ...number[]];
  return others.length === 0 ? number : refuse(`--${name} ${value}: must be one whole number of 1 or more`);
}

/** Tells on standard error what is under way. */
export const say = (text: string): void => void process.stderr.write(text);
