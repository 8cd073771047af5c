import { setTimeout as sleep } from "node:timers/promises";
import { type AccountSettings, BenchAccount } from "../shared/bench-account.ts";
import { watchMemory } from "../shared/peak-memory.ts";
import type { Contender, Prepared } from "./contenders.ts";

/** What one check cost. */
export interface Cost {
  seconds: number;
  /** Requests to the API. */
  requests: number;
  /** MiB, of the command and all of its processes together. */
  peakMemory: number;
}

/** Checks a stack of so many numbers, on an account of its own, which is as declared. */
export async function measure(
  contender: Contender,
  settings: AccountSettings,
  { repeat, limitMs }: { repeat: number; limitMs: number },
): Promise<Cost | undefined> {
  const account = await BenchAccount.open(settings.count, settings);
  try {
    const prepared = await contender.prepare(account, settings);
    try {
      let best: Cost | undefined;
      for (let run = 0; run < repeat; run++) {
        const cost = await once(contender, prepared, account, limitMs);
        // Whoever does not end in time once is not waited for again.
        if (!cost) return undefined;
        // Whatever else the machine does only ever adds to the time.
        if (!best || cost.seconds < best.seconds) best = cost;
      }
      return best;
    } finally {
      await prepared.remove();
    }
  } finally {
    await account.close();
  }
}

async function once(
  { name }: Contender,
  prepared: Prepared,
  account: BenchAccount,
  limitMs: number,
): Promise<Cost | undefined> {
  await account.requests();
  const started = performance.now();
  const { pid, ended, kill } = prepared.begin();
  const memory = watchMemory(pid);
  const impatience = new AbortController();
  const tooLate = sleep(limitMs, "too late" as const, impatience).catch(() => "too late" as const);
  const result = await Promise.race([ended, tooLate]);
  const seconds = (performance.now() - started) / 1_000;
  impatience.abort();
  if (result === "too late") {
    kill();
    await ended;
    await memory.stop();
    return undefined;
  }
  const peakMemory = await memory.stop();
  // Everything is as declared: whoever says something else has not checked it.
  if (result.code !== 0) throw new Error(`${name} ended with ${result.code}: ${result.said.slice(-2_000)}`);
  return { seconds, requests: await account.requests(), peakMemory };
}
