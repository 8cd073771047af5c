import { type Application, shownUrl } from "pulumi-minivoice/api";
import { shownAnswerUrl } from "../call-flow/shown-answer-url.ts";
import { asLeft } from "./as-left.ts";
import type { ApplicationFields, Declared, Live, Reading, Recorded, RecordedApplication } from "./pictures.ts";
import type { FieldReport, ObjectReport, Value } from "./report.ts";

/** Holds each application that the code or the state knows against the account. */
export function compareApplications(declared: Declared | undefined, recorded: Recorded, live: Live): ObjectReport[] {
  const { gone = new Map<string, never>() } = recorded;
  const keys = new Set([...(declared?.applications ?? gone).keys(), ...recorded.applications.keys()]);
  return [...keys].map((key): ObjectReport => {
    const wanted = declared?.applications.get(key);
    const lost = gone.get(key);
    if (lost) {
      const seen = readingOf(lost.id, live);
      const about = { kind: "application" as const, key, id: lost.id, name: lost.name, fields: [] };
      if ("absent" in seen) return { ...about, status: "missing" };
      if ("unknown" in seen) return { ...about, status: "unknown", why: seen.unknown };
    }
    const held = recorded.applications.get(key);
    const before = declared ? held : held && asLeft(held);
    const reading = before ? readingOf(before.id, live) : { absent: true as const };
    const found = "found" in reading ? reading.found : undefined;
    const hasLeft = declared !== undefined && wanted === undefined;
    const fields = compareFields(declared ? wanted : before, { declared: wanted, recorded: before, live: found });
    return {
      kind: "application",
      ...judge(before, reading, hasLeft, fields),
      key,
      ...(before && { id: before.id }),
      name: (found ?? before ?? wanted)?.name ?? key,
      fields,
    };
  });
}

function readingOf(id: string, { applications, unreadable = [], showsAllApplications }: Live): Reading<Application> {
  if ("unknown" in applications) return applications;
  // The contract says that a key identifies one application, not that it shows the others.
  const why =
    unreadable.length > 0 ? "the list holds one that cannot be read" : "the API key shows its own application alone";
  const unseen = { unknown: `${why}, so whether this one is there cannot be seen` };
  return applications.get(id) ?? (showsAllApplications ? { absent: true } : unseen);
}

function judge(
  before: RecordedApplication | undefined,
  reading: Reading<Application>,
  hasLeft: boolean,
  fields: readonly FieldReport[],
): Pick<ObjectReport, "status" | "why"> {
  if (!before) return { status: "undeployed", why: "it was not deployed yet" };
  if ("unknown" in reading) return { status: "unknown", why: reading.unknown };
  if ("absent" in reading)
    return hasLeft ? { status: "inSync", why: "it left the code, and the account" } : { status: "missing" };
  if (hasLeft) return { status: "undeployed", why: "it left the code" };
  const worst = (["drifted", "unknown", "undeployed"] as const).find((status) =>
    fields.some((field) => field.status === status),
  );
  return {
    status: worst ?? "inSync",
    ...(worst === "unknown" && { why: "the state keeps a field of it as a secret" }),
  };
}

interface Sides {
  declared: ApplicationFields | undefined;
  recorded: RecordedApplication | undefined;
  live: Application | undefined;
}

const wireNames = { name: "name", answerUrl: "answer_url", webhookUrl: "webhook_url" } as const;

/** A report is read by more people than may ask the answer function. */
const shownAs = { name: (name: string) => name, answerUrl: shownAnswerUrl, webhookUrl: shownUrl } as const;

/** @param wanted - what live is held against; absent for an application that leaves the code */
function compareFields(wanted: ApplicationFields | undefined, { declared, recorded, live }: Sides): FieldReport[] {
  return (Object.keys(wireNames) as (keyof typeof wireNames)[]).map((key): FieldReport => {
    const field = wireNames[key];
    const shown = (value: string | undefined): Value | undefined =>
      value === undefined ? undefined : { text: shownAs[key](value) };
    const known = (fields: ApplicationFields | undefined) =>
      fields?.lost?.includes(field) ? undefined : shown(fields?.[key]);
    const sides = { declared: known(declared), recorded: known(recorded), live: shown(live?.[field]) };
    const values = Object.entries(sides).filter(([, value]) => value !== undefined);
    const status = wanted && live && recorded && fieldStatus(key, wanted, live[field], recorded);
    const isHidden = status && status !== "inSync" && status !== "unknown" && known(wanted)?.text === sides.live?.text;
    return { field, ...(status && { status }), ...Object.fromEntries(values), ...(isHidden && { hidden: true }) };
  });
}

/**
 * What is live as the state has it differs from the code because the code has moved on. Not so where a refresh has taken
 * somebody's change into the state: that is drift all the same, unless the code took it over.
 */
function fieldStatus(
  key: keyof typeof wireNames,
  wanted: ApplicationFields,
  live: string | undefined,
  { declaredThen, changedOutside, ...recorded }: RecordedApplication,
): FieldReport["status"] {
  if (wanted.hidden?.some((hidden) => hidden === key)) return "unknown";
  if (wanted.lost?.includes(wireNames[key])) return "drifted";
  if (live === wanted[key]) return "inSync";
  const isTakenOver = declaredThen !== undefined && live === declaredThen[key];
  const isOurs = !changedOutside?.includes(wireNames[key]) || isTakenOver;
  return live === recorded[key] && isOurs ? "undeployed" : "drifted";
}
