/** What SQS publishes about queues, once a minute. */
import type { Queues } from "../queues.ts";
import type { Metrics } from "./metrics.ts";

/** Samples the queues. */
export class QueueMetrics {
  readonly #metrics: Metrics;
  readonly #queues: Queues;
  /** When each message was first seen in its queue: a dead letter keeps the time at which it was sent elsewhere. */
  readonly #arrivals = new Map<string, Map<string, number>>();

  constructor(metrics: Metrics, queues: Queues) {
    this.#metrics = metrics;
    this.#queues = queues;
  }

  /** Publishes how many messages each queue holds and how long the oldest has been there. */
  async sample(queues: readonly { readonly name: string; readonly holdsDeadLetters: boolean }[]): Promise<void> {
    const now = Date.now();
    for (const name of this.#arrivals.keys())
      if (!queues.some((queue) => queue.name === name)) this.#arrivals.delete(name);
    for (const { name, holdsDeadLetters } of queues) {
      const messages = (await this.#queues.find(name))?.inspectMessages();
      if (!messages) continue;
      const all = [...messages.ready, ...messages.inflight.map(({ message }) => message)];
      const seen = this.#arrivals.get(name);
      const arrivals = new Map(
        all.map(({ messageId, sentTimestamp }) => [
          messageId,
          holdsDeadLetters ? (seen?.get(messageId) ?? now) : sentTimestamp,
        ]),
      );
      this.#arrivals.set(name, arrivals);
      const oldest = Math.min(now, ...arrivals.values());
      this.#put(name, "ApproximateNumberOfMessagesVisible", messages.ready.length, "Count", now);
      this.#put(name, "ApproximateAgeOfOldestMessage", Math.floor((now - oldest) / 1000), "Seconds", now);
    }
  }

  #put(QueueName: string, metricName: string, value: number, unit: string, time: number): void {
    this.#metrics.put({ namespace: "AWS/SQS", metricName, dimensions: { QueueName }, unit }, value, time);
  }
}
