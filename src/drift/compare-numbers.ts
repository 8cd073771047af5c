import type { Did } from "pulumi-minivoice/api";
import { describeLive } from "pulumi-minivoice/lifecycle";
import { routeAsLeft } from "./as-left.ts";
import { type Names, routeValue } from "./names.ts";
import type { Declared, Live, Reading, Recorded, RecordedRoute } from "./pictures.ts";
import type { FieldReport, ObjectReport } from "./report.ts";

/** Holds each number that the code or the state knows against the account. */
export function compareNumbers(
  declared: Declared | undefined,
  recorded: Recorded,
  { numbers }: Live,
  names: Names,
): ObjectReport[] {
  const known = new Set([...(declared?.routes.keys() ?? recorded.goneNumbers ?? []), ...recorded.routes.keys()]);
  const stories = new Map<string, FieldReport[]>();
  return [...known].map((number): ObjectReport => {
    const reading = numbers.get(number) ?? { unknown: "it was not asked for" };
    const live = "found" in reading ? reading.found : undefined;
    const before = recorded.routes.get(number);
    const sides = { declared: declared?.routes.get(number), recorded: before?.entry, live: live && describeLive(live) };
    const wanted = declared ? sides.declared : before && routeAsLeft(before);
    const { status, why } = declared || before ? judge(wanted, before, reading) : judgeGone(reading);
    const isCompared = live && (status === "inSync" || status === "drifted" || status === "undeployed");
    // Of a hundred thousand numbers, most tell one of a few stories: each is kept once.
    const story = `${isCompared && status}\n${sides.declared}\n${sides.recorded}\n${sides.live}`;
    const fields = stories.get(story) ?? [fieldOf(sides, isCompared ? status : undefined, names)];
    stories.set(story, fields);
    return {
      kind: "number",
      status,
      key: number,
      fields,
      ...(live?.updated_at !== undefined && { changedAt: live.updated_at }),
      ...(why !== undefined && { why }),
    };
  });
}

function fieldOf(
  sides: Record<string, string | undefined>,
  status: FieldReport["status"] | undefined,
  names: Names,
): FieldReport {
  const values = Object.entries(sides).flatMap(([side, entry]) =>
    entry === undefined ? [] : [[side, routeValue(entry, names)] as const],
  );
  return { field: "route", ...(status && { status }), ...Object.fromEntries(values) };
}

/**
 * @param wanted - absent for a number that leaves the code
 * @param before - absent for one that was never deployed
 */
function judge(
  wanted: string | undefined,
  before: RecordedRoute | undefined,
  reading: Reading<Did>,
): Pick<ObjectReport, "status" | "why"> {
  if ("unknown" in reading) return { status: "unknown", why: reading.unknown };
  if ("absent" in reading) {
    if (wanted === undefined) return { status: "inSync", why: "it left the code, and the account" };
    if (before === undefined) return { status: "undeployed", why: "the account has no such number" };
    return { status: "missing" };
  }
  const live = describeLive(reading.found);
  if (wanted === undefined) {
    // What somebody has moved meanwhile is no longer this stack's to take out of service, so the next `up` writes nothing.
    if (live !== before?.entry) return { status: "inSync", why: "it left the code, and goes elsewhere already" };
    if (live === "reject") return { status: "inSync", why: "it left the code, and is out of service already" };
    return { status: "undeployed", why: "it left the code" };
  }
  if (live === wanted) return { status: "inSync" };
  if (before === undefined) return { status: "undeployed", why: "it was not deployed yet" };
  return { status: live === before.entry || isTakenOver(live, before) ? "undeployed" : "drifted" };
}

/** One that the state has no more, while nobody can read whether the code still has it. */
function judgeGone(reading: Reading<Did>): Pick<ObjectReport, "status" | "why"> {
  if ("unknown" in reading) return { status: "unknown", why: reading.unknown };
  if ("absent" in reading) return { status: "missing" };
  return { status: "undeployed", why: "the last up routed it, and the state does not hold it" };
}

/** What a refresh found and the code took over, nobody had to write. */
const isTakenOver = (live: string, { seen, declaredThen }: RecordedRoute): boolean =>
  live === seen && live === declaredThen;
