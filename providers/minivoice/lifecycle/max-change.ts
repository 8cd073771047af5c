import { share } from "./arguments.ts";
import { TooManyChanges } from "./errors.ts";

/** A share says nothing about a handful of numbers. */
const smallestTable = 10;

/**
 * Refuses an update that moves, rejects or removes more of a table than its `maxChange` allows. Numbers that are new do
 * not count: nobody's calls go elsewhere because of them. Confirmed for one run by `MINIVOICE_CONFIRM_CHANGES=<count>`.
 *
 * @param before - what the state last saw live, not the old declaration: after a half-done run they differ
 * @throws TooManyChanges
 */
export function assertMaxChange(
  before: Record<string, string>,
  declared: { routes: Record<string, string>; maxChange?: string },
  confirmed = process.env.MINIVOICE_CONFIRM_CHANGES,
): void {
  const limit = declared.maxChange === undefined ? undefined : share(declared.maxChange);
  const total = Object.keys(before).length;
  if (limit === undefined || total < smallestTable || typeof declared.routes !== "object") return;
  const count = Object.entries(before).filter(([number, entry]) => declared.routes[number] !== entry).length;
  if (count > limit * total && Number(confirmed) !== count)
    throw new TooManyChanges(count, total, declared.maxChange ?? "");
}
