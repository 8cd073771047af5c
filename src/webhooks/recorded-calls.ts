import { type AttributeValue, type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { type CallRecord, callListOf, instantOf } from "./call-record.ts";

/** A recorded event, with the hooks that were done for it. */
export type RecordedEvent = CallRecord & { hooksDone?: string[] };

/** A call as the list of its day holds it. */
export interface ListedCall {
  callId: string;
  /** When its latest event happened, RFC 3339. */
  latestAt: string;
  latestEvent: string;
  status?: string;
  direction?: string;
  from?: string;
  to?: string;
  applicationId?: string;
}

const DAY_MS = 86_400_000;
/** Days that are looked at at once: only a stack with few calls needs more than the latest. */
const [FIRST, FURTHER] = [2, 7];

/** Reads the table of call records. */
export class RecordedCalls {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #signal: AbortSignal | undefined;

  /** @param signal - ends requests that are under way. */
  constructor(client: DynamoDBClient, table: string, signal?: AbortSignal) {
    this.#client = client;
    this.#table = table;
    this.#signal = signal;
  }

  /** The events of a call in the order in which they happened; of those at the same time the first to arrive is first. */
  async eventsOf(callId: string): Promise<RecordedEvent[]> {
    const events = (await this.#query(callId, true)) as unknown as RecordedEvent[];
    const order = (event: RecordedEvent) => [instantOf(event).getTime(), Date.parse(event.receivedAt)] as const;
    return events.toSorted((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);
  }

  /**
   * Calls, the latest first. Reads the lists of whole days, one small item a call, from today back until there are enough.
   *
   * @param since - calls whose latest event is older are left out.
   */
  async list({ since, limit, now = new Date() }: { since: Date; limit: number; now?: Date }): Promise<ListedCall[]> {
    const calls = new Map<string, ListedCall>();
    // From tomorrow on: a clock ahead of ours may have begun it.
    const days = daysBetween(now.getTime() + DAY_MS, since.getTime());
    for (let atOnce = FIRST; days.length > 0 && calls.size < limit; atOnce = FURTHER) {
      const lists = await Promise.all(days.splice(0, atOnce).map((day) => this.#query(callListOf(day), false)));
      for (const { eventKey, ...item } of lists.flat()) {
        const call = { ...item, callId: eventKey } as unknown as ListedCall;
        if (call.latestAt >= (calls.get(call.callId)?.latestAt ?? since.toISOString())) calls.set(call.callId, call);
      }
    }
    return [...calls.values()].toSorted((a, b) => (a.latestAt < b.latestAt ? 1 : -1)).slice(0, limit);
  }

  async #query(partition: string, ConsistentRead: boolean): Promise<Record<string, unknown>[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: "callId = :id",
        ExpressionAttributeValues: { ":id": { S: partition } },
        ConsistentRead,
      },
      this.#signal && { abortSignal: this.#signal },
    );
    const items: Record<string, unknown>[] = [];
    for await (const { Items = [] } of pages) items.push(...Items.map(plain));
    return items;
  }
}

/** The days from a time back to an earlier one, each as some moment of it. */
function daysBetween(late: number, early: number): Date[] {
  const count = Math.floor(late / DAY_MS) - Math.floor(early / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, back) => new Date(late - back * DAY_MS));
}

const plain = (item: Record<string, AttributeValue>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, { S, N, SS }]) => [name, S ?? SS ?? Number(N)]));
