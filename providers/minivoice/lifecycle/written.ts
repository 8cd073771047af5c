import type { Did } from "../api/schema.ts";

/** The applications among these, each once. */
export const heldBy = (...ids: (string | readonly string[] | undefined)[]): string[] => [
  ...new Set(ids.flat().filter((id) => id !== undefined)),
];

/**
 * What has to be remembered beside a live number: the applications that a resource may have routed it to. As a rule that
 * is the live one, and nothing is remembered. It is another one after somebody moved the number, none where the number was
 * out of service, and two after a write of which nobody knows what came of it. Such a write may also have taken the number
 * out of service: then `reject` is among them.
 */
export function writtenBeside(live: Did, written: readonly string[]): string[] | undefined {
  const shown = heldBy(live.application_id);
  const ours = heldBy(written).sort();
  return ours.length === shown.length && ours.every((id) => shown.includes(id)) ? undefined : ours;
}

/** The same once the number was read again, which is as much as can be known of a write that was to take it out of service. */
export const writtenOnceRead = (live: Did, written: readonly string[]): string[] | undefined =>
  writtenBeside(
    live,
    written.filter((entry) => entry !== "reject"),
  );
