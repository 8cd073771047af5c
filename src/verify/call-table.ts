import {
  type AttributeValue,
  DynamoDBClient,
  type DynamoDBClientConfig,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { PROBE_EVENT } from "../webhooks/probe.ts";
import type { CallRecords } from "./checklist.ts";
import type { RecordedCall, RecordedEvent } from "./recorded-calls.ts";

/** How many pages of a table, 1 MB each, are looked at for recent calls. */
const PAGES = 5;

/** The table of call records, to be read only. */
export class CallTable implements CallRecords {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #signal: AbortSignal;

  constructor(table: string, config: DynamoDBClientConfig, signal: AbortSignal) {
    this.#client = new DynamoDBClient(config);
    this.#table = table;
    this.#signal = signal;
  }

  async eventsOf(callId: string): Promise<RecordedEvent[]> {
    const query = new QueryCommand({
      TableName: this.#table,
      KeyConditionExpression: "callId = :id",
      ExpressionAttributeValues: { ":id": { S: callId } },
    });
    const { Items = [] } = await this.#client.send(query, { abortSignal: this.#signal });
    return Items.map(eventOf);
  }

  async recent(): Promise<RecordedCall[]> {
    const calls = new Map<string, RecordedEvent[]>();
    let from: Record<string, AttributeValue> | undefined;
    for (let page = 0; page < PAGES; page++) {
      const scan = new ScanCommand({ TableName: this.#table, ...(from && { ExclusiveStartKey: from }) });
      const { Items = [], LastEvaluatedKey } = await this.#client.send(scan, { abortSignal: this.#signal });
      for (const item of Items) {
        const event = eventOf(item);
        if (event.event === PROBE_EVENT) continue;
        const callId = item.callId?.S ?? "";
        calls.set(callId, [...(calls.get(callId) ?? []), event]);
      }
      from = LastEvaluatedKey;
      if (!from) break;
    }
    return [...calls].map(([callId, events]) => ({ callId, events: events.sort(byTime) }));
  }

  close(): void {
    this.#client.destroy();
  }
}

function eventOf({ event, createdAt, applicationId, body }: Record<string, AttributeValue>): RecordedEvent {
  return {
    event: event?.S ?? "",
    createdAt: createdAt?.S ?? "",
    ...(applicationId?.S !== undefined && { applicationId: applicationId.S }),
    data: dataOf(body?.S ?? ""),
  };
}

function dataOf(body: string): Record<string, unknown> {
  try {
    const { data } = JSON.parse(body) as { data?: unknown };
    return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const byTime = (a: RecordedEvent, b: RecordedEvent): number => Date.parse(a.createdAt) - Date.parse(b.createdAt);
