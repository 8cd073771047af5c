import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "./cli-error.ts";

/** Everything that this project puts into `.local/`. */
const ours = [
  "aws",
  "bundles",
  "install.lock",
  "package",
  "pictures",
  "pulumi",
  "pulumi-home",
  "sandbox",
  "state",
  // The marks come last, so that a deletion that was cut off can be done again.
  "passphrase",
  // SQLite keeps this one beside a lock that is held.
  "start.lock-journal",
  "start.lock",
];

/** One of these is in every folder that a command has worked in. */
const marks = ["passphrase", "start.lock", join("aws", "daemon.lock"), join("sandbox", "daemon.lock")];

/**
 * Makes sure that a folder is that of a local environment, before it is deleted: VOICE_LOCAL_DIR can name any folder.
 *
 * @throws CliError when other things are in it and nothing tells of a local environment.
 */
export function checkLocalDir(localDir: string): void {
  if (namesIn(localDir).length === 0 || marks.some((mark) => existsSync(join(localDir, mark)))) return;
  throw new CliError(
    `${localDir} holds no local environment, so nothing in it was deleted: is VOICE_LOCAL_DIR right? If it is, delete ` +
      "the folder yourself",
  );
}

/**
 * Deletes the local environment, and nothing else that lies in its folder.
 *
 * @returns the names of what stays.
 */
export function deleteLocalEnvironment(localDir: string): string[] {
  for (const name of ours) rmSync(join(localDir, name), { recursive: true, force: true });
  const left = namesIn(localDir);
  if (left.length === 0 && existsSync(localDir)) rmdirSync(localDir);
  return left;
}

const namesIn = (directory: string): string[] => (existsSync(directory) ? readdirSync(directory).sort() : []);
