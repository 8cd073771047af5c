import { type IsUnknown, share } from "./arguments.ts";
import { TooManyChanges } from "./errors.ts";

/** A share says nothing about a handful of numbers. */
const smallestTable = 10;

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
  const limit = declared.maxChange === undefined ? undefined : share(declared.maxChange);
  const total = Object.keys(before).length;
  if (limit === undefined || total < smallestTable || typeof declared.routes !== "object") return;
  const changed = Object.entries(before).filter(([number, entry]) => {
    const target = declared.routes[number];
    return target !== entry && !isUnknown(target);
  });
  const count = changed.length;
  if (count > limit * total && Number(process.env.MINIVOICE_CONFIRM_CHANGES) !== count)
    throw new TooManyChanges(count, total, declared.maxChange ?? "");
}
