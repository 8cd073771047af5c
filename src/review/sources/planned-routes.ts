import { fieldsOf, MINIVOICE } from "../../stack-state/exported-state.ts";
import { type PreviewStep, unknownValue } from "../../stack-state/preview-step.ts";

/**
 * Of the numbers in the tables that the engine would write, those whose entry differs from what is recorded: an application's
 * id or `reject`; nothing where the number leaves its table. Left out is what only the deployment can tell.
 */
export function plannedRoutes(steps: readonly PreviewStep[]): Map<string, string | undefined> {
  const planned = new Map<string, string | undefined>();
  for (const { urn = "", newState, oldState } of steps) {
    if (newState?.type !== `${MINIVOICE}DidRouteTable` || !urn.includes("voice:index:VoiceEnvironment$")) continue;
    const [was, is] = [fieldsOf(oldState?.outputs?.routes), fieldsOf(newState.inputs?.routes)];
    for (const number of Object.keys(was)) if (!Object.hasOwn(is, number)) planned.set(number, undefined);
    for (const [number, entry] of Object.entries(is))
      if (typeof entry === "string" && entry !== unknownValue && was[number] !== entry) planned.set(number, entry);
  }
  return planned;
}
