/** The exit code of a command that was not asked for correctly, as in sysexits.h; 2 and 3 are findings, such as "something is pending". */
export const USAGE = 64;

/** Something the person at the keyboard can put right. The message names it and the way out; no stack is shown. */
export class CliError extends Error {
  /** 1: it could not be done. {@link USAGE}: it was not asked for correctly. Another program's own exit code otherwise. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
