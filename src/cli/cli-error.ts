/** Something the person at the keyboard can put right. The message names it and the way out; no stack is shown. */
export class CliError extends Error {
  /** 1: it could not be done. 2: it was not asked for correctly. Another program's own exit code otherwise. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
