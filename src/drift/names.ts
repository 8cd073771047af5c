import { applicationIn } from "pulumi-minivoice/lifecycle";
import type { Live, Recorded } from "./pictures.ts";
import type { Value } from "./report.ts";

/** The names of applications by their id. */
export type Names = ReadonlyMap<string, string>;

/** The name that the account shows, else the one that was deployed: an application that is gone had a name, too. */
export function nameApplications({ applications }: Recorded, live: Live): Names {
  const names = new Map([...applications.values()].map(({ id, name }) => [id, name]));
  if (live.applications instanceof Map)
    for (const [id, reading] of live.applications) if ("found" in reading) names.set(id, reading.found.name);
  return names;
}

/** Where a number goes, for people: `Support IVR`, `reject`, `unassigned`, `reject, still carrying Support IVR`. */
export function routeValue(entry: string, names: Names): Value {
  const id = applicationIn(entry);
  const name = id === undefined ? undefined : names.get(id);
  return id === undefined || name === undefined ? { text: entry } : { text: entry.replace(id, () => name), id };
}
