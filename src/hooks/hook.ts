import type { CallEvent, KnownEvent } from "../webhooks/call-event.ts";

/** What a hook is given beside the event. */
export interface HookContext {
  /**
   * The same for every attempt of this hook at this event. A hook runs at least once: pass this on to whatever it writes
   * to (most APIs take an idempotency key), or look whether it is there already.
   */
  idempotencyKey: string;
  /** Aborted when the hook's time is up. Pass it to `fetch`. */
  signal: AbortSignal;
  /** Writes a line into the worker's log, with the call's ID. Bodies and what callers typed do not belong there. */
  log: { info(message: string, properties?: Record<string, unknown>): void };
}

/** Slow work of the owner's that an event brings about, as {@link defineHook} makes it. */
export interface Hook {
  name: string;
  /** The events that it wants; absent for all of them. */
  on?: readonly string[];
  timeoutSeconds: number;
  run(event: CallEvent, context: HookContext): Promise<void>;
}

/**
 * Defines what is done for an event once it is recorded: a ticket, a line in a CRM, a message to a colleague.
 *
 * A hook that throws is tried again with the next delivery of its message, about once per visibility timeout of the queue,
 * and after five times the message waits among the dead letters for `minivoice events redrive`. Hooks that were done by
 * then are not run again. Probes, quarantined events and bodies that are no events bring about nothing.
 *
 * @param hook.name - stays the same for ever: progress is kept under it.
 * @param hook.on - names of events, known or not, or `"*"` for all.
 * @param hook.timeoutSeconds - how long one attempt may take (default 10).
 * @example
 * defineHook({
 *   name: "crm",
 *   on: "call.gathered",
 *   async run({ callId, data }, { idempotencyKey, signal }) {
 *     await crm.addNote(callId, `pressed ${data.digits}`, { idempotencyKey, signal });
 *   },
 * });
 */
export function defineHook<const Name extends KnownEvent | (string & {})>(hook: {
  name: string;
  on: Name | readonly Name[];
  timeoutSeconds?: number;
  run(event: CallEvent<Name extends "*" ? string : Name>, context: HookContext): Promise<void> | void;
}): Hook {
  const { name, on, timeoutSeconds = 10 } = hook;
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
    throw new Error(`hook name ${JSON.stringify(name)}: use up to 64 of a-z, 0-9 and "-", such as "crm-note"`);
  if (!(timeoutSeconds > 0)) throw new Error(`hook ${name}: timeoutSeconds must be more than 0`);
  const names: readonly string[] = [on].flat();
  return {
    name,
    ...(!names.includes("*") && { on: names }),
    timeoutSeconds,
    run: async (event, context) => hook.run(event as Parameters<typeof hook.run>[0], context),
  };
}
