import { ExplainedError } from "../webhooks/explained-error.ts";

/** Writes one JSON line with properties. No body, no secret and nothing that a caller typed belongs there. */
export interface Log {
  info(message: string, properties: Record<string, unknown>): void;
  warn(message: string, properties: Record<string, unknown>): void;
  error(message: string, properties: Record<string, unknown>): void;
}

/**
 * An error as the log may hold it: its name, and where in our code it came from. Its message only where that is
 * ours, or AWS's, which names the action and the resource; any other one may quote what it could not work with.
 */
export function logged(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const cause = error.cause instanceof Error ? error.cause : error;
  const places = (cause.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
  return {
    error: cause.name,
    ...(cause instanceof ExplainedError || "$metadata" in cause
      ? { reason: cause.message }
      : { at: places.slice(0, 5).map((line) => line.trim()) }),
  };
}
