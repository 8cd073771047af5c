import { describeLive } from "pulumi-minivoice/lifecycle";
import type { Declared, Live } from "./pictures.ts";
import type { RecordedStack } from "./recorded.ts";
import type { DriftReport, ObjectReport } from "./report.ts";

/** How to put back what drifted, and nothing else. */
export interface FixPlan {
  /** What is put back. */
  objects: ObjectReport[];
  /** The resources that hold it: the targets of an `up`. */
  targets: string[];
  /** Of each number that is put back, where it goes now: the `up` writes no other, and none that has moved since. */
  expected: Record<string, string>;
  /** How many numbers of one table change. */
  count: number;
  /** Whether those may be more than the table's `maxChange` allows without being confirmed. */
  needsConfirmation: boolean;
  /** How many numbers are gone, which no `up` brings back. */
  missing: number;
  /** What no `up` can put back. */
  left: { object: string; why: string }[];
  /** What the code has changed in the same resources, which the same `up` would deploy. */
  undeployed: string[];
}

/** From here on `maxChange` counts, and what the environment sets for it. */
const SMALLEST_TABLE = 10;
const MOST_UNCONFIRMED = 0.3;

/** What a check has seen. */
interface Seen {
  declared: Declared | undefined;
  recorded: RecordedStack;
  live: Live;
  /** The code and the state as a whole, where only a part of them was looked at. */
  whole?: { declared: Declared | undefined; recorded: RecordedStack };
}

/** Plans the `up` that makes the account as declared again. */
export function planFix(report: DriftReport, { declared, recorded, live, whole }: Seen): FixPlan {
  const targets = new Set<string>();
  const expected: Record<string, string> = {};
  const left: FixPlan["left"] = [];
  const objects: ObjectReport[] = [];
  let missing = 0;
  const table = tableOf(recorded);
  const urnOf = ({ kind, key }: ObjectReport) =>
    (kind === "number"
      ? (recorded.routes.get(key) ?? table)
      : (recorded.applications.get(key) ?? recorded.gone.get(key))
    )?.urn;
  const routes = declared?.routes ?? new Map([...recorded.routes].map(([number, { entry }]) => [number, entry]));

  for (const object of report.objects.filter(({ status }) => status === "drifted" || status === "missing")) {
    const { kind, key, status, id } = object;
    const beyond = beyondAnyUp(object, report.stack);
    if (beyond) {
      if (kind === "number") missing += 1;
      left.push(beyond);
      continue;
    }
    const urn = urnOf(object);
    if (urn === undefined) continue;
    objects.push(object);
    targets.add(urn);
    const reading = live.numbers.get(key);
    if (kind === "number" && reading && "found" in reading) expected[key] = describeLive(reading.found);
    // An application that is made anew has a new id, so everything that routes to it has to be told.
    if (kind === "application" && status === "missing")
      for (const [number, { urn: holder }] of recorded.routes) if (routes.get(number) === id) targets.add(holder);
  }
  const undeployed = report.objects.filter(
    (object) =>
      object.status === "undeployed" && targets.has(urnOf(object) ?? "") && !recorded.goneNumbers.has(object.key),
  );
  const halves = objects.filter(({ fields }) => fields.some(({ status }) => status === "undeployed"));
  const changes = changesByTable(routes, recorded, live);
  const [most, count] = [...changes].reduce((one, other) => (other[1] > one[1] ? other : one), ["", 0]);
  const size = [...recorded.routes.values()].filter(({ urn }) => urn === most).length;
  return {
    objects,
    targets: [...targets].sort(),
    expected,
    count,
    missing,
    needsConfirmation: size >= SMALLEST_TABLE && count > MOST_UNCONFIRMED * size,
    left,
    undeployed: [...[...undeployed, ...halves].map(({ key }) => key), ...changedBeside(whole, recorded, targets)],
  };
}

/** A number that is new in the code goes into the table of the others. */
const tableOf = ({ routes }: RecordedStack) => [...routes.values()].find(({ fromVoiceFile }) => fromVoiceFile);

/** Numbers that were not looked at, in what is put back, of which the code says something else than was deployed. */
function changedBeside(whole: Seen["whole"], { routes: seen }: RecordedStack, targets: ReadonlySet<string>): string[] {
  if (!whole?.declared) return [];
  const { routes: declared } = whole.declared;
  const { routes: held } = whole.recorded;
  const isTarget = (urn: string | undefined) => urn !== undefined && targets.has(urn);
  const table = tableOf(whole.recorded);
  return [...new Set([...held.keys(), ...declared.keys()])].filter((number) => {
    const holder = held.get(number);
    if (seen.has(number) || whole.recorded.goneNumbers.has(number) || !isTarget((holder ?? table)?.urn)) return false;
    const wanted = declared.get(number);
    // What a refresh found, and the code takes over, is written by no up.
    return wanted !== holder?.entry && (wanted === undefined || wanted !== holder?.seen);
  });
}

/** What the `up` of a fix cannot put back, with what does. */
function beyondAnyUp({ kind, key, status }: ObjectReport, stack: string): FixPlan["left"][number] | undefined {
  if (kind === "number" && status === "missing")
    return { object: key, why: "the account no longer has it: take it out of the code (--accept), or get it back" };
  if (kind === "function")
    return { object: `the function of ${key}`, why: "look at its log, and deploy it anew: minivoice up" };
  if (kind === "code" && status === "missing")
    return {
      object: `the function ${key}`,
      why: `it was deleted: minivoice up -s ${stack} -- --refresh makes it anew`,
    };
  if (kind === "code")
    return {
      object: `the code of ${key}`,
      why: "no up sees code that was uploaded past it: how to upload the bundle again is in docs/drift.md",
    };
  if (kind === "webhook")
    return {
      object: `the webhook secret of ${key}`,
      why: `its function has another one than the stack: minivoice up -s ${stack} -- --refresh`,
    };
  return undefined;
}

/** Numbers whose live route is not the declared one, by the resource that holds them. */
function changesByTable(routes: ReadonlyMap<string, string>, recorded: RecordedStack, live: Live): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [number, { urn }] of recorded.routes) {
    const reading = live.numbers.get(number);
    if (!reading || !("found" in reading) || describeLive(reading.found) === routes.get(number)) continue;
    counts.set(urn, (counts.get(urn) ?? 0) + 1);
  }
  return counts;
}

/** The arguments of the `up` that puts back what drifted. */
export const fixArguments = ({ targets }: FixPlan): string[] => [
  "--refresh",
  ...targets.flatMap((urn) => ["--target", urn]),
];
