import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/** Log groups as files: `/aws/lambda/answer` is `logs/aws/lambda/answer.log`. */
export class LogFiles {
  readonly #folder: string;

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
    return openSync(file, "a", 0o600);
  }

  append(group: string, lines: readonly string[]): void {
    const file = this.open(group);
    writeSync(file, lines.map((line) => `${line}\n`).join(""));
    closeSync(file);
  }

  delete(group: string): void {
    rmSync(this.path(group), { force: true });
  }
}
