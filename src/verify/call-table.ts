import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { bodyFields } from "../webhooks/call-event.ts";
import * as records from "../webhooks/recorded-calls.ts";
import type { CallRecords } from "./checklist.ts";
import type { RecordedCall, RecordedEvent } from "./recorded-calls.ts";

/** How many calls are looked at, and how far back: whoever verifies a stack has just called it. */
const RECENT = { calls: 50, days: 7 };

/** The table of call records, to be read only. */
export class CallTable implements CallRecords {
  readonly #client: DynamoDBClient;
  readonly #calls: records.RecordedCalls;

  constructor(table: string, config: DynamoDBClientConfig, signal: AbortSignal) {
    this.#client = new DynamoDBClient(config);
    this.#calls = new records.RecordedCalls(this.#client, table, signal);
  }

  async eventsOf(callId: string): Promise<RecordedEvent[]> {
    return (await this.#calls.eventsOf(callId)).map(eventOf);
  }

  async recent(): Promise<RecordedCall[]> {
    const since = new Date(Date.now() - RECENT.days * 86_400_000);
    const calls = await this.#calls.list({ since, limit: RECENT.calls });
    return Promise.all(calls.map(async ({ callId }) => ({ callId, events: await this.eventsOf(callId) })));
  }

  close(): void {
    this.#client.destroy();
  }
}

const eventOf = ({ event, createdAt, applicationId, body = "" }: records.RecordedEvent): RecordedEvent => ({
  event,
  createdAt,
  ...(applicationId !== undefined && { applicationId }),
  data: bodyFields(event, body).data,
});
