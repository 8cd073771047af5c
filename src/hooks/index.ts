import type { Hook } from "./hook.ts";
import { logCompletedCall } from "./log-completed-call.ts";

/** What the worker does for events, in this order. Add your own here. */
export const hooks: readonly Hook[] = [logCompletedCall];
