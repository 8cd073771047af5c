import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { embeddedMetrics } from "../../providers/aws-local/daemon/cloudwatch/embedded-metrics.ts";
import {
  type AlarmDefinition,
  type AlarmState,
  evaluateAlarm,
  type MetricSeries,
} from "../../providers/aws-local/daemon/cloudwatch/evaluate-alarm.ts";
import { StateStore } from "../../providers/aws-local/daemon/state.ts";
import type { AwsLocal } from "../../providers/aws-local/index.ts";
import { statementsOf } from "../../providers/aws-local/resources/policy-document.ts";

const MINUTE = 60_000;
const PREFIX = "voice-local-";
const NAMES = ["drift-unknown", "drift-watch-stopped", "drifted"];

/** The watch over drift of the local stack: its checks, as they are due, and what came of them. */
export class DriftChecks {
  readonly #aws: AwsLocal;
  readonly #stateDir: string;

  constructor(aws: AwsLocal, stateDir: string) {
    this.#aws = aws;
    this.#stateDir = stateDir;
  }

  /** Lets the schedule go off, and waits for the check. */
  async run(): Promise<void> {
    const { invoked } = await this.#ask<{ invoked: number }>("/run-schedules", "POST");
    if (invoked !== 1) throw new Error(`${invoked} functions were invoked`);
  }

  /** The alarms of the watch that are on, so many minutes from now. */
  async alarms({ minutes = 1 } = {}): Promise<string[]> {
    const at = Date.now() + minutes * MINUTE;
    const { alarms } = await this.#ask<{ alarms: { name: string; state: AlarmState }[] }>(`/alarms?at=${at}`);
    return NAMES.filter((alarm) =>
      alarms.some(({ name, state }) => state === "ALARM" && isCalled(name, `${PREFIX}${alarm}`)),
    );
  }

  /**
   * The alarms that are on after each check, had the checks been a quarter of an hour apart: what the function counted, and the
   * alarms as they are deployed.
   */
  story(): string[][] {
    const checks = this.#lines()
      .map(embeddedMetrics)
      .filter((values) => values.length > 0);
    const definitions = this.#resources("aws:cloudwatch/metricAlarm:MetricAlarm");
    const states = new Map<string, AlarmState>();
    return checks.map((_, last) => {
      const now = (15 * last + 1) * MINUTE;
      const series = checks
        .slice(0, last + 1)
        .flatMap((values, index) =>
          values.map(
            ({ metric, value }): MetricSeries => ({ ...metric, points: [{ time: 15 * index * MINUTE, value }] }),
          ),
        );
      for (const alarm of NAMES) {
        const found = definitions.find(({ id }) => isCalled(id, `${PREFIX}${alarm}`));
        const definition = found?.inputs as unknown as AlarmDefinition;
        states.set(alarm, evaluateAlarm(definition, series, now, states.get(alarm)));
      }
      return NAMES.filter((alarm) => states.get(alarm) === "ALARM");
    });
  }

  /** What the function told. */
  log(): Record<string, unknown>[] {
    return this.#lines().map((line) => JSON.parse(line));
  }

  /** The actions of each statement of the function's role. */
  rights(): string[][] {
    const [policy] = this.#resources("aws:iam/rolePolicy:RolePolicy").filter(({ id }) => id.includes(`${PREFIX}drift`));
    return statementsOf(String(policy?.inputs.policy)).map(({ Action = [] }) => [Action].flat());
  }

  /** The function's own variables. */
  settings(): string {
    return JSON.stringify(this.#function().inputs.environment);
  }

  /** What the account is compared with. */
  picture(): string {
    const folder = join(this.#stateDir, "objects");
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")).join("\n");
  }

  #lines(): string[] {
    const { logGroup } = this.#function().inputs.loggingConfig as { logGroup: string };
    return readFileSync(join(this.#stateDir, "logs", `${logGroup}.log`), "utf8")
      .trim()
      .split("\n");
  }

  #function() {
    const found = this.#resources("aws:lambda/function:Function").find(({ id }) => id.startsWith(`${PREFIX}drift-`));
    if (!found) throw new Error("there is no watch over drift");
    return found;
  }

  #resources(type: string) {
    return new StateStore(this.#stateDir).resources(type);
  }

  async #ask<Answer>(path: string, method = "GET"): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.#aws.token}` };
    return (await (await fetch(`${this.#aws.url}${path}`, { method, headers })).json()) as Answer;
  }
}

/** Names are generated from those of the program. */
const isCalled = (name: string, logical: string) => name.replace(/-[0-9a-f]{7}$/, "") === logical;
