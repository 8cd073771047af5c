import { DynamoDBClient, ListTablesCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { AwsLocal } from "../../providers/aws-local/index.ts";
import { eventually } from "../eventually.ts";

/** A webhook as the table of call records holds it. */
export interface RecordedEvent {
  event: string;
  eventKey: string;
  /** What MiniVoice sent. */
  data: Record<string, unknown>;
}

/**
 * The events that are recorded for a call, in the order in which they happened. The worker records them a moment after
 * they were accepted.
 *
 * @param aws - a local AWS with one table.
 * @param accepted - how many of them were.
 */
export async function recordedEvents(aws: AwsLocal, callId: string, accepted: number): Promise<RecordedEvent[]> {
  let recorded: RecordedEvent[] = [];
  await eventually(async () => {
    recorded = await recordedSoFar(aws, callId);
    return recorded.length >= accepted;
  });
  return recorded;
}

async function recordedSoFar(aws: AwsLocal, callId: string): Promise<RecordedEvent[]> {
  const { dynamodb: endpoint, credentials } = aws;
  const client = new DynamoDBClient({ endpoint, region: "eu-central-1", credentials });
  try {
    const { TableNames: [TableName] = [] } = await client.send(new ListTablesCommand({}));
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "callId = :id",
        ExpressionAttributeValues: { ":id": { S: callId } },
      }),
    );
    return Items.map(({ event, eventKey, createdAt, body }) => ({
      at: Date.parse(createdAt?.S ?? ""),
      event: event?.S ?? "",
      eventKey: eventKey?.S ?? "",
      data: JSON.parse(body?.S ?? "{}").data,
    }))
      .sort((one, other) => one.at - other.at)
      .map(({ event, eventKey, data }) => ({ event, eventKey, data }));
  } finally {
    client.destroy();
  }
}
