import * as pulumi from "@pulumi/pulumi";
import type { Claim } from "../lifecycle/claims.ts";

/** Keyed by the engine's end of a run, because one process may run several programs (the Automation API does). */
const runs = new WeakMap<object, Map<symbol, readonly Claim[]>>();
const noEngine = {};

function declarations(): Map<symbol, readonly Claim[]> {
  const run = pulumi.runtime.getMonitor() ?? noEngine;
  const known = runs.get(run) ?? new Map<symbol, readonly Claim[]>();
  runs.set(run, known);
  return known;
}

/** Remembers the numbers and names that a resource of this program declares, as far as it says them in plain text. */
export function declare(owner: symbol, claims: readonly Claim[]): void {
  declarations().set(owner, claims);
}

/**
 * What other resources of this program declare: known once the program has been read to its end. The engine checks a
 * resource only when its inputs are known, which may be long after another one has to know of it.
 */
export async function declaredElsewhere(owner: symbol, kind: "number" | "application" | "anything"): Promise<Claim[]> {
  const all = declarations();
  await new Promise((resolve) => setImmediate(resolve));
  return [...all].flatMap(([other, claims]) =>
    other === owner ? [] : claims.filter((claim) => kind === "anything" || claim.startsWith(kind)),
  );
}
