import { createHash } from "node:crypto";
import type { Fate } from "../stack/table-door.ts";

/** One in so many events meets each fault when it is to be recorded. */
const SHARES = { refused: 20, "answer lost": 20, "not answered": 500 };

/** How many events met each fault. */
export type Met = Record<keyof typeof SHARES, number>;

/**
 * What goes wrong with the table while the worker records:
 * - `refused`: it fails more often in a row than the SDK tries, so the message has to come again;
 * - `answer lost`: it writes, and nobody hears of it;
 * - `not answered`: it says nothing until the worker's time is up and its process is killed in the middle of a batch.
 */
export class Faults {
  readonly met: Met = { refused: 0, "answer lost": 0, "not answered": 0 };
  readonly #attempts = new Map<string, number>();

  fateOf = (operation: string, { Item }: Record<string, unknown>): Fate => {
    if (operation !== "PutItem") return "passed";
    const { callId, eventKey } = Item as Record<string, { S: string }>;
    const key = `${callId?.S} ${eventKey?.S}`;
    const fault = faultOf(key);
    if (!fault) return "passed";
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    if (attempt === 1) this.met[fault]++;
    return attempt <= ATTEMPTS[fault] ? fault : "passed";
  };
}

/** The worker's SDK tries three times, and waits two seconds for each answer. */
const ATTEMPTS = { refused: 4, "answer lost": 1, "not answered": 3 };

/** Decided by the event's key: the same in each attempt, and in each run. */
function faultOf(key: string): keyof typeof SHARES | undefined {
  const digest = createHash("sha256").update(key).digest();
  if (digest.readUInt16BE(0) % SHARES["not answered"] === 0) return "not answered";
  if (digest.readUInt16BE(2) % SHARES.refused === 0) return "refused";
  if (digest.readUInt16BE(4) % SHARES["answer lost"] === 0) return "answer lost";
  return undefined;
}
