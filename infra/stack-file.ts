import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { entriesOf, fieldOf } from "./voice-rules.ts";
import { type Place, YamlSource } from "./yaml-source.ts";

/**
 * `Pulumi.<stack>.yaml` as it is committed. The engine hands a program its own stack's values alone, without their
 * places; rules that compare stacks, or that look at how a value is kept, need the files.
 *
 * A file that is missing, or no YAML, says nothing: the engine reports the latter itself.
 */
export class StackFile {
  readonly stack: string;
  readonly #source: YamlSource;

  /** @param directory - the folder of the stack files, usually `stacks`. */
  constructor(directory: string, stack: string) {
    this.stack = stack;
    const name = `Pulumi.${stack}.yaml`;
    const path = join(directory, name);
    this.#source = new YamlSource(existsSync(path) ? readFileSync(path, "utf8") : "", join(basename(directory), name));
  }

  /** The fields beside `config`, such as `secretsprovider`. */
  get fields(): Record<string, unknown> {
    return Object.fromEntries(entriesOf(this.#source.value).filter(([field]) => field !== "config"));
  }

  /** A configuration value in plain text; `undefined` for one that is absent, empty, encrypted or no text. */
  plain(key: string): string | undefined {
    const value = fieldOf(fieldOf(this.#source.value, "config"), key);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  placeOf(key: string): Place {
    return this.#source.placeOfKey(["config", key]);
  }
}
