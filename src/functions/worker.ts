import { Logger } from "@aws-lambda-powertools/logger";
import { hooks } from "../hooks/index.ts";
import { callRecords } from "./call-records.ts";
import { required, retentionDays } from "./environment.ts";
import { metricLine } from "./metrics.ts";
import { createWorker } from "./worker-handler.ts";

/**
 * Lambda entry point: records the events of the queue under their call IDs, and runs the hooks.
 *
 * Environment: `CALL_RECORDS_TABLE`; `CALL_RECORDS_RETENTION_DAYS` (default 90); `VOICE_STACK`.
 */
const stack = required("VOICE_STACK");

export const handler = createWorker({
  records: callRecords(required("CALL_RECORDS_TABLE")),
  hooks,
  retentionDays: retentionDays(),
  count: (counts, application) => void process.stdout.write(`${metricLine(stack, counts, application)}\n`),
  log: new Logger({ serviceName: "worker" }),
});
