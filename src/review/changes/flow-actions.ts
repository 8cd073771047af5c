import type { Action } from "../../call-flow/action-schema.ts";
import type { Flow } from "../../call-flow/flow.ts";
import type { StackReading } from "../reading.ts";

/** The flows that applications of the stack are answered by, by name. */
export function usedFlows(reading: StackReading | undefined): Map<string, Flow> {
  const used = new Set(Object.values(reading?.voice.applications ?? {}).flatMap(({ flow }) => flow ?? []));
  return new Map(Object.entries(reading?.flows ?? {}).filter(([name]) => used.has(name)));
}

/** Everything that a flow may do, in the order of its steps. */
export const actionsOf = (flow: Flow): Action[] => Object.values(flow.steps).flatMap(({ actions = [] }) => actions);

/** Whom a flow puts callers through to: E.164 numbers and SIP URIs, each once. */
export const destinationsOf = (flow: Flow): string[] => [
  ...new Set(
    actionsOf(flow).flatMap((action) =>
      action.type === "transfer" || action.type === "bridge" ? [action.destination] : [],
    ),
  ),
];

/** Other systems that a flow hands a call to. */
export const redirectsOf = (flow: Flow): string[] => [
  ...new Set(actionsOf(flow).flatMap((action) => (action.type === "redirect" ? [action.url] : []))),
];

/** The host of a SIP URI has no case, and its user is not worth telling two people apart. */
export const sameDestination = (destination: string): string => destination.toLowerCase();
