/** Rules of EventBridge at work: at its rate each one invokes the functions that are its targets. */
import { randomUUID } from "node:crypto";
import { functionName } from "../../resources/function.ts";
import type { Functions } from "../lambda/functions.ts";
import { allowsService } from "../lambda/resource-policy.ts";
import type { StateStore, StoredResource } from "../state.ts";

export const EVENT_RULE_TYPE = "aws:cloudwatch/eventRule:EventRule";
export const EVENT_TARGET_TYPE = "aws:cloudwatch/eventTarget:EventTarget";

interface ScheduledRulesOptions {
  readonly accountId: string;
  readonly state: StateStore;
  readonly functions: Functions;
}

/** All rules that are enabled. */
export class ScheduledRules {
  readonly #options: ScheduledRulesOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(options: ScheduledRulesOptions) {
    this.#options = options;
  }

  /** @param rate Milliseconds between two events; the first one comes after as long. */
  start(name: string, rate: number): void {
    this.stop(name);
    this.#timers.set(name, setInterval(() => void this.#goOff(name), rate).unref());
  }

  stop(name: string): void {
    clearInterval(this.#timers.get(name));
    this.#timers.delete(name);
  }

  stopAll(): void {
    for (const name of [...this.#timers.keys()]) this.stop(name);
  }

  /**
   * Lets every rule that is enabled go off at once, and waits for its targets.
   *
   * @returns How many functions were invoked.
   */
  async goOffNow(): Promise<number> {
    const invoked = await Promise.all([...this.#timers.keys()].map((name) => this.#goOff(name)));
    return invoked.reduce((sum, count) => sum + count, 0);
  }

  async #goOff(name: string): Promise<number> {
    const { state } = this.#options;
    const rule = state.resource(EVENT_RULE_TYPE, name);
    if (!rule) return 0;
    const targets = state.resources(EVENT_TARGET_TYPE).filter(({ inputs }) => inputs.rule === name);
    const invoked = await Promise.all(targets.map((target) => this.#invoke(rule, target)));
    return invoked.filter((was) => was).length;
  }

  /** What cannot be invoked is lost without a word to anybody but those who read this process's own log. */
  async #invoke(rule: StoredResource, { inputs }: StoredResource): Promise<boolean> {
    const { accountId, functions, state } = this.#options;
    const name = functionName(inputs.arn);
    const arn = String(rule.attributes.arn);
    try {
      if (!allowsService(state.policy(name), { principal: "events.amazonaws.com", sourceArn: arn, accountId }))
        throw new Error(`the policy of the function ${name} does not let the rule ${rule.id} invoke it`);
      await functions.host(name).invoke({
        version: "0",
        id: randomUUID(),
        "detail-type": "Scheduled Event",
        source: "aws.events",
        account: accountId,
        time: `${new Date().toISOString().slice(0, 19)}Z`,
        region: rule.region,
        resources: [arn],
        detail: {},
      });
      return true;
    } catch (error) {
      console.error(error);
      return false;
    }
  }
}
