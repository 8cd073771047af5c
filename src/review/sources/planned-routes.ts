import { type Fields, fieldsOf, isOfVoiceFile, MINIVOICE } from "../../stack-state/exported-state.ts";
import { type PreviewedState, type PreviewStep, unknownValue } from "../../stack-state/preview-step.ts";
import type { PlannedRoute } from "./engine-preview.ts";

/** The numbers that the engine would write, or let go, and whose entry differs from what is recorded. */
export function plannedRoutes(steps: readonly PreviewStep[]): Map<string, PlannedRoute> {
  const planned = new Map<string, PlannedRoute>();
  const sides = steps
    .filter(({ op }) => op !== "same" && op !== "delete-replaced")
    .map(({ urn = "", newState, oldState }) => ({
      urn,
      was: routesIn(oldState, oldState?.outputs),
      is: routesIn(newState, newState?.inputs),
      // What leaves the voice file is told with what becomes of it; what other code leaves as it is, is as it was.
      takeover: takeoverIn(newState?.inputs),
      isKept: (newState ?? oldState)?.inputs?.onDelete === "leave" && !isOfVoiceFile(urn),
    }));
  // What one resource lets go, another one may take over.
  for (const { urn, was, is, isKept } of sides)
    for (const number of isKept ? [] : Object.keys(was)) if (!Object.hasOwn(is, number)) planned.set(number, { urn });
  for (const { urn, was, is, takeover } of sides)
    for (const [number, entry] of Object.entries(is))
      if (typeof entry === "string" && was[number] !== entry) planned.set(number, { urn, entry, ...takeover });
  return planned;
}

function takeoverIn(inputs: Fields | undefined): Pick<PlannedRoute, "takeover"> {
  const ids = [fieldsOf(inputs).takeover].flat().filter((id) => typeof id === "string");
  return ids.length > 0 ? { takeover: ids } : {};
}

/** Number → entry, of a single route and of a table alike. */
function routesIn(state: PreviewedState | undefined, properties: Fields | undefined): Fields {
  const { number, mode, applicationId, routes } = fieldsOf(properties);
  if (state?.type === `${MINIVOICE}DidRouteTable`) return fieldsOf(routes);
  if (state?.type !== `${MINIVOICE}DidRoute` || typeof number !== "string") return {};
  const [maker, ...more] = state.propertyDependencies?.applicationId ?? [];
  const isOfOne = applicationId === unknownValue && more.length === 0;
  return { [number]: mode ?? (isOfOne ? (maker ?? applicationId) : applicationId) };
}
