import type { Action } from "./action-schema.ts";
import type { Flow, Menu, Step } from "./flow.ts";
import { loopsOf, stepOf } from "./graph.ts";

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
  /** The menus that would have been heard once too often; their `exhausted` was taken instead. */
  readonly usedUp: readonly string[];
  readonly actions: readonly Action[];
  /** Absent where the call ends. */
  readonly asks?: State;
}

/** What a caller does at a question: the keys that are pressed, `wrong` for any that mean nothing there, or `silence`. */
export type Press = "wrong" | "silence" | (string & {});

/** Far beyond any menu that a caller would bear; the answer function must stay small enough to start at once. */
export const MAX_STATES = 500;
/** The contract's highest `max_redirects`. It may count the redirects of a whole call, and each question is one. */
export const MAX_REDIRECTS = 20;

/** Everything that makes a difference at this menu. */
export const pressesAt = (flow: Flow, menu: string): Press[] => [
  ...Object.keys(stepOf(flow, menu)?.menu?.keys ?? {}).sort(),
  "wrong",
  "silence",
];

/** The step that this press leads to; keys without a meaning of their own are wrong ones. */
export function leadsTo(flow: Flow, name: string, press: Press): string {
  const { menu } = stepOf(flow, name) as Extract<Step, { menu: Menu }>;
  if (press === "silence") return menu.silence;
  return Object.entries(menu.keys).find(([key]) => key === press)?.[1] ?? menu.wrong;
}

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
    const usedUp: string[] = [];
    const actions: Action[] = [];
    for (let name = from; ; ) {
      const step = stepOf(this.#flow, name) as Step;
      const { gather, menu, goto } = step;
      if (menu?.exhausted !== undefined && (heard.get(name) ?? 0) >= (menu.attempts ?? 0)) {
        usedUp.push(name);
        name = menu.exhausted;
        continue;
      }
      steps.push(name);
      actions.push(...(step.actions ?? []));
      if (gather) {
        actions.push({ type: "gather", ...gather });
        return { steps, usedUp, actions, asks: this.#hear(name, heard) };
      }
      if (goto === undefined) return { steps, usedUp, actions };
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

  /** Every step that is run in some call. */
  met(): Set<string> {
    const turns = [this.turnFrom(this.#flow.start), this.turnFrom(this.#flow.fallback)];
    for (const { menu, heard } of this.all())
      for (const to of answersAt(this.#flow, menu)) turns.push(this.turnFrom(to, heard));
    return new Set(turns.flatMap(({ steps }) => steps));
  }

  /** Counts this menu, and forgets the menus that the call cannot come back to. */
  #hear(menu: string, heard: Heard): State {
    const counts = (this.#loops.get(menu) ?? [menu]).map((name) => [name, heard.get(name) ?? 0] as const);
    const now = new Map(counts.map(([name, count]) => [name, name === menu ? count + 1 : count]));
    return { name: [menu, ...now.values()].join("."), menu, heard: now };
  }
}

/** Where what a caller does leads: each step once. */
const answersAt = (flow: Flow, menu: string): Set<string> =>
  new Set(pressesAt(flow, menu).map((press) => leadsTo(flow, menu, press)));
