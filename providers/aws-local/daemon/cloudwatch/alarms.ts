/** The states of all alarms, evaluated again and again. Nobody is notified: here states are only to be read. */
import type { StateStore } from "../state.ts";
import type { AlarmDefinition, AlarmState } from "./evaluate-alarm.ts";
import { evaluateAlarm } from "./evaluate-alarm.ts";
import type { Metrics } from "./metrics.ts";

export const ALARM_TYPE = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** An alarm as it stands. */
export interface AlarmStatus {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly state: AlarmState;
  /** RFC 3339; when it came into this state. */
  readonly since: string;
}

/** All alarms. */
export class Alarms {
  readonly #state: StateStore;
  readonly #metrics: Metrics;
  readonly #statuses = new Map<string, AlarmStatus>();

  constructor(state: StateStore, metrics: Metrics) {
    this.#state = state;
    this.#metrics = metrics;
  }

  /** Evaluates every alarm at this time, in milliseconds since the epoch, and returns how they stand then. */
  evaluate(now = Date.now()): AlarmStatus[] {
    const series = this.#metrics.series();
    const statuses = this.#state.resources(ALARM_TYPE).map(({ id, inputs, attributes }) => {
      const before = this.#statuses.get(id);
      const state = evaluateAlarm(inputs as unknown as AlarmDefinition, series, now, before?.state);
      const since = before?.state === state ? before.since : new Date(now).toISOString();
      const description = inputs.alarmDescription as string | undefined;
      return { name: id, arn: String(attributes.arn), description, state, since };
    });
    this.#statuses.clear();
    for (const status of statuses) this.#statuses.set(status.name, status);
    return statuses;
  }
}
