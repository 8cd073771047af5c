import type { Did } from "../api/schema.ts";
import type { Context } from "./context.ts";
import { AssignmentPending, firstOf } from "./errors.ts";
import { inParallel } from "./parallel.ts";
import { poll } from "./poll.ts";
import { routesTo } from "./target.ts";

/**
 * Where the account assigns numbers by hand, a person is part of the loop: says exactly what to do, all of it at once, and
 * watches for it. One time for all, so that ten thousand numbers wait no longer than one.
 *
 * @param timeout - milliseconds; 0 neither waits nor says anything
 * @returns for each of `pending` the number once it is assigned, or what is still to do when the time is over
 */
export async function awaitAssignments<All extends readonly AssignmentPending[]>(
  { client, say }: Pick<Context, "client" | "say">,
  pending: All,
  timeout: number,
): Promise<{ [Each in keyof All]: Did | AssignmentPending }> {
  const outcomes: (Did | AssignmentPending)[] = [...pending];
  if (timeout === 0 || pending.length === 0) return outcomes as never;
  for (const line of firstOf(pending.map(({ message }) => message))) say(line);

  const look = async (index: number) => {
    const waiting = outcomes[index];
    if (!(waiting instanceof AssignmentPending)) return;
    const { live: before, target } = waiting;
    // A read that fails proves nothing, and the next one may succeed.
    const live = (await client.dids.byNumber(before.number_e164).catch(() => undefined)) ?? before;
    outcomes[index] = routesTo(live, target) ? live : new AssignmentPending(live, target);
  };
  await poll(
    timeout,
    () => inParallel([...outcomes.keys()], look),
    () => !outcomes.some((outcome) => outcome instanceof AssignmentPending),
  );
  return outcomes as never;
}

/** The same for one number. @throws AssignmentPending when the time is over */
export async function awaitAssignment(
  context: Pick<Context, "client" | "say">,
  pending: AssignmentPending,
  timeout: number,
): Promise<Did> {
  const [outcome] = await awaitAssignments(context, [pending] as const, timeout);
  if (outcome instanceof AssignmentPending) throw outcome;
  return outcome;
}
