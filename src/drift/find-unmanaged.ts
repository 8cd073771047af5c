import type { Application, Did } from "pulumi-minivoice/api";
import { describeLive } from "pulumi-minivoice/lifecycle";
import { type Names, routeValue } from "./names.ts";
import type { Declared, Live, Recorded } from "./pictures.ts";
import type { ObjectReport } from "./report.ts";

/** What other stacks of this project hold in the same account. */
export interface Elsewhere {
  numbers: ReadonlySet<string>;
  /** By name: another stack's ids are in its own state. */
  applicationNames: ReadonlySet<string>;
}

/** Why an object is unmanaged on purpose, if it is. */
export interface Ignored {
  number(number: string): ObjectReport["ignored"] | undefined;
  application(application: Pick<Application, "id" | "name">): ObjectReport["ignored"] | undefined;
}

/** Finds what is in the account and in no stack of this project. */
export function findUnmanaged(
  declared: Declared | undefined,
  recorded: Recorded,
  live: Live,
  { names, elsewhere, ignored }: { names: Names; elsewhere?: Elsewhere; ignored?: Ignored },
): ObjectReport[] {
  const ours = new Set([...recorded.applications.values()].map(({ id }) => id));
  // One that is declared and not deployed yet may be there already, to be adopted.
  const awaited = [...(declared?.applications ?? [])].filter(([key]) => !recorded.applications.has(key));
  const awaitedNames = new Set(awaited.map(([, { name }]) => name));
  const applications = "unknown" in live.applications ? [] : [...live.applications.values()];
  const strangers = applications
    .flatMap((reading) => ("found" in reading ? [reading.found] : []))
    .filter(({ id, name }) => !ours.has(id) && !awaitedNames.has(name) && !elsewhere?.applicationNames.has(name))
    .map((application) => unmanagedApplication(application, ignored));

  const known = declared?.routes ?? recorded.goneNumbers;
  const dids = "unknown" in live.all ? [] : live.all;
  const numbers = dids
    .filter(
      ({ number_e164: number }) =>
        !known?.has(number) && !recorded.routes.has(number) && !elsewhere?.numbers.has(number),
    )
    .map((did) => unmanagedNumber(did, names, ignored));
  return [...strangers, ...numbers];
}

function unmanagedApplication({ id, name }: Application, ignored: Ignored | undefined): ObjectReport {
  const reason = ignored?.application({ id, name });
  return {
    kind: "application",
    status: "unmanaged",
    key: id,
    id,
    name,
    fields: [],
    ...(reason && { ignored: reason }),
  };
}

function unmanagedNumber(did: Did, names: Names, ignored: Ignored | undefined): ObjectReport {
  const { number_e164: key, updated_at: changedAt } = did;
  const reason = ignored?.number(key);
  const live = routeValue(describeLive(did), names);
  return {
    kind: "number",
    status: "unmanaged",
    key,
    fields: [{ field: "route", live }],
    ...(changedAt !== undefined && { changedAt }),
    ...(reason && { ignored: reason }),
  };
}
