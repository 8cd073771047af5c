import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, ListTablesCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { localAws } from "./aws-clients.ts";
import { CliError } from "./cli-error.ts";

/** The worker takes them from a queue, and tries again what failed. */
const WITHIN_MS = 30_000;

/**
 * The names of the events that the worker recorded for a call, once all that were accepted are there.
 *
 * @param accepted - how many deliveries the webhook function accepted.
 * @throws CliError when an event that was accepted is not recorded.
 */
export async function awaitRecords(callId: string, accepted: number): Promise<string[]> {
  const { dynamodb: endpoint, credentials } = await localAws();
  const client = new DynamoDBClient({ endpoint, credentials, region: "eu-central-1" });
  try {
    const deadline = Date.now() + WITHIN_MS;
    for (;;) {
      const recorded = await recordsOf(client, callId);
      if (recorded.length >= accepted) return recorded;
      if (Date.now() > deadline) {
        throw new CliError(
          `${accepted} webhooks of call ${callId} were accepted, but only ${recorded.length} are recorded`,
        );
      }
      await sleep(100);
    }
  } finally {
    client.destroy();
  }
}

async function recordsOf(client: DynamoDBClient, callId: string): Promise<string[]> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const found = await Promise.all(
    TableNames.map((TableName) =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "callId = :id",
          ExpressionAttributeValues: { ":id": { S: callId } },
        }),
      ),
    ),
  );
  return found.flatMap(({ Items = [] }) => Items.map(({ eventKey }) => eventKey?.S ?? ""));
}
