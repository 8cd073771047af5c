import { renameSync, rmSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import type { Format } from "../review/render/index.ts";
import type { Look } from "../review/render/terminal.ts";
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

const endings: Readonly<Record<string, Format>> = { ".md": "markdown", ".html": "html", ".json": "json" };

/** The format of a report by the ending of its file; as on a terminal for any other. */
export const formatOf = (file: string): Format => endings[extname(file)] ?? "terminal";

/** @param file - absent for what is printed */
export function lookOf(file: string | undefined): Look {
  const { isTTY, columns } = process.stdout;
  const colours = file === undefined && isTTY && process.stdout.hasColors() && !process.env.NO_COLOR;
  return { colours: Boolean(colours), width: (file === undefined && columns) || 120 };
}
