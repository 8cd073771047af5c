/** Lines that Lambda itself writes around an invocation. */
import type { Outcome } from "./instance.ts";

type Format = "Text" | "JSON";

/** Facts about a finished invocation. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  /** Time to start the process and load the code; absent for a warm one. */
  readonly initMs: number | undefined;
  /** MB. */
  readonly memorySize: number;
  readonly outcome: Outcome;
}

export function startLine(format: Format, requestId: string): string {
  if (format === "JSON") return platformEvent("platform.start", { requestId, version: "$LATEST" });
  return `START RequestId: ${requestId} Version: $LATEST`;
}

export function reportLines(format: Format, report: Report): string[] {
  const { requestId, durationMs, initMs, memorySize, outcome } = report;
  const memoryMb = Math.ceil((outcome.memoryBytes ?? 0) / 1024 / 1024);
  if (format === "JSON") {
    const metrics = {
      durationMs: round(durationMs),
      billedDurationMs: Math.ceil(durationMs),
      memorySizeMB: memorySize,
      maxMemoryUsedMB: memoryMb,
      ...(initMs !== undefined && { initDurationMs: round(initMs) }),
    };
    const failure = "error" in outcome && { errorType: outcome.error.type };
    const status = statusOf(outcome);
    return [platformEvent("platform.report", { requestId, status, ...failure, metrics })];
  }
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${round(durationMs)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memorySize} MB`,
    `Max Memory Used: ${memoryMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${round(initMs)} ms`]),
  ];
  return [...cause(requestId, outcome), `END RequestId: ${requestId}`, fields.join("\t")];
}

/** A process that is gone could not say itself why. */
function cause(requestId: string, outcome: Outcome): string[] {
  if (!("error" in outcome) || outcome.memoryBytes !== undefined) return [];
  const { type, message } = outcome.error;
  if (type === "Sandbox.Timedout") return [`${new Date().toISOString()} ${requestId} ${message}`];
  return [`RequestId: ${requestId} Error: ${message}`, type];
}

function statusOf(outcome: Outcome): string {
  if (!("error" in outcome)) return "success";
  return outcome.error.type === "Sandbox.Timedout" ? "timeout" : "error";
}

function platformEvent(type: string, record: object): string {
  return JSON.stringify({ time: new Date().toISOString(), type, record });
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
