/** What Lambda publishes about functions and their URLs. */
import type { Metrics } from "./metrics.ts";

const NAMESPACE = "AWS/Lambda";

/** An invocation that is over, or that did not come about. */
export type Invocation =
  | { readonly throttled: true }
  | { readonly throttled: false; readonly failed: boolean; readonly durationMs: number; readonly startedAt: number };

/** An answer of a function URL. */
export interface UrlRequest {
  readonly statusCode: number;
  readonly latencyMs: number;
}

/** Publishes the metrics of functions, per function and over all of them. */
export class FunctionMetrics {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** A throttled call is no invocation. */
  invocation(functionName: string, invocation: Invocation): void {
    if (invocation.throttled) {
      this.#put(functionName, "Throttles", 1, "Count");
      return;
    }
    const { failed, durationMs, startedAt } = invocation;
    this.#put(functionName, "Invocations", 1, "Count", startedAt);
    this.#put(functionName, "Errors", failed ? 1 : 0, "Count", startedAt);
    this.#put(functionName, "Throttles", 0, "Count", startedAt);
    this.#put(functionName, "Duration", Math.round(durationMs * 100) / 100, "Milliseconds", startedAt);
  }

  urlRequest(functionName: string, { statusCode, latencyMs }: UrlRequest): void {
    const kind = Math.floor(statusCode / 100);
    this.#put(functionName, "UrlRequestCount", 1, "Count");
    this.#put(functionName, "Url4xxCount", kind === 4 ? 1 : 0, "Count");
    this.#put(functionName, "Url5xxCount", kind === 5 ? 1 : 0, "Count");
    this.#put(functionName, "UrlRequestLatency", Math.round(latencyMs * 100) / 100, "Milliseconds");
  }

  #put(functionName: string, metricName: string, value: number, unit: string, time = Date.now()): void {
    const all: Record<string, string>[] = [{ FunctionName: functionName }, {}];
    for (const dimensions of all)
      this.#metrics.put({ namespace: NAMESPACE, metricName, dimensions, unit }, value, time);
  }
}
