import { REJECT } from "../../../infra/voice-schema.ts";
import type { NumberEnd, NumberMove } from "./pinned-review.ts";

/** Where a number goes on one side. */
export interface Route {
  /** The id of the application, or `reject`; absent where only the deployment will tell. */
  route?: string;
  /** The key of the application, or `reject`. */
  target?: string;
}

/** The two sides that a deployment stands between. */
export interface Sides {
  /** What the state saw last. */
  deployed: ReadonlyMap<string, Route>;
  /** What the program declares. */
  declared: ReadonlyMap<string, Route>;
  /** Numbers that leave the program and are not to be touched. */
  kept: ReadonlySet<string>;
}

/** Every number that the deployment would route otherwise. A number that is new has no `from.route` yet: the account tells. */
export function numberMoves({ deployed, declared, kept }: Sides): Map<string, { from: NumberEnd; to: NumberEnd }> {
  const numbers = [...new Set([...deployed.keys(), ...declared.keys()])].sort();
  const moves = new Map<string, { from: NumberEnd; to: NumberEnd }>();
  for (const number of numbers) {
    const [from, to] = [deployed.get(number), declared.get(number)];
    if (from && to && from.route !== undefined && from.route === to.route) continue;
    moves.set(number, { from: endOf(from), to: to ? endOf(to) : leaving(from, kept.has(number)) });
  }
  return moves;
}

const endOf = ({ route, target }: Route = {}): NumberEnd => ({
  ...(target !== undefined && { target }),
  ...(route !== undefined && { route }),
});

/** Out of service, or as it is. */
function leaving(from: Route | undefined, kept: boolean): NumberEnd {
  if (!kept) return { route: REJECT };
  return from?.route === undefined ? {} : { route: from.route };
}

/** The moves as they are reviewed, once it is known where the numbers that are new go now. */
export function reviewedMoves(
  moves: ReadonlyMap<string, { from: NumberEnd; to: NumberEnd }>,
  live: ReadonlyMap<string, string>,
): Record<string, NumberMove> {
  return Object.fromEntries(
    [...moves].map(([number, { from, to }]) => {
      const route = from.route ?? live.get(number);
      if (route === undefined) throw new Error(`nobody knows where ${number} goes now`);
      return [number, { from: { ...from, route }, to }];
    }),
  );
}
