import { REJECT } from "../../../infra/voice-schema.ts";
import type { EnginePreview } from "../sources/engine-preview.ts";
import { type Draft, type Drafts, isMadeBefore } from "./drafts.ts";
import type { MadeApplications } from "./made-applications.ts";

/**
 * Puts the routes into the versions of a stack as its program makes them.
 *
 * @returns the numbers that it routes otherwise than the head's voice file says.
 */
export function overlayRoutes(
  drafts: Drafts,
  { made, deleted }: MadeApplications,
  { deployed, routes: planned }: EnginePreview,
): string[] {
  const { head, base } = drafts.declared;
  const [says, before] = [head, base].map((reading) => new Map(Object.entries(reading?.voice.routes ?? {})));
  const ofOtherCode = deployed.otherCode?.routes ?? new Map<string, string>();
  const recorded = new Map([...deployed.routes, ...ofOtherCode]);
  const known = made.flatMap((one) => (one.deployed ? [{ ...one.deployed, now: one.key }] : []));
  const keysNow = keysOf([
    ...known.map(({ was, now }) => [was.id, now] as const),
    ...made.flatMap(({ urn, key }) => (urn === undefined ? [] : [[urn, key] as const])),
    ...deleted.filter(({ lives }) => !lives).map(idAndKey),
  ]);
  const keysThen = keysOf([...known, ...deleted].map(idAndKey));

  const otherwise: string[] = [];
  for (const number of new Set([...planned.keys(), ...recorded.keys()])) {
    const entry = planned.has(number) ? planned.get(number)?.entry : recorded.get(number);
    const isLetGo = entry === undefined && ofOtherCode.has(number) && head.capabilities === "managed";
    const target = isLetGo ? REJECT : entry === undefined ? undefined : keysNow.get(entry);
    const isUnknown = target === undefined && entry !== undefined;
    const then = recorded.get(number);
    if (then !== undefined && ofOtherCode.has(number)) put(drafts.deployed, number, keysThen.get(then) ?? then);
    if (isUnknown || target === says?.get(number)) continue;
    put(drafts.head, number, target);
    if (isMadeBefore(drafts, before?.get(number), says?.get(number))) put(drafts.base, number, target);
    else if (then !== undefined) put(drafts.base, number, keysThen.get(then) ?? then);
    if (!ofOtherCode.has(number)) otherwise.push(number);
  }
  return otherwise;
}

const idAndKey = ({ key, was }: { key: string; was: { id: string } }) => [was.id, key] as const;

/** What the entries of a table of routes stand for. */
const keysOf = (applications: readonly (readonly [id: string, key: string])[]): Map<string, string> =>
  new Map([...applications, [REJECT, REJECT]]);

function put({ routes }: Draft, number: string, target: string | undefined): void {
  if (target === undefined) routes.delete(number);
  else routes.set(number, target);
}
