import { createHash } from "node:crypto";
import type { Hook, HookContext } from "../hooks/hook.ts";
import type { CallEvent } from "../webhooks/call-event.ts";
import { ExplainedError } from "../webhooks/explained-error.ts";
import { type Log, logged } from "./log.ts";

/** What the hooks of one event need from the worker. */
export interface HookRun {
  /** What makes the event this one: call and event key. */
  key: readonly string[];
  /** The hooks that were done before. */
  done: ReadonlySet<string>;
  markDone: (hook: string) => Promise<void>;
  /** When the worker has to be ready, in milliseconds from now. */
  remainingMs: () => number;
  log: HookContext["log"] & Pick<Log, "error">;
}

/** Kept free, so that the worker can still say which messages failed before Lambda ends it. */
const RESERVE_MS = 2_000;

/**
 * Runs the hooks that want an event and have not been done for it, one after the other. One that fails does not keep the
 * others from running.
 *
 * @returns the names of those that failed.
 */
export async function runHooks(hooks: readonly Hook[], event: CallEvent, run: HookRun): Promise<string[]> {
  const failed: string[] = [];
  for (const hook of hooks) {
    if (run.done.has(hook.name) || (hook.on && !hook.on.includes(event.event))) continue;
    try {
      await attempt(hook, event, run);
      await run.markDone(hook.name);
    } catch (error) {
      run.log.error("hook failed", { hook: hook.name, ...logged(error), reason: messageOf(error) });
      failed.push(hook.name);
    }
  }
  return failed;
}

async function attempt(hook: Hook, event: CallEvent, { key, remainingMs, log }: HookRun): Promise<void> {
  const limit = Math.min(hook.timeoutSeconds * 1_000, remainingMs() - RESERVE_MS);
  if (limit <= 0) throw new ExplainedError("the worker has no time left for it");
  const timer = new AbortController();
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const ended = setTimeout(() => {
    const reason = new ExplainedError(`not done within ${limit / 1_000} seconds`);
    timer.abort(reason);
    reject(reason);
  }, limit);
  try {
    const idempotencyKey = createHash("sha256")
      .update(JSON.stringify([hook.name, ...key]))
      .digest("hex");
    await Promise.race([hook.run(event, { idempotencyKey, signal: timer.signal, log }), timeout]);
  } finally {
    clearTimeout(ended);
  }
}

/** What a hook throws is its owner's to say. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500);
