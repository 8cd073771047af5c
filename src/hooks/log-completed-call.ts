import { defineHook } from "./hook.ts";

/**
 * Where a CRM would learn of a call that is over. As it is, it writes one line into the worker's log: put the request to
 * your CRM in its place, and pass it the idempotency key and the signal.
 */
export const logCompletedCall = defineHook({
  name: "log-completed-call",
  on: "call.completed",
  run({ call, late }, { idempotencyKey, log }) {
    log.info("call completed", { application_id: call.applicationId, late, idempotency_key: idempotencyKey });
  },
});
