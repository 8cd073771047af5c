import { MiniVoiceError } from "../api/errors.ts";
import type { Did } from "../api/schema.ts";
import type { Context } from "./context.ts";
import {
  AssignmentPending,
  NotAsReviewed,
  NotManaged,
  NumberNotFound,
  NumberTaken,
  WriteNotApplied,
  WriteUnconfirmed,
} from "./errors.ts";
import { guarded } from "./ownership.ts";
import { poll } from "./poll.ts";
import { changeTo, describeLive, describeTarget, routesTo, type Target, targetOf } from "./target.ts";
import { managed, unlessLost } from "./writes.ts";

/** What becomes of a number when it leaves the program. It is never released. */
export type OnDelete = "reject" | "leave";

/** Reads a number as it is live. */
export interface Reads {
  byNumber(number: string): Promise<Did | undefined>;
}

/** From whom a number may be taken. */
export interface RouteOptions {
  /** Applications that held the number according to the state. */
  held: readonly string[];
  /** Applications outside this stack that it is knowingly taken from. */
  takeover: readonly string[];
}

/**
 * Makes one number route as declared and returns what is then live.
 *
 * Serves create and update alike, because it looks before it writes: a number that already routes
 * as declared costs one read and no write, also after a run that was killed half way.
 *
 * @param reads - how to read a number, where a list is cheaper than reading it alone
 * @throws NumberNotFound, NumberTaken, AssignmentPending, NotAsReviewed, WriteNotApplied, WriteUnconfirmed, NotManaged,
 * ForeignCustomer, MiniVoiceError
 */
export async function reconcileRoute(
  context: Context,
  number: string,
  target: Target,
  options: RouteOptions,
  reads: Reads = context.client.dids,
): Promise<Did> {
  const live = guarded(context, await reads.byNumber(number));
  if (!live) throw new NumberNotFound(number);
  if (routesTo(live, target)) return live;
  if (!(await mayMove(context, live, options))) throw new NumberTaken(live, target);
  if (!context.capabilities.assignDid) throw new AssignmentPending(live, target);

  return write(context, live, target, reads);
}

/**
 * Takes a number out of service, unless it is no longer ours to change: the engine deletes last, so by now another
 * resource of the same run may have claimed it, or somebody may have moved it.
 *
 * @param written - the applications that the resource may have routed the number to
 */
export async function releaseRoute(
  context: Context,
  number: string,
  written: readonly string[],
  onDelete: OnDelete,
  reads: Reads = context.client.dids,
): Promise<void> {
  if (context.claims.has(`number ${number}`)) return handOver(context, number, written, reads);
  if (onDelete === "leave") return context.say(`${number} stays as it is (onDelete: leave)`);
  const live = guarded(context, await reads.byNumber(number));
  if (!live || routesTo(live, { mode: "reject" })) return;
  if (live.application_id && !written.includes(live.application_id))
    return context.say(
      `${number} stays as it is: it now routes to ${describeLive(live)}, which this route did not write`,
    );
  if (!context.capabilities.assignDid)
    return context.say(`${number} stays as it is (${describeLive(live)}): take it out of service in the account setup`);

  await write(context, live, { mode: "reject" }, reads);
}

/** The number lives on under another resource. Where that one trusts the state, it is seen to here that the state is right. */
async function handOver(context: Context, number: string, written: readonly string[], reads: Reads): Promise<void> {
  const entry = context.claims.letGo(`number ${number}`);
  if (entry === undefined) return;
  const target = targetOf(entry);
  const live = guarded(context, await reads.byNumber(number));
  if (!live || routesTo(live, target)) return;
  // Somebody else moved it: that is drift, which a refresh shows.
  if (live.application_id && !written.includes(live.application_id)) return;
  if (!context.capabilities.assignDid) throw new AssignmentPending(live, target);
  await write(context, live, target, reads);
}

/** From nobody, from ourselves, from another application of this program, or knowingly from a stranger. */
async function mayMove(
  context: Context,
  { application_id: holder }: Did,
  { held, takeover }: RouteOptions,
): Promise<boolean> {
  if (!holder || context.claims.keepsApplication(holder)) return true;
  return held.includes(holder) || takeover.includes(holder) || isDeclared(context, holder);
}

/** An application of this program that the engine has not come to yet is known by its name alone. */
async function isDeclared({ claims, inventory }: Context, id: string): Promise<boolean> {
  const applications = await inventory.applications();
  const name = applications.find((application) => application.id === id)?.name;
  const namesakes = applications.filter((application) => application.name === name);
  return name !== undefined && namesakes.length === 1 && claims.has(`application named ${name}`);
}

function assertReviewed({ expectation }: Context, live: Did): void {
  const objection = expectation?.objectionTo(live);
  if (objection) throw new NotAsReviewed(live, objection);
}

/** One write, and a read that shows it. Whatever happens in between, the error says what is known of the number. */
async function write(context: Context, seen: Did, target: Target, reads: Reads): Promise<Did> {
  assertReviewed(context, seen);
  context.inventory.forget();
  const { dids } = context.client;
  const number = seen.number_e164;
  const written = describeTarget(target);
  const lost = await unlessLost(managed(dids.update(seen.id, changeTo(target)))).catch(async (error) => {
    if (!(error instanceof MiniVoiceError && error.provesAbsence)) throw error;
    // Either the number is gone by now, or the account has no such call and says so in the same words.
    throw (await dids.byNumber(number)) ? new NotManaged(error) : new NumberNotFound(number);
  });

  const live = await poll(
    context.readBackLimit,
    () => reads.byNumber(number),
    (did) => did !== undefined && routesTo(did, target),
  ).catch((error: Error) => {
    throw new WriteUnconfirmed(number, error.message, { written, live: seen });
  });
  if (live && routesTo(live, target)) return live;
  if (lost) throw new WriteUnconfirmed(number, lost.message, { written, live });
  throw new WriteNotApplied(number, written, live ? describeLive(live) : "no such number", live);
}
