import type { Application, Did } from "pulumi-minivoice/api";
import type { ApplicationFields, Declared, Live, Reading, Recorded } from "../../src/drift/pictures.ts";

/** A whole account in a few words: applications by key with their fields, numbers by their route. */
export interface Model {
  applications: Record<string, ApplicationFields>;
  /** Number → key of an application, `reject`, `unassigned`, or `reject, still carrying <key>`. */
  routes: Record<string, string>;
}

export const idOf = (key: string): string => `app_${key}`;

const entryOf = (route: string): string => {
  const [first, carried] = route.split(", still carrying ");
  if (carried !== undefined) return `${first}, still carrying ${idOf(carried)}`;
  return route === "reject" || route === "unassigned" ? route : idOf(route);
};

const entries = <Value, To>(record: Record<string, Value>, to: (value: Value, key: string) => To): [string, To][] =>
  Object.entries(record).map(([key, value]) => [key, to(value, key)]);

export const declaredOf = ({ applications, routes }: Model): Declared => ({
  applications: new Map(Object.entries(applications)),
  routes: new Map(entries(routes, entryOf)),
});

/**
 * @param then - what the program declared at its last `up`
 * @param changedOutside - by key: the fields of an application that a refresh found otherwise than that `up` left them
 * @param seen - by number: where a refresh found it routed otherwise
 */
export const recordedOf = (
  { applications, routes }: Model,
  then?: Model,
  changedOutside: Record<string, string[]> = {},
  seen: Record<string, string> = {},
): Recorded => ({
  applications: new Map(
    entries(applications, (fields, key) => ({
      ...fields,
      id: idOf(key),
      declaredThen: then?.applications[key],
      changedOutside: changedOutside[key],
    })),
  ),
  routes: new Map(
    entries(routes, (route, number) => {
      const [target, found] = [then?.routes[number], seen[number]];
      return {
        entry: entryOf(route),
        ...(found !== undefined && { seen: entryOf(found) }),
        declaredThen: target === undefined ? undefined : entryOf(target),
      };
    }),
  ),
});

export const CHANGED_AT = "2026-11-01T03:00:00Z";

export function didOf(number: string, route: string): Did {
  const [mode = "", carried] = route.split(", still carrying ");
  const key = carried ?? (mode === "reject" || mode === "unassigned" ? undefined : mode);
  const route_mode = mode === "reject" ? "reject" : "webhook";
  const application = key === undefined ? {} : { application_id: idOf(key) };
  return { id: `did_${number}`, number_e164: number, route_mode, updated_at: CHANGED_AT, ...application };
}

export function applicationOf(key: string, { name, answerUrl, webhookUrl }: ApplicationFields): Application {
  return {
    id: idOf(key),
    name,
    ...(answerUrl !== undefined && { answer_url: answerUrl }),
    ...(webhookUrl !== undefined && { webhook_url: webhookUrl }),
  };
}

/** @param asked - the numbers that were asked for; one that the model does not have is absent */
export function liveOf(
  { applications, routes }: Model,
  asked: Iterable<string>,
  unreadable: readonly string[] = [],
): Live {
  const all = Object.entries(routes).map(([number, route]) => didOf(number, route));
  const byNumber = new Map(all.map((did) => [did.number_e164, did]));
  const read = (number: string): Reading<Did> => {
    const found = byNumber.get(number);
    if (unreadable.includes(number)) return { unknown: "it timed out" };
    return found ? { found } : { absent: true };
  };
  return {
    applications: new Map(
      entries(
        applications,
        (fields, key): Reading<Application> =>
          unreadable.includes(key) ? { unknown: "it timed out" } : { found: applicationOf(key, fields) },
      ).map(([key, reading]) => [idOf(key), reading]),
    ),
    showsAllApplications: true,
    numbers: new Map([...asked].map((number) => [number, read(number)])),
    all,
  };
}
