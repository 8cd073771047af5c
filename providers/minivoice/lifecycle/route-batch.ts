import { MiniVoiceError } from "../api/errors.ts";
import type { Did } from "../api/schema.ts";
import { type Context, guarded } from "./context.ts";
import { type DidRouteTableOutputs, lastWritten, type Routes, type Written } from "./did-route-table-state.ts";
import { NotManaged, Unsettled } from "./errors.ts";
import { inParallel } from "./parallel.ts";
import { Progress } from "./progress.ts";
import { type OnDelete, reconcileRoute, releaseRoute } from "./route.ts";
import { applicationIn, describeLive, targetOf } from "./target.ts";
import { managed } from "./writes.ts";
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

/** When this many numbers in a row from the start all fail for good, the rest would too. */
const hopeless = 20;
/** From this many numbers on, listing the account beats reading one by one. */
const listingPays = 20;

/** Routes many numbers, all attempted. Early end: the first 20 all fail for a reason that no retry mends. */
export async function reconcileRoutes(
  context: Context,
  wanted: readonly (readonly [number: string, entry: string])[],
  before: DidRouteTableOutputs,
  takeover: readonly string[],
  assignmentTimeout: number,
): Promise<BatchResult> {
  const seen = await justListed(context, wanted.length);
  const routes: Routes = {};
  const written: Written = {};
  const result = await attemptAll(context, "routed", wanted, async ([number, entry]) => {
    try {
      const held = heldBy(applicationIn(before.routes[number]), before.written?.[number]);
      const live = await reconcileRoute(
        context,
        number,
        targetOf(entry),
        { held, takeover, assignmentTimeout },
        seen?.get(number),
      );
      routes[number] = describeLive(live);
    } catch (error) {
      if (!(error instanceof Unsettled) || !error.live) throw error;
      routes[number] = describeLive(error.live);
      const tried = error.wasWritten && entry !== "reject" ? [entry] : [];
      const beside = writtenBeside(error.live, [...lastWritten(before, number), ...tried]);
      if (beside) written[number] = beside;
      throw error;
    }
  });
  return { ...result, routes, written };
}

/** Takes many numbers out of service as their route's `onDelete` says, all attempted. */
export function releaseRoutes(
  context: Context,
  numbers: readonly string[],
  before: DidRouteTableOutputs,
  onDelete: OnDelete,
): Promise<Pick<BatchResult, "done" | "reasons">> {
  return attemptAll(
    context,
    "taken out of service",
    numbers.map((number) => [number] as const),
    ([number]) => releaseRoute(context, number, lastWritten(before, number), onDelete),
  );
}

async function attemptAll<Item extends readonly [number: string, ...rest: string[]]>(
  context: Context,
  done: string,
  items: readonly Item[],
  attempt: (item: Item) => Promise<void>,
): Promise<Pick<BatchResult, "done" | "reasons">> {
  const succeeded: string[] = [];
  const failures = new Map<string, Error>();
  let lost = 0;
  const progress = new Progress(context.say, `numbers ${done}`, items.length);
  await inParallel(items, async (item) => {
    if (lost >= hopeless && succeeded.length === 0) return;
    try {
      await attempt(item);
      succeeded.push(item[0]);
    } catch (error) {
      failures.set(item[0], error as Error);
      if (isForGood(error)) lost++;
    }
    progress.step();
  }).finally(() => progress.end());

  const reasons = [...failures].map(([number, { message }]) =>
    message.includes(number) ? message : `${number}: ${message}`,
  );
  const untried = items.length - succeeded.length - failures.size;
  if (untried > 0)
    reasons.push(`${untried} further numbers were not tried, because the first ${failures.size} all failed`);
  return { done: succeeded, reasons };
}

/** A refusal of the request itself, such as a wrong key or a call that the account does not have; it will not pass by itself. */
const isForGood = (error: unknown): boolean =>
  error instanceof NotManaged ||
  (error instanceof MiniVoiceError &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 429 &&
    error.status !== 408);

/** A list made for this batch alone, where it costs less than one read a number. */
async function justListed(context: Context, count: number): Promise<Map<string, Did> | undefined> {
  if (!context.capabilities.listDids || count < listingPays) return undefined;
  const dids = await managed(context.client.dids.list());
  return new Map(dids.map((did) => [did.number_e164, guarded(context, did) ?? did]));
}
