import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/** Log groups as files: `/aws/lambda/answer` is `logs/aws/lambda/answer.log`. */
export class LogFiles {
  readonly #folder: string;
  /** Up to where each file was read. */
  readonly #read = new Map<string, number>();

  constructor(stateDir: string) {
    this.#folder = join(stateDir, "logs");
  }

  path(group: string): string {
    return join(this.#folder, `${group}.log`);
  }

  /** Opens the file of a group for appending; the caller closes it. */
  open(group: string): number {
    const file = this.path(group);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const log = openSync(file, "a", 0o600);
    if (!this.#read.has(group)) this.#read.set(group, fstatSync(log).size);
    return log;
  }

  append(group: string, lines: readonly string[]): void {
    const log = this.open(group);
    writeSync(log, lines.map((line) => `${line}\n`).join(""));
    closeSync(log);
  }

  /** The whole lines that were written since the last call. */
  newLines(group: string): string[] {
    const start = this.#read.get(group);
    if (start === undefined || !statSync(this.path(group), { throwIfNoEntry: false })) return [];
    const log = openSync(this.path(group), "r");
    const bytes = Buffer.alloc(Math.max(0, fstatSync(log).size - start));
    readSync(log, bytes, 0, bytes.length, start);
    closeSync(log);
    const end = bytes.lastIndexOf("\n") + 1;
    this.#read.set(group, start + end);
    return end === 0 ? [] : bytes.toString("utf8", 0, end - 1).split("\n");
  }

  delete(group: string): void {
    rmSync(this.path(group), { force: true });
    this.#read.delete(group);
  }
}
