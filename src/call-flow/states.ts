import type { Action } from "./action-schema.ts";
import type { Flow, Step } from "./flow.ts";
import { edgesOf, loopsOf, stepOf } from "./graph.ts";

/** How often each menu of the present loop was heard in this call: all that a call must remember. */
export type Heard = ReadonlyMap<string, number>;

/** A caller who is being asked: where, and how often by then. */
export interface State {
  /** `<menu>.<times heard>`, followed by the counts of the other menus in its loop: `main.2.1`. */
  readonly name: string;
  readonly menu: string;
  readonly heard: Heard;
}

/** What is done in one go: from a step on, until the caller is asked or the call ends. */
export interface Turn {
  /** The steps that are run. */
  readonly steps: readonly string[];
  readonly actions: readonly Action[];
  /** Absent where the call ends. */
  readonly asks?: State;
}

/** Far beyond any menu that a caller would bear; the answer function must stay small enough to start at once. */
export const MAX_STATES = 500;

/**
 * The calls through a flow: what is done from where, and which states there are.
 *
 * @param flow - one without other problems; a loop that is not bounded would be followed for ever.
 */
export class FlowStates {
  readonly #flow: Flow;
  /** Menu → the menus that share a loop with it, itself first. */
  readonly #loops: ReadonlyMap<string, readonly string[]>;

  constructor(flow: Flow) {
    this.#flow = flow;
    this.#loops = loopsOf(flow);
  }

  /**
   * What a caller meets from this step on. Gotos and used-up menus are followed here and now: a caller never waits for
   * a request that can be spared.
   */
  turnFrom(from: string, heard: Heard = new Map()): Turn {
    const steps: string[] = [];
    const actions: Action[] = [];
    for (let name = from; ; ) {
      const step = stepOf(this.#flow, name) as Step;
      const { gather, menu, goto } = step;
      if (menu?.exhausted !== undefined && (heard.get(name) ?? 0) >= (menu.attempts ?? 0)) {
        name = menu.exhausted;
        continue;
      }
      steps.push(name);
      actions.push(...(step.actions ?? []));
      if (gather) return { steps, actions: [...actions, { type: "gather", ...gather }], asks: this.#hear(name, heard) };
      if (goto === undefined) return { steps, actions };
      name = goto;
    }
  }

  /**
   * Every state that a caller can be in, in the order in which they are met. Stops at the first one beyond
   * {@link MAX_STATES}: a few loops within each other have more than anybody could oversee.
   */
  all(): State[] {
    const states = new Map<string, State>();
    const add = ({ asks }: Turn) => asks && states.set(asks.name, states.get(asks.name) ?? asks);
    add(this.turnFrom(this.#flow.start));
    // A Map shows what is added while it is iterated: this is the breadth-first queue.
    for (const { menu, heard } of states.values())
      for (const to of answersAt(this.#flow, menu)) {
        add(this.turnFrom(to, heard));
        if (states.size > MAX_STATES) return [...states.values()];
      }
    return [...states.values()];
  }

  /** Counts this menu, and forgets the menus that the call cannot come back to. */
  #hear(menu: string, heard: Heard): State {
    const counts = (this.#loops.get(menu) ?? [menu]).map((name) => [name, heard.get(name) ?? 0] as const);
    const now = new Map(counts.map(([name, count]) => [name, name === menu ? count + 1 : count]));
    return { name: [menu, ...now.values()].join("."), menu, heard: now };
  }
}

/** Where the answers of a caller lead: each step once. `exhausted` is no answer. */
const answersAt = (flow: Flow, menu: string): Set<string> =>
  new Set(
    edgesOf(stepOf(flow, menu) as Step)
      .filter(({ field }) => field !== "menu.exhausted")
      .map(({ to }) => to),
  );
