import { REJECT } from "../../../infra/voice-schema.ts";
import { applicationsOf, type DeclaredApplication, routesOf, type StackReading } from "../reading.ts";
import { leavingNumbers } from "./leaving-numbers.ts";
import { byNumber, foldNumbers, type NumberRange } from "./number-ranges.ts";

/** What happens to a number, in the order of how much a caller minds. */
export const numberChangeKinds = ["rejected", "left the code", "moved", "added", "back in service"] as const;

export type NumberChangeKind = (typeof numberChangeKinds)[number];

/** Where calls to a number go: an application, or nowhere. Its URLs are not told here: a query may hold a secret. */
export type Target = { key: string; name: string; flow?: string } | typeof REJECT;

/** Calls of the last seven days by number. */
export type CallCounts = Readonly<Record<string, number>>;

/** Numbers that make the same change. */
export interface NumberGroup {
  kind: NumberChangeKind;
  /** Absent for numbers that are new. */
  from?: Target;
  /** Absent for numbers that leave the code. */
  to?: Target;
  /** What becomes of numbers that leave the code: out of service, or as they are and watched no longer. */
  leaving?: "rejected" | "kept";
  /** A person has to assign them, for the account's API cannot; until then calls to them go where they went. */
  byHand?: true;
  numbers: { number: string; calls?: number }[];
  ranges: NumberRange[];
  /** Calls of the last seven days to all of them, where call records were given. */
  calls?: number;
}

export interface NumberChanges {
  /** Worst first: by calls where they are known, then by kind, then by how many. */
  groups: NumberGroup[];
  /** Numbers that are routed as before. */
  unchanged: number;
}

/** Compares where each number goes, by the application that its route names. */
export function compareNumbers(
  from: StackReading | undefined,
  to: StackReading,
  calls: CallCounts | undefined,
): NumberChanges {
  const [before, after] = [routesOf(from), routesOf(to)];
  const numbers = [...new Set([...before.keys(), ...after.keys()])].sort(byNumber);
  const byChange = new Map<string, { from: string | undefined; to: string | undefined; numbers: string[] }>();
  let unchanged = 0;
  for (const number of numbers) {
    const change = { from: before.get(number), to: after.get(number) };
    if (change.from === change.to) {
      unchanged += 1;
      continue;
    }
    // A space is in no application key.
    const id = `${change.from ?? ""} ${change.to ?? ""}`;
    const group = byChange.get(id) ?? { ...change, numbers: [] };
    group.numbers.push(number);
    byChange.set(id, group);
  }
  const [applicationsBefore, applicationsAfter] = [applicationsOf(from), applicationsOf(to)];
  const groups = [...byChange.values()].map(({ numbers: changed, ...change }): NumberGroup => {
    const ends = {
      ...(change.from !== undefined && { from: targetOf(change.from, applicationsBefore) }),
      ...(change.to !== undefined && { to: targetOf(change.to, applicationsAfter) }),
    };
    const kind = kindOf(change);
    const leaving = kind === "left the code" && { leaving: leavingNumbers(to) };
    const byHand = isByHand(ends, to) && { byHand: true as const };
    return { kind, ...ends, ...leaving, ...byHand, ...weighed(changed, calls), ranges: foldNumbers(changed) };
  });
  return { groups: groups.sort(worstFirst), unchanged };
}

/** Every number that some change is about. */
export const numbersOf = ({ groups }: Pick<NumberChanges, "groups">): Set<string> =>
  new Set(groups.flatMap(({ numbers }) => numbers.map(({ number }) => number)));

const kindOf = ({ from, to }: { from: string | undefined; to: string | undefined }): NumberChangeKind => {
  if (from === undefined) return "added";
  if (to === undefined) return "left the code";
  if (to === REJECT) return "rejected";
  return from === REJECT ? "back in service" : "moved";
};

/** An application that only has another key stays the same one in the account, known there by its name. */
const isByHand = ({ from, to }: Pick<NumberGroup, "from" | "to">, { capabilities }: StackReading): boolean =>
  capabilities !== "managed" && to !== undefined && (to === REJECT || from === REJECT || to.name !== from?.name);

function targetOf(key: string, applications: Map<string, DeclaredApplication>): Target {
  if (key === REJECT) return REJECT;
  // What is deployed may be something that no voice file can say.
  const { name, flow } = applications.get(key) ?? { name: key };
  return { key, name, ...(flow !== undefined && { flow }) };
}

function weighed(numbers: readonly string[], calls: CallCounts | undefined): Pick<NumberGroup, "numbers" | "calls"> {
  if (!calls) return { numbers: numbers.map((number) => ({ number })) };
  const counts = new Map(Object.entries(calls));
  const weighted = numbers.map((number) => ({ number, calls: counts.get(number) ?? 0 }));
  return { numbers: weighted, calls: weighted.reduce((sum, { calls: own }) => sum + own, 0) };
}

function worstFirst(one: NumberGroup, other: NumberGroup): number {
  return (
    (other.calls ?? 0) - (one.calls ?? 0) ||
    weightOf(one) - weightOf(other) ||
    other.numbers.length - one.numbers.length ||
    byNumber(one.numbers[0]?.number ?? "", other.numbers[0]?.number ?? "")
  );
}

/** Whatever its kind, a change that no caller can notice comes last. */
const weightOf = ({ kind, from, to }: NumberGroup): number =>
  (from ?? REJECT) === REJECT && (to ?? REJECT) === REJECT ? numberChangeKinds.length : numberChangeKinds.indexOf(kind);
