import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";
import { CliError, messageOf } from "./cli-error.ts";

/** A `Pulumi.<stack>.yaml`. */
export interface StackFile {
  config?: Record<string, unknown>;
  secretsprovider?: unknown;
  encryptionsalt?: unknown;
  [field: string]: unknown;
}

/** Stands for a secret that only the real stack's key opens. It is enough for a preview. */
export const DUMMY_SECRET = "dummy-secret-of-a-preview";

/**
 * The working copy of a stack's configuration file: what the tracked file says now, with what the engine or
 * `pulumi config set` added to the copy since, such as the encryption salt of the local passphrase.
 *
 * Secrets in the tracked file are closed with a key that a newcomer does not have: in the copy a dummy stands for each.
 *
 * @param tracked - the text of the file that a pull request edits.
 * @param base - the text of the last working copy as this function made it, if there was one.
 * @param copy - the text of the working copy as it is now, if there is one.
 * @param file - its name, for messages.
 */
export function workingCopy(tracked: string, base: string | undefined, copy: string | undefined, file: string): string {
  const next = withoutRealSecrets(readStackFile(tracked, file));
  if (copy === undefined || base === undefined) return stringify(next);
  return stringify(
    withLocalChanges(next, readStackFile(base, file), readStackFile(copy, `the working copy of ${file}`)),
  );
}

function withoutRealSecrets({ secretsprovider, encryptedkey, encryptionsalt, config, ...rest }: StackFile): StackFile {
  return { ...rest, config: withDummies(config ?? {}) as Record<string, unknown> };
}

function withDummies(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDummies);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure") return DUMMY_SECRET;
  return Object.fromEntries(entries.map(([key, inner]) => [key, withDummies(inner)]));
}

function withLocalChanges(next: StackFile, base: StackFile, copy: StackFile): StackFile {
  const { config: nextConfig, ...nextRest } = next;
  const { config: baseConfig = {}, ...baseRest } = base;
  const { config: copyConfig = {}, ...copyRest } = copy;
  const config = { ...nextConfig, ...changes(baseConfig, copyConfig) };
  return { ...nextRest, ...changes(baseRest, copyRest), config };
}

const changes = (base: Record<string, unknown>, copy: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(copy).filter(([key, value]) => !isDeepStrictEqual(base[key], value)));

/** @throws CliError that names the file when it is no YAML */
export function readStackFile(text: string, file: string): StackFile {
  try {
    return (parse(text) as StackFile | null) ?? {};
  } catch (error) {
    throw new CliError(`${file} is not valid YAML: ${messageOf(error)}`);
  }
}

/** Whether a setting is on: the engine writes the text `true`, an editor the boolean. */
export const isSet = ({ config }: StackFile, key: string): boolean => String(config?.[key]) === "true";
