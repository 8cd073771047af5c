import { appendFileSync } from "node:fs";

/** One finished attempt at a request, with nothing in it that may not be shown. */
export interface RequestRecord {
  method: string;
  path: string;
  /** 0 when no answer came. */
  status: number;
  attempt: number;
  milliseconds: number;
}

/**
 * Where each request is logged: nowhere, to standard error (`MINIVOICE_DEBUG=1`) or to a file (`MINIVOICE_DEBUG=<path>`).
 * Bodies and headers are never logged, so there is nothing to redact but what a path could hold.
 */
export function debugLog(target = process.env.MINIVOICE_DEBUG): ((record: RequestRecord) => void) | undefined {
  if (!target) return undefined;
  const write = target === "1" ? (line: string) => process.stderr.write(line) : fileLog(target);
  return ({ method, path, status, attempt, milliseconds }) =>
    write(
      `${new Date().toISOString()} minivoice ${method} ${path} ${status || "no answer"} attempt=${attempt} ${milliseconds}ms\n`,
    );
}

/** A log that cannot be written must not fail the request that it tells of, so that is said once instead. */
function fileLog(path: string): (line: string) => void {
  let isBroken = false;
  return (line) => {
    if (isBroken) return;
    try {
      appendFileSync(path, line, { mode: 0o600 });
    } catch (error) {
      isBroken = true;
      const { message } = error as Error;
      process.stderr.write(
        `minivoice: requests are not logged, because MINIVOICE_DEBUG cannot be written: ${message}\n`,
      );
    }
  };
}
