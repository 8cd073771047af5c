import { applicationIn, describeLive } from "pulumi-minivoice/lifecycle";
import { type Names, routeValue } from "../drift/names.ts";
import type { Live } from "../drift/pictures.ts";
import { madeApplications } from "../review/planned/made-applications.ts";
import type { NewNumber } from "../review/reality.ts";
import type { EnginePreview, PlannedRoute } from "../review/sources/engine-preview.ts";

/** What a preview tells of the account. */
export type Planned = Pick<EnginePreview, "deployed" | "applications" | "routes">;

/** The numbers that the deployment would route and that this stack does not hold yet. */
export function newNumbersIn({ deployed, routes }: Planned): Map<string, PlannedRoute> {
  const isHeld = (number: string) => deployed.routes.has(number) || deployed.otherCode?.routes.has(number);
  return new Map([...routes].filter(([number, { entry }]) => entry !== undefined && !isHeld(number)));
}

/**
 * What the deployment finds where it routes a number for the first time. It takes one from nobody, from an application of this
 * stack, and from those that `takeover` names.
 *
 * @param live - with these numbers in it; one that could not be read is left out.
 */
export function lookAtNewNumbers(planned: Planned, live: Live, names: Names): NewNumber[] {
  const { made } = madeApplications({}, planned);
  const ids = new Set(made.flatMap(({ deployed }) => deployed?.was.id ?? []));
  const declared = new Set(made.map(({ is }) => is.name));
  const namesakes = Map.groupBy(live.applications instanceof Map ? live.applications.keys() : [], (id) =>
    names.get(id),
  );
  /** An application that the engine has not come to yet is known by its name alone. */
  const isOurs = (holder: string) => {
    const name = names.get(holder);
    return ids.has(holder) || (name !== undefined && declared.has(name) && namesakes.get(name)?.length === 1);
  };
  return [...newNumbersIn(planned)].flatMap(([number, { entry, takeover }]): NewNumber[] => {
    const reading = live.numbers.get(number);
    if (!reading || ("unknown" in reading && !reading.foreign)) return [];
    if ("unknown" in reading) return [{ number, refused: "another customer's" }];
    if ("absent" in reading) return [{ number, refused: "not in the account" }];
    const route = describeLive(reading.found);
    const holder = applicationIn(route);
    const mayMove = holder === undefined || route === entry || takeover?.includes(holder) || isOurs(holder);
    const refused = !mayMove && { refused: "held by another application" as const };
    return [{ number, live: routeText(route, names), ...refused }];
  });
}

/** Ids are told on demand alone. */
function routeText(route: string, names: Names): string {
  const holder = applicationIn(route);
  return holder === undefined || names.has(holder)
    ? routeValue(route, names).text
    : route.replace(holder, () => "an application that the account does not list");
}
