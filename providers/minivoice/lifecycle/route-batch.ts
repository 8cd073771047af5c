import { MiniVoiceError } from "../api/errors.ts";
import { awaitAssignments } from "./assignments.ts";
import type { Context } from "./context.ts";
import { type DidRouteTableOutputs, lastWritten, type Routes, type Written } from "./did-route-table-state.ts";
import { AssignmentPending, NotManaged, Unsettled } from "./errors.ts";
import { inParallel } from "./parallel.ts";
import { Progress } from "./progress.ts";
import { type OnDelete, reconcileRoute, releaseRoute } from "./route.ts";
import { SharedReads } from "./shared-reads.ts";
import { applicationIn, describeLive, targetOf } from "./target.ts";
import { heldBy, writtenBeside } from "./written.ts";

/** What a batch came to: every number was tried, whatever happened to the others. */
export interface BatchResult {
  /** Numbers that are as declared. */
  done: string[];
  /** What is live now, for every number of which that is known. */
  routes: Routes;
  /** See `DidRouteTableOutputs.written`, for numbers that are not done. */
  written: Written;
  /** One line for each number that is not done. */
  reasons: string[];
}

/** So many numbers go first: when all of them fail for good, the rest would too. */
const probe = 20;
/** From this many numbers on, and from this share of those that are known, listing the account beats reading one by one. */
const listingPays = { numbers: 20, share: 0.02 };
/**
 * Numbers at once where reads are shared: those who wait for a list keep no request from being sent. A list grows with the
 * account, so there are about eight rounds of them however many numbers there are, or their cost would grow with the square.
 */
const wide = (count: number): number => Math.max(1_024, Math.ceil(count / 8));

/** Routes many numbers, all attempted. Early end: the first 20 all fail for a reason that no retry mends. */
export async function reconcileRoutes(
  context: Context,
  wanted: readonly (readonly [number: string, entry: string])[],
  before: DidRouteTableOutputs,
  takeover: readonly string[],
  assignmentTimeout: number,
): Promise<BatchResult> {
  const reads = sharedReads(context, wanted.length, before.count);
  const routes: Routes = {};
  const width = reads && wide(wanted.length);
  const attempted = await attemptAll(context, "routed", wanted, width, async ([number, entry]) => {
    const held = heldBy(applicationIn(before.routes[number]), before.written?.[number]);
    const live = await reconcileRoute(context, number, targetOf(entry), { held, takeover }, reads);
    routes[number] = describeLive(live);
  });
  await awaitPending(context, attempted, routes, assignmentTimeout);
  const unsettled = unsettledOf(attempted, before);
  return {
    done: attempted.done,
    reasons: reasonsOf(attempted),
    routes: { ...routes, ...unsettled.routes },
    written: unsettled.written,
  };
}

/** What is known of the numbers that a write may or may not have moved, or that nobody was allowed to move. */
function unsettledOf({ failures }: Attempted, before: DidRouteTableOutputs): Pick<BatchResult, "routes" | "written"> {
  const routes: Routes = {};
  const written: Written = {};
  for (const [number, error] of failures) {
    if (!(error instanceof Unsettled) || !error.live) continue;
    routes[number] = describeLive(error.live);
    const beside = writtenBeside(error.live, heldBy(lastWritten(before, number), error.written));
    if (beside) written[number] = beside;
  }
  return { routes, written };
}

/** Numbers that only a person can assign are waited for together, once all the others are done. */
async function awaitPending(context: Context, attempted: Attempted, routes: Routes, timeout: number): Promise<void> {
  const { done, failures } = attempted;
  const pending = [...failures.values()].filter((error) => error instanceof AssignmentPending);
  for (const outcome of await awaitAssignments(context, pending, timeout)) {
    const { number_e164: number } = outcome instanceof AssignmentPending ? outcome.live : outcome;
    if (outcome instanceof AssignmentPending) failures.set(number, outcome);
    else {
      failures.delete(number);
      done.push(number);
      routes[number] = describeLive(outcome);
    }
  }
}

/** Takes many numbers out of service as their route's `onDelete` says, all attempted. */
export async function releaseRoutes(
  context: Context,
  numbers: readonly string[],
  before: DidRouteTableOutputs,
  onDelete: OnDelete,
): Promise<BatchResult> {
  const reads = sharedReads(context, numbers.length, before.count);
  const attempted = await attemptAll(
    context,
    "taken out of service",
    numbers.map((number) => [number] as const),
    reads && wide(numbers.length),
    ([number]) => releaseRoute(context, number, lastWritten(before, number), onDelete, reads),
  );
  return {
    done: attempted.done,
    reasons: reasonsOf(attempted),
    ...unsettledOf(attempted, before),
  };
}

/** What came of each number that was tried, and how many were not. */
interface Attempted {
  done: string[];
  failures: Map<string, Error>;
  untried: number;
}

async function attemptAll<Item extends readonly [number: string, ...rest: string[]]>(
  context: Context,
  verb: string,
  items: readonly Item[],
  width: number | undefined,
  attempt: (item: Item) => Promise<void>,
): Promise<Attempted> {
  const done: string[] = [];
  const failures = new Map<string, Error>();
  const progress = new Progress(context.say, `numbers ${verb}`, items.length);
  const attemptOne = async (item: Item) => {
    try {
      await attempt(item);
      done.push(item[0]);
    } catch (error) {
      failures.set(item[0], error as Error);
    }
    progress.step();
  };
  try {
    await inParallel(items.slice(0, probe), attemptOne);
    const hopeless = failures.size === probe && [...failures.values()].every(isForGood);
    if (!hopeless) await inParallel(items.slice(probe), attemptOne, width);
  } finally {
    progress.end();
  }
  return { done, failures, untried: items.length - done.length - failures.size };
}

function reasonsOf({ failures, untried }: Attempted): string[] {
  const reasons = [...failures].map(([number, { message }]) =>
    message.includes(number) ? message : `${number}: ${message}`,
  );
  if (untried > 0)
    reasons.push(`${untried} further numbers were not tried, because the first ${failures.size} all failed`);
  return reasons;
}

/**
 * A refusal of the request itself, such as a wrong key or a call that the account does not have; it will not pass by
 * itself. Nor in time does a 429 that was waited out as often, or as long, as a request may take.
 */
const isForGood = (error: unknown): boolean =>
  error instanceof NotManaged ||
  (error instanceof MiniVoiceError && error.status >= 400 && error.status < 500 && error.status !== 408);

/** Reads by lists that this batch makes for itself, where that costs less than one read a number. */
function sharedReads(context: Context, count: number, known: number): SharedReads | undefined {
  const pays = count >= listingPays.numbers && count >= known * listingPays.share;
  if (!context.capabilities.listDids || !pays) return undefined;
  return new SharedReads(context.client);
}
