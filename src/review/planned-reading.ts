import { REJECT } from "../../infra/voice-schema.ts";
import type { StackReading } from "./reading.ts";
import type { EnginePreview } from "./sources/engine-preview.ts";

/**
 * The head as its program makes it. Its code may route numbers otherwise than the voice file says, and what callers meet is
 * what the engine would write: that is shown, and held against the rules.
 *
 * @returns the numbers for which this is so as well; an entry that no application of the head explains stays as declared.
 */
export function plannedReading(
  head: StackReading,
  { deployed, routes: planned }: EnginePreview,
): { reading: StackReading; otherwise: string[] } {
  const { applications, routes: declared } = head.voice;
  const keys = new Map([...deployed.applications].map(([key, { id }]) => [id, key]));
  const routes = new Map(Object.entries(declared));
  const otherwise: string[] = [];
  for (const [number, entry] of planned) {
    const says = routes.get(number);
    const target = entry === undefined || entry === REJECT ? entry : keys.get(entry);
    if (target === says || (target === undefined && entry !== undefined)) continue;
    if (target !== undefined && target !== REJECT) {
      // Under which key an application was deployed says nothing where it has another one by now.
      const isKnown = says === undefined || says === REJECT || deployed.applications.has(says);
      if (!isKnown || !Object.hasOwn(applications, target)) continue;
    }
    if (target === undefined) routes.delete(number);
    else routes.set(number, target);
    otherwise.push(number);
  }
  return { reading: { ...head, voice: { applications, routes: Object.fromEntries(routes) } }, otherwise };
}
