import type { Flow, Step } from "./flow.ts";

/** One way from a step to the next, with the field that names it. */
export interface Edge {
  field: string;
  /** What the caller types to go this way; absent for every other way. */
  key?: string;
  to: string;
}

/** Every way on from a step, in an order that depends on nothing but the keys themselves. */
export function edgesOf({ goto, menu }: Step): Edge[] {
  if (goto !== undefined) return [{ field: "goto", to: goto }];
  if (menu === undefined) return [];
  return [
    ...Object.entries(menu.keys)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, to]) => ({ field: `menu.keys["${key}"]`, key, to })),
    { field: "menu.wrong", to: menu.wrong },
    { field: "menu.silence", to: menu.silence },
    ...(menu.exhausted === undefined ? [] : [{ field: "menu.exhausted", to: menu.exhausted }]),
  ];
}

/** The step of that name; names are data, so inherited ones such as `constructor` are none. */
export const stepOf = (flow: Flow, name: string): Step | undefined =>
  Object.hasOwn(flow.steps, name) ? flow.steps[name] : undefined;

/** All steps that a caller can come to from these, themselves included, in the order in which they are met. */
export function reachableFrom(flow: Flow, ...names: string[]): Set<string> {
  const seen = new Set(names.filter((name) => stepOf(flow, name)));
  // A Set is iterated in insertion order and shows what is added on the way: this is the breadth-first queue.
  for (const name of seen) for (const { to } of edgesOf(stepOf(flow, name) as Step)) if (stepOf(flow, to)) seen.add(to);
  return seen;
}

/** The steps that a caller can come to after this one; it is among them only when the flow can come back to it. */
export const reachableAfter = (flow: Flow, name: string): Set<string> =>
  reachableFrom(flow, ...edgesOf(stepOf(flow, name) as Step).map(({ to }) => to));

/** The steps from which a call can come to an end. */
export function endingSteps(flow: Flow): Set<string> {
  const before = new Map<string, string[]>();
  for (const [name, step] of Object.entries(flow.steps))
    for (const { to } of edgesOf(step)) before.set(to, [...(before.get(to) ?? []), name]);
  const seen = new Set(Object.keys(flow.steps).filter((name) => stepOf(flow, name)?.end));
  for (const name of seen) for (const from of before.get(name) ?? []) seen.add(from);
  return seen;
}

/**
 * Every menu that the flow can come back to → the menus that share a loop with it, itself first. How often each was
 * heard is all that a call must remember there: a loop that was left cannot be entered again.
 */
export function loopsOf(flow: Flow): Map<string, string[]> {
  const menus = Object.keys(flow.steps).filter((name) => stepOf(flow, name)?.menu);
  const after = new Map(menus.map((name) => [name, reachableAfter(flow, name)]));
  const shareLoop = (one: string, other: string) => after.get(one)?.has(other) && after.get(other)?.has(one);
  return new Map(
    menus
      .filter((menu) => shareLoop(menu, menu))
      .map((menu) => [menu, [menu, ...menus.filter((other) => other !== menu && shareLoop(menu, other)).sort()]]),
  );
}
