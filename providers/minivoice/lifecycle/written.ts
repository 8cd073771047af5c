import type { Did } from "../api/schema.ts";

/** The applications among these, each once. */
export const heldBy = (...ids: (string | readonly string[] | undefined)[]): string[] => [
  ...new Set(ids.flat().filter((id) => id !== undefined)),
];

/**
 * What has to be remembered beside a live number: the applications that a resource may have routed it to. As a rule that
 * is the live one, and nothing is remembered. It is another one after somebody moved the number, none where the number was
 * out of service, and two after a write of which nobody knows what came of it.
 */
export function writtenBeside(live: Did, written: readonly string[]): string[] | undefined {
  const shown = heldBy(live.application_id);
  const ours = heldBy(written).sort();
  return ours.length === shown.length && ours.every((id) => shown.includes(id)) ? undefined : ours;
}
