import { type PendingWork, pendingWork } from "pulumi-minivoice/lifecycle";
import { openAccount } from "./account.ts";
import { type Declared, readDeclared } from "./declared.ts";
import { renderSteps } from "./pending-list.ts";
import type { StackWorkspace } from "./stack-workspace.ts";
import { columns } from "./table.ts";

/** What is left to do by hand, and what only a further `up` can tell. */
export interface Pending extends PendingWork {
  /** Numbers whose application the next `up` creates. */
  waiting: string[];
}

/** Whether the account's API can do all that a stack declares, so that nothing is ever pending. */
export async function isAllDoneByApi(workspace: StackWorkspace, signal: AbortSignal): Promise<boolean> {
  const { client, capabilities } = await openAccount(workspace, signal);
  await client.close();
  return capabilities.editApplication && capabilities.assignDid;
}

/** Compares every object that the stack declares with the account. Reads only. */
export async function findPending(workspace: StackWorkspace, signal: AbortSignal): Promise<Pending> {
  const declared = await readDeclared(workspace, signal);
  return compare(workspace, declared, signal);
}

/** The same for a declaration that is known already, e.g. to see whether somebody has made progress. */
export async function compare(workspace: StackWorkspace, declared: Declared, signal: AbortSignal): Promise<Pending> {
  const account = await openAccount(workspace, signal);
  try {
    const work = await pendingWork(account, declared);
    return { ...work, waiting: account.capabilities.assignDid ? [] : declared.waiting };
  } finally {
    await account.client.close();
  }
}

export const isDone = ({ steps, problems, waiting }: Pending): boolean =>
  steps.length + problems.length + waiting.length === 0;

/**
 * Everything in words, ending in what to do next.
 *
 * @param again - the command that goes on.
 */
export function renderPending({ steps, problems, waiting }: Pending, again = "minivoice up"): string {
  const parts: string[] = [];
  if (steps.length > 0)
    parts.push(
      `To be done by hand in the account setup (${steps.length}), then run ${again} again:\n${renderSteps(steps)}`,
    );
  if (problems.length > 0)
    parts.push(`Could not be told (${problems.length}):\n${columns(problems.map((problem) => [problem]))}`);
  if (waiting.length > 0)
    parts.push(
      `${waiting.length} more numbers wait for applications that the next ${again} creates: ${waiting.slice(0, 10).join(", ")}${waiting.length > 10 ? " …" : ""}`,
    );
  return parts.length > 0
    ? `${parts.join("\n\n")}\n`
    : "Nothing is pending: the account is as declared, as far as it is to be done by hand.\n";
}
