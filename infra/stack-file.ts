import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { entriesOf, fieldOf } from "./voice-rules.ts";
import { type Place, type Problem, YamlSource } from "./yaml-source.ts";

/**
 * `Pulumi.<stack>.yaml` as it is committed. The engine hands a program its own stack's values alone, without their
 * places; rules that compare stacks, or that look at how a value is kept, need the files.
 *
 * A file that is missing, or no YAML, says nothing: the engine reports the latter itself.
 */
export class StackFile {
  readonly stack: string;
  readonly exists: boolean;
  readonly #source: YamlSource;

  /** @param directory - the folder of the stack files, usually `stacks`. */
  constructor(directory: string, stack: string) {
    this.stack = stack;
    const name = `Pulumi.${stack}.yaml`;
    const path = join(directory, name);
    this.exists = existsSync(path);
    this.#source = new YamlSource(this.exists ? readFileSync(path, "utf8") : "", join(basename(directory), name));
  }

  /** The fields beside `config`, such as `secretsprovider`. */
  get fields(): Record<string, unknown> {
    return Object.fromEntries(entriesOf(this.#source.value).filter(([field]) => field !== "config"));
  }

  /** A configuration value in plain text; `undefined` for one that is absent, empty, encrypted or no text. */
  plain(key: string): string | undefined {
    const value = this.#value(key);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  /** Whether a configuration value is there and encrypted. */
  isEncrypted(key: string): boolean {
    return fieldOf(this.#value(key), "secure") !== undefined;
  }

  /** Rules that the stack may break, with the reasons. */
  get allowed(): Record<string, string> {
    return Object.fromEntries(entriesOf(this.#value("voice:allow")).map(([rule, reason]) => [rule, String(reason)]));
  }

  /** The keys of all configuration values. */
  get keys(): string[] {
    return entriesOf(fieldOf(this.#source.value, "config")).map(([key]) => key);
  }

  /** What YAML itself objects to. */
  get syntaxProblems(): readonly Problem[] {
    return this.#source.syntaxProblems;
  }

  placeOf(key: string): Place {
    return this.#source.placeOfKey(["config", key]);
  }

  #value(key: string): unknown {
    return fieldOf(fieldOf(this.#source.value, "config"), key);
  }
}
