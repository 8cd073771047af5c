import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { CallRecord } from "../webhooks/call-record.ts";

/** Keeps a record once. */
export type RecordCall = (record: CallRecord) => Promise<"recorded" | "duplicate">;

/**
 * Records into a DynamoDB table with the keys `callId` and `eventKey`, one item per event. The put is conditional, so
 * however often and in whatever order an event is delivered, it is kept once and never changed.
 *
 * @param table - the table's name.
 * @example await callRecords("call-records")(record) // "recorded", and "duplicate" from then on
 */
export function callRecords(table: string): RecordCall {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    // Fails while the function can still say so: the vendor retries a 5xx, not a time-out it may never notice.
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  return async (record) => {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: Object.fromEntries(Object.entries(record).map(([name, value]) => [name, attribute(value)])),
          ConditionExpression: "attribute_not_exists(eventKey)",
        }),
      );
      return "recorded";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "duplicate";
      throw error;
    }
  };
}

const attribute = (value: string | number) => (typeof value === "number" ? { N: String(value) } : { S: value });
