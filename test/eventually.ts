import { setTimeout as sleep } from "node:timers/promises";

const WITHIN_MS = 90_000;
const POLL_MS = 20;

/**
 * Waits until a condition holds, however slow the machine is; an end there is all the same, or a failed test would go on
 * for ever.
 *
 * @throws Error that shows the condition.
 */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${WITHIN_MS / 1_000} s in vain for ${condition}`);
    await sleep(POLL_MS);
  }
}
