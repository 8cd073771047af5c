/** What the local AWS does by itself from time to time: it samples, evaluates, expires and forgets. */
import type { AlarmStatus, Alarms } from "./cloudwatch/alarms.ts";
import type { Metrics } from "./cloudwatch/metrics.ts";
import type { QueueMetrics } from "./cloudwatch/queue-metrics.ts";
import { deadLetterQueue, QUEUE_TYPE } from "./handlers/queue.ts";
import type { StateStore } from "./state.ts";
import type { Tables } from "./tables.ts";
import { deleteExpired } from "./time-to-live.ts";

const SAMPLE_MS = 60_000;
/** Alarms with short periods are evaluated this often; the others see no change in between. */
const EVALUATE_MS = 10_000;
const EXPIRE_MS = 60_000;

interface UpkeepOptions {
  readonly state: StateStore;
  readonly tables: Tables;
  readonly metrics: Metrics;
  readonly queueMetrics: QueueMetrics;
  readonly alarms: Alarms;
}

/** Runs the upkeep; each part of it can be had at once, too. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    const every = (milliseconds: number, act: () => unknown) =>
      setInterval(async () => {
        try {
          await act();
        } catch (error) {
          console.error(error);
        }
      }, milliseconds).unref();
    this.#timers = [
      every(SAMPLE_MS, () => this.sampleQueues()),
      every(EVALUATE_MS, () => this.#options.alarms.evaluate()),
      every(EXPIRE_MS, () => this.expireItems()),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Publishes the metrics of queues. */
  async sampleQueues(): Promise<void> {
    const { state, metrics, queueMetrics } = this.#options;
    const queues = state.resources(QUEUE_TYPE);
    const dead = new Set(queues.map(({ inputs }) => deadLetterQueue(inputs)));
    const names = queues.map(({ inputs }) => String(inputs.name));
    await queueMetrics.sample(names.map((name) => ({ name, holdsDeadLetters: dead.has(name) })));
    metrics.prune();
  }

  /** The states of all alarms at a time, in milliseconds since the epoch. */
  evaluateAlarms(now?: number): AlarmStatus[] {
    return this.#options.alarms.evaluate(now);
  }

  /**
   * Deletes the items whose time has come.
   *
   * @param now Seconds since the epoch.
   * @returns How many.
   */
  async expireItems(now = Date.now() / 1000): Promise<number> {
    const { state, tables } = this.#options;
    let deleted = 0;
    for (const { id, inputs } of state.resources("aws:dynamodb/table:Table")) {
      const { enabled, attributeName } = (inputs.ttl ?? {}) as { enabled?: boolean; attributeName?: string };
      if (!enabled || !attributeName) continue;
      const keys = [inputs.hashKey, inputs.rangeKey].filter((key) => key !== undefined).map(String);
      deleted += await deleteExpired(tables.client, { name: id, keys, attribute: attributeName }, Math.floor(now));
    }
    return deleted;
  }
}
