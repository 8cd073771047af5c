import { setTimeout as sleep } from "node:timers/promises";

/**
 * Reads at once and then ever more slowly (a hundredth of `limit`, at most 0.1 seconds, to 5 seconds apart) until `done`,
 * or until `limit` milliseconds are over since the first answer: where reads are shared, that one may be long in coming.
 *
 * @returns what was read last, done or not
 */
export async function poll<Value>(
  limit: number,
  read: () => Promise<Value>,
  done: (value: Value) => boolean,
): Promise<Value> {
  let end: number | undefined;
  for (let pause = Math.min(100, limit / 100); ; pause = Math.min(5_000, pause * 2)) {
    const value = await read();
    const now = performance.now();
    end ??= now + limit;
    if (done(value) || now + pause >= end) return value;
    await sleep(pause);
  }
}
