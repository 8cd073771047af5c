import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { parseEvent } from "../../src/webhooks/event.ts";
import { isSignedBy, readSignature, signWebhook } from "../../src/webhooks/signature.ts";

/** What one way to verify webhooks does on one core, for one size of body. */
export interface WebhookRow {
  way: string;
  bodyBytes: number;
  /** Verified and parsed events per second of processor time: the median of the rounds. */
  eventsPerSecond: number;
  /** The slowest and the fastest round. */
  range: [number, number];
}

/** Rounds of each way, which take turns, so that whatever else the machine does meets both. */
const ROUNDS = 15;
const ROUND_MS = 200;
const secret = "mv_test_not_a_real_secret";
const sample = JSON.parse(
  readFileSync(new URL("../../test/fixtures/minivoice/call-completed.webhook.json", import.meta.url), "utf8"),
);

/**
 * Measures how many deliveries are verified and parsed per second and core, against the reference library of Standard
 * Webhooks with its own scheme (its headers, and a signature over ID, time and body). Both get the raw body as bytes, check a
 * timestamp, compare in constant time and parse the JSON.
 *
 * @param sizes - of the bodies, in bytes.
 */
export function measureWebhook(sizes: readonly number[] = [400, 4_000, 40_000]): WebhookRow[] {
  return sizes.flatMap((size) => {
    const body = Buffer.from(bodyOf(size));
    const ways = [ours(body), standard(body)];
    // Once through before anything is counted, until the compiler has seen it.
    for (const { verify } of ways) run(verify);
    const rounds = Array.from({ length: ROUNDS }, () => ways.map(({ verify }) => run(verify)));
    return ways.map(({ way }, index) => {
      const rates = rounds.map((round) => round[index] ?? 0).toSorted((a, b) => a - b);
      return {
        way,
        bodyBytes: body.length,
        eventsPerSecond: Math.round(rates[Math.floor(ROUNDS / 2)] ?? 0),
        range: [Math.round(rates[0] ?? 0), Math.round(rates.at(-1) ?? 0)] as [number, number],
      };
    });
  });
}

/** The rows as Markdown. */
export function renderWebhook(rows: readonly WebhookRow[]): string {
  const number = (value: number) => value.toLocaleString("en");
  const lines = rows.map(({ way, bodyBytes, eventsPerSecond, range }) => {
    const floor =
      rows.find((row) => row.way === STANDARD && row.bodyBytes === bodyBytes)?.eventsPerSecond ?? Number.NaN;
    const ratio = (eventsPerSecond / floor).toFixed(1);
    return `| ${way} | ${number(bodyBytes)} | ${number(eventsPerSecond)} | ${range.map(number).join(" – ")} | ${ratio} |`;
  });
  return `| | bytes of body | verified events per second and core | slowest – fastest round | × standardwebhooks |\n|---|--:|--:|--:|--:|\n${lines.join("\n")}\n`;
}

const STANDARD = "standardwebhooks";

function ours(body: Buffer) {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = signWebhook(secret, timestamp, body);
  return {
    way: "this package",
    verify: () => {
      const read = readSignature(timestamp, signature);
      if (typeof read === "string" || !isSignedBy({ current: secret }, read, body, new Date()))
        throw new Error("refused");
      return parseEvent(body.toString());
    },
  };
}

function standard(body: Buffer) {
  const webhook = new Webhook(secret, { format: "raw" });
  const at = new Date();
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": webhook.sign("msg_1", at, body),
  };
  return { way: STANDARD, verify: () => webhook.verify(body, headers) };
}

/** Events per second of processor time in one round, garbage collection included: time that others take does not count. */
function run(verify: () => unknown): number {
  const begun = process.cpuUsage();
  let events = 0;
  for (;;) {
    for (let batch = 0; batch < 20; batch += 1) verify();
    events += 20;
    const { user, system } = process.cpuUsage(begun);
    const ms = (user + system) / 1_000;
    if (ms >= ROUND_MS) return (events / ms) * 1_000;
  }
}

/** The vendor's own sample, with variables until it is as large as wished. */
function bodyOf(bytes: number): string {
  const variables: Record<string, string> = {};
  const text = () => JSON.stringify({ ...sample, variables });
  for (let index = 0; text().length < bytes; index += 1) variables[`variable_${index}`] = `value ${index}`.repeat(8);
  return text();
}
