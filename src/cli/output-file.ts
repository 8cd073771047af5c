import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type { Format } from "../review/render/index.ts";
import type { Look } from "../review/render/terminal.ts";
import { CliError, messageOf, USAGE } from "./cli-error.ts";

/**
 * Sees to it, before a long look at everything, that what is found has a place.
 *
 * @param option - that names the files, such as `--out`.
 * @throws CliError
 */
export function assertWritable(option: string, files: readonly string[]): void {
  for (const file of files) {
    const folder = dirname(resolve(file));
    if (!isFolder(folder)) throw new CliError(`${option} ${file}: there is no folder ${folder}: make it first`, USAGE);
    if (isFolder(file)) throw new CliError(`${option} ${file} is a folder: name a file in it`, USAGE);
  }
}

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

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
