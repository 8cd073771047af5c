import { changedSteps, compareFlows } from "../../call-flow/compare.ts";
import type { Difference } from "../../call-flow/compare-calls.ts";
import { diagramOf } from "../../call-flow/diagram.ts";
import { flowDigest } from "../../call-flow/digest.ts";
import type { Flow } from "../../call-flow/flow.ts";
import { FlowStates, leadsTo, pressesAt } from "../../call-flow/states.ts";
import { type CallTurn, callTurn } from "../../call-flow/walk.ts";
import { routesOf, type StackReading } from "../reading.ts";
import type { Phrase } from "../report/phrase.ts";
import { pairsOf } from "./application-changes.ts";
import { destinationsOf, usedFlows } from "./flow-actions.ts";
import type { CallCounts } from "./number-changes.ts";
import { turnPhrases } from "./turn-phrases.ts";

/** What callers of some applications hear otherwise. */
export interface FlowChange {
  /** The flow that answered; absent for an application that is new or was answered elsewhere. */
  from?: string;
  /** The flow that answers; absent for one that is answered elsewhere now. */
  to?: string;
  /** The names of the applications that it answers for. */
  applications: string[];
  /** How many numbers route to them. */
  numbers: number;
  /** Calls of the last seven days to those, where call records were given. */
  calls?: number;
  /** Where callers meet something else than before, worst first. None: the flow is only written otherwise. */
  differences: CallDifference[];
  /** What was heard before is not known: the version that is deployed is in no commit here. */
  unknown?: true;
  /** There was too much to compare: `differences` may be incomplete. */
  incomplete: boolean;
  /** Whom nobody is put through to any more, and who is new: E.164 numbers and SIP URIs. */
  destinations: { gone: string[]; new: string[] };
  /** Mermaid text; the steps that differ are marked. */
  diagram?: string;
}

/** One place in a call, and what a caller meets there. */
export interface CallDifference {
  /** What the caller does up to there: keys, `wrong`, `silence`; nothing at the beginning of the call. */
  presses: string[];
  /** A request that is not understood, whatever the caller did. */
  fallback?: true;
  differs: Difference[];
  /** One sentence for each thing that happens; absent for what is new. */
  before?: Phrase[];
  after?: Phrase[];
  /** How many other ways lead to the same difference. */
  alsoAfter: number;
}

export interface FlowChanges {
  changes: FlowChange[];
  /** Flows that answer as before. */
  unchanged: number;
}

/** Compares what answers the applications of both versions, flow by flow. */
export function compareCallers(
  from: StackReading | undefined,
  to: StackReading,
  calls: CallCounts | undefined,
): FlowChanges {
  const changes: FlowChange[] = [];
  const unchanged = new Set<string>();
  // One more application with a flow that others have is nothing that callers have not heard.
  const known = new Set([...usedFlows(from).values()].map(flowDigest));
  for (const { flows, isNew, names, keys } of answered(from, to)) {
    const [before, after] = [flowOf(from, flows.from), flowOf(to, flows.to)];
    const isUnknown = flows.from !== undefined && from?.unknownFlows?.has(flows.from);
    const change = isUnknown ? changeOfUnknown(after) : before || after ? changeOf(before, after) : undefined;
    const isHeardAlready = isNew && after !== undefined && known.has(flowDigest(after));
    if (!change || isHeardAlready) {
      if (flows.to) unchanged.add(flows.to);
      continue;
    }
    const numbers = [...routesOf(to)].flatMap(([number, key]) => (keys.has(key) ? [number] : []));
    changes.push({
      ...(flows.from !== undefined && { from: flows.from }),
      ...(flows.to !== undefined && { to: flows.to }),
      applications: names,
      numbers: numbers.length,
      ...(calls && { calls: numbers.reduce((sum, number) => sum + (calls[number] ?? 0), 0) }),
      ...change,
    });
  }
  return { changes: changes.sort(worstFirst), unchanged: unchanged.size };
}

interface Answered {
  flows: { from: string | undefined; to: string | undefined };
  /** Applications that were not there before. */
  isNew: boolean;
  /** The names of the applications, and their keys now. */
  names: string[];
  keys: Set<string>;
}

/** Which flow answered, and answers, for which applications. One that is gone has no callers. */
function answered(from: StackReading | undefined, to: StackReading): Answered[] {
  const byFlows = new Map<string, Answered>();
  for (const { was, is } of pairsOf(from, to)) {
    if (!is) continue;
    const flows = { from: was?.flow, to: is.flow };
    const isNew = was === undefined;
    const id = `${isNew} ${flows.from ?? ""} ${flows.to ?? ""}`;
    const group = byFlows.get(id) ?? { flows, isNew, names: [], keys: new Set() };
    group.names.push(is.name);
    group.keys.add(is.key);
    byFlows.set(id, group);
  }
  return [...byFlows.values()];
}

function flowOf(reading: StackReading | undefined, name: string | undefined): Flow | undefined {
  return reading && name !== undefined && Object.hasOwn(reading.flows, name) ? reading.flows[name] : undefined;
}

type Compared = Pick<FlowChange, "differences" | "unknown" | "incomplete" | "destinations" | "diagram">;

/** All that can be said of a flow that differs from one that nobody knows. */
const changeOfUnknown = (after: Flow | undefined): Compared => ({
  differences: [],
  unknown: true,
  incomplete: false,
  destinations: { gone: [], new: [] },
  ...(after && { diagram: diagramOf(after) }),
});

/** What callers meet otherwise; `undefined` when both say the same. */
function changeOf(before: Flow | undefined, after: Flow | undefined): Compared | undefined {
  const [gone, come] = [before ? destinationsOf(before) : [], after ? destinationsOf(after) : []];
  const destinations = {
    gone: gone.filter((destination) => !come.includes(destination)),
    new: come.filter((destination) => !gone.includes(destination)),
  };
  if (!before || !after) {
    const differences = after ? firstCalls(after) : [];
    return { differences, incomplete: false, destinations, ...(after && { diagram: diagramOf(after) }) };
  }
  const comparison = compareFlows(before, after);
  if (comparison.before === comparison.after) return undefined;
  const { paths, fallback, capped } = comparison;
  const differences = paths.map(({ presses, differs, before: was, after: is, alsoAfter }) => ({
    presses,
    differs,
    before: turnPhrases(was),
    after: turnPhrases(is),
    alsoAfter,
  }));
  return {
    differences: [
      ...differences.sort((one, other) => weightOf(other) - weightOf(one)),
      ...(fallback ? [fallbackDifference(fallback)] : []),
    ],
    incomplete: capped,
    destinations,
    diagram: diagramOf(after, { changed: changedSteps(comparison).after }),
  };
}

const fallbackDifference = ({
  differs,
  before,
  after,
}: {
  differs: Difference[];
  before: CallTurn;
  after: CallTurn;
}): CallDifference => ({
  presses: [],
  fallback: true,
  differs,
  before: turnPhrases(before),
  after: turnPhrases(after),
  alsoAfter: 0,
});

/** Where a call ends matters most, then what is asked, then the words. The order of the paths decides among equals. */
const weightOf = ({ differs }: CallDifference): number =>
  (differs.includes("ends") ? 4 : 0) + (differs.includes("asks") ? 2 : 0) + (differs.includes("does") ? 1 : 0);

/** What callers of a new flow meet: the greeting, and each answer to each menu once. */
function firstCalls(flow: Flow): CallDifference[] {
  const states = new FlowStates(flow);
  const asked = new Set<string>();
  const queue = [{ presses: [] as string[], turn: states.turnFrom(flow.start) }];
  for (const { presses, turn } of queue) {
    const { asks } = turn;
    if (!asks || asked.has(asks.menu)) continue;
    asked.add(asks.menu);
    for (const press of pressesAt(flow, asks.menu))
      queue.push({ presses: [...presses, press], turn: states.turnFrom(leadsTo(flow, asks.menu, press), asks.heard) });
  }
  return queue.map(({ presses, turn }) => ({
    presses,
    differs: [],
    after: turnPhrases(callTurn(turn)),
    alsoAfter: 0,
  }));
}

/** Changes come before what is new, busy ones before others. */
const worstFirst = (one: FlowChange, other: FlowChange): number =>
  Number(one.from === undefined) - Number(other.from === undefined) ||
  (other.calls ?? 0) - (one.calls ?? 0) ||
  other.numbers - one.numbers;
