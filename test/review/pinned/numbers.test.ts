import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canaryOf } from "../../../src/review/pinned/canary.ts";
import { numberMoves, reviewedMoves } from "../../../src/review/pinned/number-moves.ts";
import { planPutBack } from "../../../src/review/pinned/put-back.ts";
import { arrivalOf, type LiveRoute, numbersThat, standingsOf } from "../../../src/review/pinned/standings.ts";
import { ids, routesOf } from "./saved.ts";

const routeOf = (target: string) => ids[target];
const numbers = Array.from({ length: 5 }, (_, index) => `+1555124000${index}`);
const targets = fc.dictionary(fc.constantFrom(...numbers), fc.constantFrom("support", "sales", "reject"), {
  noNullPrototype: true,
});

/** An account in which no number is without a route. */
const accountOf = (routes: Readonly<Record<string, string>>): Map<string, LiveRoute> =>
  new Map(numbers.map((number) => [number, { route: ids[routes[number] ?? "reject"] ?? "" }]));

const reviewed = (from: Readonly<Record<string, string>>, to: Readonly<Record<string, string>>) => {
  const moves = numberMoves({ deployed: routesOf(from), declared: routesOf(to), kept: new Set() });
  return reviewedMoves(moves, new Map(numbers.map((number) => [number, "reject"])));
};

describe("of any two versions of the routes", () => {
  test("the moves lead from one to the other, and undoing them leads back", () => {
    fc.assert(
      fc.property(targets, targets, (from, to) => {
        const moves = reviewed(from, to);
        const account = accountOf(from);
        for (const [number, move] of Object.entries(moves))
          account.set(number, { route: arrivalOf(move.to, routeOf) ?? "" });
        expect(account).toEqual(accountOf(to));
        const waits = numbersThat(standingsOf(moves, accountOf(from), routeOf), "waits");
        const there = numbersThat(standingsOf(moves, account, routeOf), "there");
        expect(there).toEqual(Object.keys(moves));
        // A number that was silent, and is silent without the code, is there before anything is done.
        expect(waits).toEqual(
          there.filter((number) => moves[number]?.from.route !== arrivalOf(moves[number]?.to ?? {}, routeOf)),
        );

        const { back, already, left } = planPutBack(moves, account, routeOf);
        expect(left.size).toBe(0);
        for (const [number, { route }] of back) account.set(number, { route });
        expect(account).toEqual(accountOf(from));
        for (const number of already.keys()) expect(waits).not.toContain(number);
      }),
    );
  });

  test("a canary is of numbers that wait, as many as were asked for", () => {
    fc.assert(
      fc.property(targets, targets, fc.integer({ min: 1, max: 6 }), (from, to, count) => {
        const moves = reviewed(from, to);
        const waiting = Object.keys(moves);
        const canary = canaryOf(moves, waiting, count);
        expect(canary).toHaveLength(Math.min(count, waiting.length));
        expect(waiting).toEqual(expect.arrayContaining(canary));
      }),
    );
  });
});

test("a canary shows each application first, and silent numbers last", () => {
  const moves = reviewed(
    { "+15551240000": "support", "+15551240001": "support", "+15551240002": "support", "+15551240003": "sales" },
    { "+15551240000": "reject", "+15551240001": "sales", "+15551240002": "sales", "+15551240003": "support" },
  );
  expect(canaryOf(moves, Object.keys(moves), 2)).toEqual(["+15551240001", "+15551240003"]);
});

describe("a number is not put back", () => {
  const moves = reviewed({ "+15551240001": "support" }, { "+15551240001": "sales" });
  const left = (live: LiveRoute | undefined, routes = routeOf, numbersThen = moves) =>
    planPutBack(numbersThen, new Map(live ? [["+15551240001", live]] : []), routes).left.get("+15551240001");

  test.each<[string, LiveRoute, RegExp]>([
    ["that somebody has moved since", { route: "app_9" }, /goes to app_9 by now, where this change did not put it/],
    ["that is gone", { absent: true }, /does not have it any more/],
    ["that cannot be read", { unknown: "500" }, /could not be read: 500/],
  ])("%s", (_, live, why) => {
    expect(left(live)).toMatch(why);
  });

  test("whose application was deleted, or is another one by now", () => {
    const without = (target: string) => (target === "support" ? undefined : ids[target]);
    expect(left({ route: "app_2" }, without)).toBe("its application support (app_1) has been deleted since");
    const anew = (target: string) => (target === "support" ? "app_7" : ids[target]);
    expect(left({ route: "app_2" }, anew)).toBe("it came from app_1, and support stands for app_7 by now");
  });

  test("that the code did not have, unless it was out of service", () => {
    const fresh = (route: string) => ({ "+15551240001": { from: { route }, to: { target: "sales", route: "app_2" } } });
    expect(left({ route: "app_2" }, routeOf, fresh("unassigned"))).toMatch(/the code did not have it before/);
    expect(left({ route: "app_2" }, routeOf, fresh("reject"))).toBeUndefined();
  });
});

test("a number that leaves the code and keeps its route has nothing to do, and stays where it is", () => {
  const sides = {
    deployed: routesOf({ "+15551240001": "support" }),
    declared: new Map(),
    kept: new Set(["+15551240001"]),
  };
  const moves = reviewedMoves(numberMoves(sides), new Map());
  expect(moves).toEqual({ "+15551240001": { from: { target: "support", route: "app_1" }, to: { route: "app_1" } } });
  const live = new Map([["+15551240001", { route: "app_1" }]]);
  expect(numbersThat(standingsOf(moves, live, routeOf), "there")).toEqual(["+15551240001"]);
});
