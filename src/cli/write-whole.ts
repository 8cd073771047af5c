import { renameSync, rmSync, writeFileSync } from "node:fs";
import { CliError, messageOf } from "./cli-error.ts";

/**
 * Writes a file that somebody asked for, whole or not at all.
 *
 * @throws CliError that names the file when it cannot be written.
 */
export function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { flag: "wx" });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new CliError(`${file} cannot be written: ${messageOf(error)}`);
  }
}
