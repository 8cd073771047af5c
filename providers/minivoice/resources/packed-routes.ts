import type * as pulumi from "@pulumi/pulumi";
import { keepUndefined } from "./dynamic-resource.ts";

/**
 * A table on its way from the program to `check`, which unpacks it: neither the engine nor the state ever knows it like that.
 *
 * The SDK serialises each property on its own and each output with stack traces: ten thousand numbers that route to outputs
 * would take it longer than everything else in a preview. Here it meets each output once.
 */
interface PackedRoutes {
  /** Number → target, as JSON: the targets that are plain text. */
  plain: string;
  /** Each other target, with the numbers that route to it, as JSON. */
  others: { target: pulumi.Input<string>; numbers: string }[];
}

/** @param routes - number → target, each of which may be an output that is not known yet */
export function packRoutes(routes: Record<string, pulumi.Input<string>>): PackedRoutes {
  const plain: Record<string, string> = {};
  const others = new Map<pulumi.Input<string>, string[]>();
  for (const [number, target] of Object.entries(routes)) {
    if (typeof target === "string") plain[number] = target;
    else others.set(target, others.get(target) ?? []);
    others.get(target)?.push(number);
  }
  return {
    plain: JSON.stringify(plain),
    others: [...others].map(([target, numbers]) => ({
      target: keepUndefined(target),
      numbers: JSON.stringify(numbers),
    })),
  };
}

/** The table that was packed; anything else as it is, for `check` to judge. */
export function unpackRoutes(value: unknown): unknown {
  if (!isPacked(value)) return value;
  const routes: Record<string, unknown> = JSON.parse(value.plain);
  for (const { target, numbers } of value.others) for (const number of JSON.parse(numbers)) routes[number] = target;
  return routes;
}

const isPacked = (value: unknown): value is PackedRoutes =>
  typeof value === "object" && value !== null && Array.isArray((value as PackedRoutes).others);
