import type { Duration } from "../api/duration.ts";
import { compact, type Named } from "./lifecycle.ts";
import type { OnDelete } from "./route.ts";

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
  /** For numbers that somebody moved: the application that this table last wrote; empty where it wrote none. */
  written?: Routes;
}

/** The application that the table last wrote for a number; empty for none. */
export function lastWritten(outputs: Pick<DidRouteTableOutputs, "routes" | "written">, number: string): string {
  const entry = outputs.written?.[number] ?? outputs.routes[number] ?? "";
  return entry === "reject" || entry === "unassigned" ? "" : entry;
}

/** Outputs in canonical form: sorted, without what is absent. */
export function tableOutputs(options: DidRouteTableInputs, routes: Routes, written: Routes): DidRouteTableOutputs {
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

const sorted = (routes: Routes): Routes =>
  Object.fromEntries(Object.entries(routes).sort(([a], [b]) => (a < b ? -1 : 1)));
