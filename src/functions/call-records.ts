import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type CallRecord, callListOf, instantOf } from "../webhooks/call-record.ts";

/** What is there for an event. */
export interface Kept {
  /** `duplicate`: it was recorded before, by this delivery or by another one. */
  outcome: "recorded" | "duplicate";
  /** The delivery that recorded it. */
  deliveryId: string;
  /** The hooks that were done for it. */
  hooksDone: ReadonlySet<string>;
}

/** The table of call records, as the worker uses it. */
export interface CallRecords {
  /** Keeps a record once. */
  record(record: CallRecord): Promise<Kept>;
  /** Notes that a hook was done for an event, so that it is not run again. */
  markDone(record: CallRecord, hook: string): Promise<void>;
  /** Puts the event's call onto the list of its day, with what the latest event says. */
  list(record: CallRecord): Promise<void>;
}

/**
 * Call records in a DynamoDB table with the keys `callId` and `eventKey`, one item per event. The put is conditional, so
 * however often and in whatever order an event is delivered, it is kept once, and what was sent is never changed.
 *
 * @param table - the table's name.
 * @example (await callRecords("call-records").record(record)).outcome // "recorded", and "duplicate" from then on
 */
export function callRecords(table: string): CallRecords {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    // Fails while the worker can still say which events it could not record.
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  const keyOf = ({ callId, eventKey }: Pick<CallRecord, "callId" | "eventKey">) => item({ callId, eventKey });

  return {
    async record(record) {
      const put = new PutItemCommand({
        TableName: table,
        Item: item({ ...record }),
        ConditionExpression: "attribute_not_exists(eventKey)",
      });
      if (await met(client.send(put)))
        return { outcome: "recorded", deliveryId: record.deliveryId, hooksDone: new Set() };
      const { Item = {} } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: keyOf(record),
          ConsistentRead: true,
          ProjectionExpression: "deliveryId, hooksDone",
        }),
      );
      return { outcome: "duplicate", deliveryId: Item.deliveryId?.S ?? "", hooksDone: new Set(Item.hooksDone?.SS) };
    },

    async markDone(record, hook) {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: keyOf(record),
        UpdateExpression: "ADD hooksDone :hook",
        // What has expired meanwhile must not come back as half an item.
        ConditionExpression: "attribute_exists(eventKey)",
        ExpressionAttributeValues: { ":hook": { SS: [hook] } },
      });
      await met(client.send(update));
    },

    async list(record) {
      const { callId, expiresAt, event, status, direction, from, to, applicationId } = record;
      const at = instantOf(record);
      const latest = { latestAt: at.toISOString(), latestEvent: event, expiresAt };
      const fields = Object.entries({ ...latest, status, direction, from, to, applicationId }).filter(
        ([, value]) => value !== undefined,
      );
      const update = new UpdateItemCommand({
        TableName: table,
        Key: keyOf({ callId: callListOf(at), eventKey: callId }),
        UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(", ")}`,
        ConditionExpression: "attribute_not_exists(#latestAt) OR #latestAt <= :latestAt",
        ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: item(Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value]))),
      });
      await met(client.send(update));
    },
  };
}

/** Whether the condition of a write was met. */
async function met(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const item = (fields: Record<string, unknown>): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, AttributeValue][] =>
      value === undefined ? [] : [[name, typeof value === "number" ? { N: String(value) } : { S: String(value) }]],
    ),
  );
