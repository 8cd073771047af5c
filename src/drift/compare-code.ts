import type { Declared, Live, Reading, Recorded, RecordedCode } from "./pictures.ts";
import type { ObjectReport, Status, Value } from "./report.ts";

/**
 * Holds the code of each function that the program or the state knows against the bundle that the program would deploy, and
 * against what AWS runs. AWS tells a hash of the archive, which nobody but the last `up` can connect with a bundle.
 */
export function compareCode(declared: Declared | undefined, recorded: Recorded, live: Live): ObjectReport[] {
  if (!live.code) return [];
  const keys = new Set([...(recorded.code?.keys() ?? []), ...(declared?.code?.keys() ?? [])]);
  return [...keys].map((key): ObjectReport => {
    const before = recorded.code?.get(key) ?? {};
    const reading = live.code?.get(key) ?? { unknown: "it was not asked for" };
    const sides = { declared: declared?.code?.get(key), recorded: before.bundle };
    const { status, why } = recorded.code?.has(key) ? judge(sides.declared, before, reading) : UNRECORDED;
    const shown = Object.entries(sides).flatMap(([side, hash]) =>
      hash === undefined ? [] : [[side, bundleValue(hash)] as const],
    );
    const found = "found" in reading && { live: liveValue(reading.found, before) };
    const isCompared = status !== "missing" && { status };
    return {
      kind: "code",
      status,
      key,
      fields: [{ field: "code", ...isCompared, ...Object.fromEntries(shown), ...found }],
      ...(why !== undefined && { why }),
    };
  });
}

function judge(
  wanted: string | undefined,
  { bundle, archive }: RecordedCode,
  reading: Reading<string>,
): { status: Exclude<Status, "unmanaged">; why?: string } {
  if ("unknown" in reading) return { status: "unknown", why: reading.unknown };
  if ("absent" in reading) return { status: "missing" };
  if (archive === undefined)
    return { status: "unknown", why: "the state does not tell what AWS ran after the last up" };
  if (reading.found !== archive) return { status: "drifted" };
  // A refresh keeps of an archive no more than a hash of all of it.
  if (wanted !== undefined && bundle === undefined)
    return {
      status: "unknown",
      why: "AWS runs what was deployed, but a refresh took out of the state which bundle that is: the next up tells it again",
    };
  return { status: wanted !== undefined && wanted !== bundle ? "undeployed" : "inSync" };
}

const UNRECORDED = {
  status: "undeployed",
  why: "the state does not hold it: it was not deployed yet, or a refresh found it deleted",
} as const;

/** Enough of a hash to tell two apart. */
const SHOWN = 12;

const bundleValue = (hash: string): Value => ({ text: hash.slice(0, SHOWN) });

const liveValue = (archive: string, before: RecordedCode): Value =>
  archive === before.archive && before.bundle !== undefined
    ? bundleValue(before.bundle)
    : { text: `other code, CodeSha256 ${archive}` };
