import { REJECT } from "../../../infra/voice-schema.ts";
import type { NumberMove } from "./pinned-review.ts";
import { arrivalOf, type LiveRoute } from "./standings.ts";

/** What undoing a reviewed change comes to. */
export interface PutBack {
  /** Numbers that go back, with where they go now and where they went before. */
  back: Map<string, { now: string; target: string; route: string }>;
  /** Numbers that are where they came from already; the code may still have to say so. */
  already: Map<string, { target: string }>;
  /** Numbers that stay as they are, and why. */
  left: Map<string, string>;
}

/**
 * Decides for each number of a reviewed change whether it can go back: it has to be where the change has put it, and what it
 * came from has to be there still.
 *
 * @param routeOf - the route that an application's key stands for by now; `undefined` where there is no such application.
 */
export function planPutBack(
  numbers: Readonly<Record<string, NumberMove>>,
  live: ReadonlyMap<string, LiveRoute>,
  routeOf: (target: string) => string | undefined,
): PutBack {
  const plan: PutBack = { back: new Map(), already: new Map(), left: new Map() };
  for (const [number, { from, to }] of Object.entries(numbers)) {
    const now = live.get(number);
    const leave = (why: string) => plan.left.set(number, why);
    if (!now || "unknown" in now) leave(`it could not be read: ${now ? now.unknown : "it was not asked for"}`);
    else if ("absent" in now) leave("the account does not have it any more");
    else if (now.route !== from.route && now.route !== arrivalOf(to, routeOf))
      leave(`it goes to ${now.route} by now, where this change did not put it`);
    else {
      const way = wayBack(from, routeOf);
      if (typeof way === "string") leave(way);
      else if (now.route === from.route) plan.already.set(number, way);
      else plan.back.set(number, { now: now.route, ...way });
    }
  }
  return plan;
}

/** Where a number goes back to, or why it cannot. */
function wayBack(
  { target, route }: NumberMove["from"],
  routeOf: (target: string) => string | undefined,
): { target: string; route: string } | string {
  // The code did not have it then, and says of a number that is out of service `reject`.
  if (target === undefined && route === REJECT) return { target: REJECT, route };
  if (target === undefined)
    return `the code did not have it before (it was ${route}): write "reject" for it, or take its line out of the voice file`;
  const there = target === REJECT ? REJECT : routeOf(target);
  if (there === undefined) return `its application ${target} (${route}) has been deleted since`;
  if (there !== route) return `it came from ${route}, and ${target} stands for ${there} by now`;
  return { target, route };
}
