import { createHash } from "node:crypto";
import type { Flow, Step } from "./flow.ts";
import { edgesOf, reachableFrom, stepOf } from "./graph.ts";

/**
 * A short, stable hash of what callers meet. Renaming or reordering steps, and naming the flow otherwise, change nothing.
 *
 * @returns 12 hexadecimal digits.
 */
export function flowDigest(flow: Flow): string {
  const order = stepsInOrder(flow);
  const steps = order.map((name) => {
    const step = stepOf(flow, name) as Step;
    return [
      step.actions ?? [],
      step.gather ?? null,
      edgesOf(step).map(({ field, to }) => [field, order.indexOf(to)]),
      step.menu?.attempts ?? null,
    ];
  });
  return createHash("sha256")
    .update(canonicalJson([order.indexOf(flow.fallback), steps]))
    .digest("hex")
    .slice(0, 12);
}

/** The steps as a call meets them: an order that no name and no order of writing changes. */
export const stepsInOrder = (flow: Flow): string[] => [...reachableFrom(flow, flow.start, flow.fallback)];

/** JSON with sorted keys, so that the order in which somebody typed the fields does not matter. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
