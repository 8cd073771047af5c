import type { Duration } from "../api/duration.ts";
import { compact, type Named } from "./lifecycle.ts";
import type { OnDelete } from "./route.ts";
import { applicationIn } from "./target.ts";
import { heldBy } from "./written.ts";

/** Number → id of an application, or `reject`. */
export type Routes = Record<string, string>;

/** What a program declares for many numbers at once. */
export interface DidRouteTableInputs extends Named {
  routes: Routes;
  takeover?: string[];
  onDelete?: OnDelete;
  maxChange?: string;
  assignmentTimeout?: Duration;
}

/** What is live for each number of the table, and the options. */
export interface DidRouteTableOutputs extends DidRouteTableInputs {
  count: number;
  /** The applications that this table may have written for a number, where that is not the live one alone; see {@link writtenBeside}. */
  written?: Written;
}

/** Number → ids of applications. */
export type Written = Record<string, string[]>;

/** The applications that the table may have written for a number. */
export function lastWritten(outputs: Pick<DidRouteTableOutputs, "routes" | "written">, number: string): string[] {
  return outputs.written?.[number] ?? heldBy(applicationIn(outputs.routes[number]));
}

/**
 * Whether a number needs no look. After a write of which nobody knows what came of it, what was read last is no answer,
 * even where the program has gone back to it.
 */
export const isKnownToRoute = (outputs: DidRouteTableOutputs, number: string, entry: string): boolean =>
  outputs.routes[number] === entry && outputs.written?.[number] === undefined;

/** Outputs in canonical form: sorted, without what is absent. */
export function tableOutputs(options: DidRouteTableInputs, routes: Routes, written: Written): DidRouteTableOutputs {
  const { resourceName, takeover, onDelete, maxChange, assignmentTimeout } = options;
  return compact({
    resourceName,
    routes: sorted(routes),
    count: Object.keys(routes).length,
    takeover,
    onDelete,
    maxChange,
    assignmentTimeout,
    written: Object.keys(written).length > 0 ? sorted(written) : undefined,
  }) as DidRouteTableOutputs;
}

const sorted = <Value>(byNumber: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(byNumber).sort(([a], [b]) => (a < b ? -1 : 1)));
