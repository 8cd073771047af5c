import type { NumberEnd, Parts, PinnedReview, PinnedStep } from "./pinned-review.ts";

/** What a review finds when it is made again, directly before the deployment. */
export interface Now {
  parts: Parts;
  /** Every number that the deployment would route otherwise now. */
  numbers: ReadonlyMap<string, { from: NumberEnd; to: NumberEnd }>;
  /** Where this stack has routed each number last. */
  deployed: ReadonlyMap<string, string>;
  /** The route that a target stands for; absent where its application does not exist yet. */
  routeOf: (target: string) => string | undefined;
}

/** What has moved since a review. */
export interface Moved {
  /** One line each: what is not as it was reviewed. None: what would be deployed is what was reviewed, or the rest of it. */
  reasons: string[];
  /** Whether the state has moved towards what was reviewed, as a run that was cut off leaves it. */
  begun: boolean;
}

/**
 * Holds what would be deployed now against what was reviewed.
 *
 * What the code says has to be the same in every part. The state may have moved in one direction: towards what was reviewed.
 * Then each step that is left is among the reviewed ones, each number that is left goes where it was reviewed to go, and
 * the others are there. So a run that was cut off goes on, and no other state passes.
 */
export function movedSince({ parts: was, numbers: reviewed }: PinnedReview, now: Now): Moved {
  const { parts: is } = now;
  const code = [
    ...(was.lockFile === is.lockFile ? [] : ["the packages: package-lock.json is another one"]),
    ...(was.provider === is.provider ? [] : ["the provider: its sources (providers/minivoice) are others"]),
    ...differences(was.bundles, is.bundles, (name) => `the code of the function ${name}`),
    ...(was.applications === is.applications ? [] : ["the voice file: its applications"]),
    ...(was.routes === is.routes ? [] : ["the voice file: its routes"]),
    ...differences(was.flows, is.flows, (name) => `the flow ${name}`),
    ...differences(was.configuration, is.configuration, (name) => `the setting ${name}`),
  ];
  const numbers = shortened([...numbersElsewhere(reviewed, now), ...numbersNotReviewed(reviewed, now)]);
  // Once a part is deployed, what was unknown is known; and what the code explains is said already.
  const isSameCode = code.length === 0 && was.state === is.state;
  const steps = shortened(stepsNotReviewed(was, is, isSameCode));
  const isTowards = numbers.length + steps.length === 0;
  const state =
    was.state === is.state || isTowards ? [] : ["the state: what is deployed is not what was deployed then"];
  return { reasons: [...code, ...state, ...numbers, ...steps], begun: isTowards && was.state !== is.state };
}

function differences(
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
  nameOf: (key: string) => string,
): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((key) => {
    const [before, after] = [ownValue(was, key), ownValue(is, key)];
    if (before === after) return [];
    if (before === undefined) return [`${nameOf(key)} is new`];
    return [after === undefined ? `${nameOf(key)} is gone` : `${nameOf(key)} is another one`];
  });
}

/** A number of which this stack's own state says that it goes neither where it came from nor where it was to go. */
function numbersElsewhere(reviewed: PinnedReview["numbers"], { deployed, routeOf }: Now): string[] {
  return Object.entries(reviewed).flatMap(([number, { from, to }]) => {
    const route = deployed.get(number);
    // A number that the code did not have is guarded by what the account shows, where it is written.
    if (from.target === undefined || route === undefined) return [];
    const known = [
      from.route,
      routeOf(from.target),
      to.route,
      to.target === undefined ? undefined : routeOf(to.target),
    ];
    return known.includes(route)
      ? []
      : [`${number} was deployed as going to ${from.route}, and has been deployed as going to ${route} since`];
  });
}

function numbersNotReviewed(reviewed: PinnedReview["numbers"], { numbers }: Now): string[] {
  return [...numbers].flatMap(([number, { from, to }]) => {
    const move = ownValue(reviewed, number);
    if (!move) return [`${number} would go from ${told(from)} to ${told(to)}, which nobody reviewed`];
    const isSame = move.to.target === to.target && sameRoute(move.to.route, to.route);
    return isSame ? [] : [`${number} was to go to ${told(move.to)}, and would go to ${told(to)}`];
  });
}

/** Which id an application gets was not known while it did not exist. */
const sameRoute = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;

const told = ({ target, route }: NumberEnd): string => target ?? route ?? "where the account has it";

/** What may be left of a step after a run that was cut off in the middle of it. */
const leftOf: Readonly<Record<PinnedStep["op"], readonly PinnedStep["op"][]>> = {
  create: ["create", "update"],
  update: ["update"],
  replace: ["replace", "create", "update", "delete"],
  delete: ["delete"],
};

function stepsNotReviewed(was: Parts, is: Parts, isSameCode: boolean): string[] {
  const reviewed = new Map(was.steps.map((step) => [step.urn, step]));
  return is.steps.flatMap(({ urn, op, changed, declared }) => {
    const step = reviewed.get(urn);
    const name = nameOf(urn);
    if (!step || !leftOf[step.op].includes(op)) return [`${name}: the engine would ${op} it, which nobody reviewed`];
    const more = step.op === "update" ? changed.filter((field) => !step.changed.includes(field)) : [];
    if (more.length > 0) return [`${name}: the engine would change ${more.join(", ")}, which nobody reviewed`];
    return !isSameCode || step.declared === declared
      ? []
      : [`${name}: what the program declares for it is not what was reviewed`];
  });
}

/** @example nameOf("urn:pulumi:test::voice::…minivoice:DidRouteTable::numbers") // "DidRouteTable numbers" */
const nameOf = (urn: string): string => {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.split(":").at(-1)} ${name}`;
};

const ownValue = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Whoever reads this has to decide, not to count. */
const shortened = (lines: string[], most = 20): string[] =>
  lines.length <= most + 1 ? lines : [...lines.slice(0, most), `… and ${lines.length - most} more of this kind`];
