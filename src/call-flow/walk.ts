import type { Action } from "./action-schema.ts";
import type { Flow } from "./flow.ts";
import { FlowStates, leadsTo, type Press, pressesAt, type State, type Turn } from "./states.ts";

/** Where a call ends. */
export interface CallEnd {
  /** The step that ends it. */
  step: string;
  /** `transfer`, `bridge`, `redirect` and `conference` hand the caller over; `end` is the end of the last action list. */
  how: "transfer" | "bridge" | "redirect" | "conference" | "end";
  /** The destination, the URL or the room. */
  to?: string;
}

/** What a caller meets in one go, up to the next question or the end of the call. */
export interface CallTurn {
  /** The steps that are run. */
  steps: readonly string[];
  /** Menus that would have been heard once too often, so that their `exhausted` was taken instead. */
  usedUp: readonly string[];
  /** What is said, sentence by sentence, the question included. */
  says: string[];
  actions: readonly Action[];
  /** The menu that waits for an answer; absent where the call ends. */
  asks?: string;
  /** Absent where the caller is asked. */
  end?: CallEnd;
}

/** One call from the first word to its end. */
export interface CallerPath {
  /** What the caller does at each question. */
  presses: Press[];
  /** First the greeting, then one for each press. Each but the last one ends in a question. */
  turns: CallTurn[];
  end: CallEnd;
}

/** The paths through a flow, as many as were asked for. */
export interface Walk {
  paths: CallerPath[];
  /** How many there are in all; exact up to 2^53. */
  total: number;
  /** Whether `paths` holds fewer than `total`. */
  capped: boolean;
}

/** As many as somebody may want to look through. */
const LIMIT = 1_000;

/**
 * Every path that a caller can take, depth first: at each question each key, then a wrong key, then silence. There are
 * finitely many, because loops are bounded, but a few menus in one loop can have millions: take as many as are needed.
 *
 * @param flow - one that `defineFlow` accepted.
 * @example for (const { presses, end } of pathsOf(flow)) console.log(presses.join(", "), "→", end.to ?? end.how);
 */
export function* pathsOf(flow: Flow): Generator<CallerPath, void, undefined> {
  const states = new FlowStates(flow);
  function* on(presses: Press[], turns: Turn[]): Generator<CallerPath, void, undefined> {
    const turn = turns.at(-1) as Turn;
    const { asks } = turn;
    if (!asks) yield { presses, turns: turns.map(callTurn), end: endOf(turn) };
    else
      for (const press of pressesAt(flow, asks.menu))
        yield* on([...presses, press], [...turns, states.turnFrom(leadsTo(flow, asks.menu, press), asks.heard)]);
  }
  yield* on([], [states.turnFrom(flow.start)]);
}

/**
 * The first paths through a flow, and how many there are in all.
 *
 * @param flow - one that `defineFlow` accepted.
 * @param options.limit - how many to return at most; 1,000 unless told otherwise.
 * @example walkFlow(receptionist).paths[0] // { presses: ["1"], turns: [{ says: ["Thanks for calling.", …], asks: "menu" }, …], end: { how: "transfer", … } }
 */
export function walkFlow(flow: Flow, { limit = LIMIT }: { limit?: number } = {}): Walk {
  const paths: CallerPath[] = [];
  for (const path of pathsOf(flow)) {
    if (paths.length >= limit) break;
    paths.push(path);
  }
  const total = measureCalls(flow).paths;
  return { paths, total, capped: paths.length < total };
}

/** What all calls through a flow have in common. */
export interface CallMeasure {
  /** How many paths there are; exact up to 2^53. */
  paths: number;
  /** How often the most patient caller is asked. */
  questions: number;
  /** How many redirects MiniVoice follows in the longest call: one after each question, and one to another system. */
  redirects: number;
}

/** Measures the calls state by state, so millions of paths cost no time. */
export function measureCalls(flow: Flow): CallMeasure {
  const states = new FlowStates(flow);
  const known = new Map<string, CallMeasure>();
  function from(turn: Turn): CallMeasure {
    const { asks } = turn;
    if (!asks) return { paths: 1, questions: 0, redirects: endOf(turn).how === "redirect" ? 1 : 0 };
    const measured = known.get(asks.name) ?? measure(asks);
    known.set(asks.name, measured);
    return measured;
  }
  function measure({ menu, heard }: State): CallMeasure {
    const next = pressesAt(flow, menu).map((press) => from(states.turnFrom(leadsTo(flow, menu, press), heard)));
    return {
      paths: next.reduce((sum, { paths }) => sum + paths, 0),
      questions: 1 + Math.max(...next.map(({ questions }) => questions)),
      redirects: 1 + Math.max(...next.map(({ redirects }) => redirects)),
    };
  }
  return from(states.turnFrom(flow.start));
}

/** A turn as callers meet it: without what only the compiler counts. */
export function callTurn(turn: Turn): CallTurn {
  const { steps, usedUp, actions, asks } = turn;
  return { steps, usedUp, says: wordsIn(actions), actions, ...(asks ? { asks: asks.menu } : { end: endOf(turn) }) };
}

/** How the call ends with this turn, which asks nothing. */
function endOf({ steps, actions }: Turn): CallEnd {
  const step = steps.at(-1) as string;
  const last = actions.at(-1);
  switch (last?.type) {
    case "transfer":
    case "bridge":
      return { step, how: last.type, to: last.destination };
    case "conference":
      return { step, how: last.type, to: last.room };
    case "redirect":
      return { step, how: last.type, to: last.url };
    default:
      return { step, how: "end" };
  }
}

const wordsIn = (actions: readonly Action[]): string[] =>
  actions.flatMap((action) => {
    if (action.type === "say") return [action.text];
    return action.type === "gather" && action.prompt !== undefined ? [action.prompt] : [];
  });
