import type { Flow, Step } from "./flow.ts";

/** One way from a step to the next, with the field that names it. */
export interface Edge {
  field: string;
  to: string;
}

/** Every way on from a step, in an order that depends on nothing but the keys themselves. */
export function edgesOf({ goto, menu }: Step): Edge[] {
  if (goto !== undefined) return [{ field: "goto", to: goto }];
  if (menu === undefined) return [];
  return [
    ...Object.keys(menu.keys)
      .sort()
      .map((key) => ({ field: `menu.keys["${key}"]`, to: menu.keys[key] as string })),
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

/**
 * The menus that share a loop with this one, itself first. How often each was heard is all that a call must remember
 * there: a loop that was left cannot be entered again, so counts of other menus are forgotten.
 */
export function menusInLoopWith(flow: Flow, menu: string): string[] {
  const others = [...reachableAfter(flow, menu)].filter(
    (name) => name !== menu && stepOf(flow, name)?.menu && reachableAfter(flow, name).has(menu),
  );
  return [menu, ...others.sort()];
}
