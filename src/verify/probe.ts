import { randomBytes } from "node:crypto";
import { PROBE_CALL_PREFIX } from "../webhooks/probe.ts";

/** A call ID that no call has: whatever carries it is recorded apart and counts in no metric. */
export const probeCallId = (): string => `${PROBE_CALL_PREFIX}${randomBytes(12).toString("hex")}`;
