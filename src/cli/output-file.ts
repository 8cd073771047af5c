import { renameSync, rmSync, writeFileSync } from "node:fs";
import { CliError, messageOf } from "./cli-error.ts";

/**
 * Writes what a command found into a file, or to standard output. The file is there as a whole, or as it was before.
 *
 * @throws CliError when it cannot be written.
 */
export function deliver(text: string, file: string | undefined): void {
  if (file === undefined) return void process.stdout.write(text);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new CliError(`--out ${file} cannot be written: ${messageOf(error)}`);
  }
}
