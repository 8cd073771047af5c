import type { NumberMove } from "./pinned-review.ts";

/** How the account has a number now. */
export type LiveRoute = { route: string } | { absent: true } | { unknown: string };

/** How a number stands to its reviewed move. */
export type Standing =
  /** Where it was reviewed to come from. */
  | { kind: "waits" }
  /** Where it was reviewed to go. */
  | { kind: "there" }
  /** Somebody has moved it since. */
  | { kind: "elsewhere"; route: string }
  | { kind: "absent" }
  | { kind: "unknown"; why: string };

/**
 * Holds each reviewed number against the account.
 *
 * @param routeOf - the route that an application's key stands for by now; `undefined` while the application does not exist.
 */
export const standingsOf = (
  numbers: Readonly<Record<string, NumberMove>>,
  live: ReadonlyMap<string, LiveRoute>,
  routeOf: (target: string) => string | undefined,
): Map<string, Standing> =>
  new Map(
    Object.entries(numbers).map(([number, move]) => [number, standingOf(move, live.get(number), routeOf)] as const),
  );

function standingOf(
  { from, to }: NumberMove,
  live: LiveRoute | undefined,
  routeOf: (target: string) => string | undefined,
): Standing {
  if (!live) return { kind: "unknown", why: "it was not read" };
  if ("unknown" in live) return { kind: "unknown", why: live.unknown };
  if ("absent" in live) return { kind: "absent" };
  if (live.route === arrivalOf(to, routeOf)) return { kind: "there" };
  return live.route === from.route ? { kind: "waits" } : { kind: "elsewhere", route: live.route };
}

/** Where a number is to arrive, in the account's words. */
export const arrivalOf = (
  { target, route }: NumberMove["to"],
  routeOf: (target: string) => string | undefined,
): string | undefined => route ?? (target === undefined ? undefined : routeOf(target));

/** The numbers that stand so, in the order of the file. */
export const numbersThat = (standings: ReadonlyMap<string, Standing>, kind: Standing["kind"]): string[] =>
  [...standings].flatMap(([number, standing]) => (standing.kind === kind ? [number] : []));
