import { type IsUnknown, share } from "./arguments.ts";
import { TooManyChanges } from "./errors.ts";

/** A share says nothing about a handful of numbers. */
const smallestTable = 10;

/**
 * Whether this run only looks, so that a review can show a change of any size: `MINIVOICE_CONFIRM_CHANGES=preview`. It confirms
 * no write: an `up` that is run with it stops before its first one.
 */
export const looksOnly = (): boolean => process.env.MINIVOICE_CONFIRM_CHANGES === "preview";

/**
 * Refuses an update that moves, rejects or removes more of a table than its `maxChange` allows. Numbers that are new do
 * not count: nobody's calls go elsewhere because of them. Confirmed for one run by `MINIVOICE_CONFIRM_CHANGES=<count>`.
 *
 * A target that is not known yet, such as an application that is to be created, counts once it is known: before the writes.
 *
 * @param before - what the state last saw live, not the old declaration: after a half-done run they differ
 * @throws TooManyChanges
 */
export function assertMaxChange(
  before: Record<string, string>,
  declared: { routes: Record<string, string>; maxChange?: string },
  isUnknown: IsUnknown = () => false,
): void {
  const { maxChange, routes } = declared;
  const total = Object.keys(before).length;
  if (maxChange === undefined || total < smallestTable || isUnknown(routes) || isUnknown(maxChange)) return;
  const changed = Object.entries(before).filter(([number, entry]) => {
    const target = routes[number];
    return target !== entry && !isUnknown(target);
  });
  const count = changed.length;
  if (count > (share(maxChange) as number) * total && Number(process.env.MINIVOICE_CONFIRM_CHANGES) !== count)
    throw new TooManyChanges(count, total, maxChange);
}
