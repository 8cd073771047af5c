import { compareApplications } from "./compare-applications.ts";
import { compareCode } from "./compare-code.ts";
import { compareEndpoints } from "./compare-endpoints.ts";
import { compareNumbers } from "./compare-numbers.ts";
import { type Elsewhere, findUnmanaged, type Ignored } from "./find-unmanaged.ts";
import { nameApplications } from "./names.ts";
import type { Declared, Live, Recorded } from "./pictures.ts";
import { type DriftReport, kinds, type ObjectReport, statuses } from "./report.ts";

/** What a comparison is about, beside the three pictures. */
export interface About {
  stack: string;
  checkedAt: Date;
  /** What the other stacks of this project hold in the same account. */
  elsewhere?: Elsewhere;
  /** What is unmanaged on purpose. */
  ignored?: Ignored;
  notes?: readonly string[];
  /** Whether only a part of what the stack holds is looked at: then nobody can tell what no stack holds. */
  part?: boolean;
}

/**
 * Compares what the code says, what the state says and what is live, object by object and field by field. Pure, so that the
 * command and the watch in the cloud cannot disagree.
 *
 * @param declared - absent where the code cannot be read: then live is held against what was deployed, and the report says so.
 * @example
 * const report = compare(declared, recorded, await readLive(account, numbers), { stack, checkedAt: new Date() });
 * process.exitCode = exitCodeOf(report);
 */
export function compare(declared: Declared | undefined, recorded: Recorded, live: Live, about: About): DriftReport {
  const names = nameApplications(recorded, live);
  const objects = [
    ...compareApplications(declared, recorded, live),
    ...compareNumbers(declared, recorded, live, names),
    ...compareEndpoints(recorded, live),
    ...compareCode(declared, recorded, live),
    ...(about.part ? [] : findUnmanaged(declared, recorded, live, { names, ...about })),
  ].sort(worstFirst);

  const totals = { ...zeros(), ignored: 0 };
  for (const { status, ignored } of objects) {
    if (ignored) totals.ignored += 1;
    else totals[status] += 1;
  }
  const all = about.part ? { unknown: "only a part was looked at", expected: true } : live.all;
  const held = objects.filter(({ kind, status }) => kind === "number" && status !== "unmanaged");
  const managed = held.filter(({ key }) => "found" in (live.numbers.get(key) ?? {})).length;
  return {
    stack: about.stack,
    checkedAt: about.checkedAt.toISOString(),
    comparedWith: declared ? "code" : "state",
    notes: [...(about.notes ?? [])],
    incomplete: [
      ...("unknown" in all && !all.expected ? [all.unknown] : []),
      ...(about.part ? [] : unreadStrangers(recorded, live)),
      ...unfinished(declared, recorded),
      ...objects.flatMap(unreadFields),
    ],
    objects,
    totals,
    coverage: { managed, ...("unknown" in all ? { why: all.unknown } : { all: all.length }) },
  };
}

/** An application that cannot be read, and is none of this stack's for all that is known. */
function unreadStrangers({ applications }: Recorded, { unreadable = [] }: Live): string[] {
  const ours = new Set([...applications.values()].map(({ id }) => id));
  return unreadable.flatMap(({ id, unreadable: why }) =>
    id !== undefined && ours.has(id)
      ? []
      : [`an application of the account (${id ?? "without id"}) cannot be read: ${why}`],
  );
}

/** What the last `up` did not bring to its end: the state does not tell what it was to be, and the voice file alone does. */
const unfinished = (declared: Declared | undefined, recorded: Recorded): string[] =>
  [...(recorded.unfinished?.values() ?? [])].flatMap(({ name, fromVoiceFile }) =>
    declared && fromVoiceFile ? [] : [`the last up left ${name} unfinished, so what it was to be is not known`],
  );

/** What is not known of an object that is told to be worse than unknown. */
const unreadFields = ({ key, status, fields }: ObjectReport): string[] =>
  fields.flatMap((field) =>
    field.status === "unknown" && status !== "unknown"
      ? [`the state keeps ${field.field} of ${key} as a secret, so it was not compared`]
      : [],
  );

const zeros = () => Object.fromEntries(statuses.map((status) => [status, 0])) as DriftReport["totals"];

/** So that what matters is read first, and two reports of the same account are the same text. */
function worstFirst(one: ObjectReport, other: ObjectReport): number {
  return (
    Number(Boolean(one.ignored)) - Number(Boolean(other.ignored)) ||
    statuses.indexOf(one.status) - statuses.indexOf(other.status) ||
    kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
    (one.key < other.key ? -1 : one.key > other.key ? 1 : 0)
  );
}
