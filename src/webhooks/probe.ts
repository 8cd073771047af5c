import type { WebhookEvent } from "./event.ts";

/** The event that our own checks deliver to see whether webhooks are accepted. */
export const PROBE_EVENT = "minivoice.probe";
/** Their call IDs begin with this, so no call of the vendor's has one of them. */
export const PROBE_CALL_PREFIX = "probe_";
/** Long enough to be looked at. */
export const PROBE_RETENTION_DAYS = 1;

/**
 * Whether an event is a probe: verified and recorded like any other, but hidden from calls, counted in no metric and given
 * to no hook. Both marks are needed, so that an event of the vendor's is never taken for one.
 */
export const isProbe = ({ event, callId }: Pick<WebhookEvent, "event" | "callId">): boolean =>
  event === PROBE_EVENT && (callId?.startsWith(PROBE_CALL_PREFIX) ?? false);
