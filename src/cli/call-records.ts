import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, ListTablesCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { DaemonState } from "../background/state-files.ts";
import { CliError } from "./cli-error.ts";
import { localAwsClient } from "./local-aws.ts";

const WITHIN_MS = 10_000;

/**
 * The names of the events that the webhook function recorded for a call, once all that were accepted are there.
 *
 * @param aws - what `daemon.json` of the local AWS says.
 * @param accepted - how many deliveries the function accepted.
 * @throws CliError when an event that was accepted is not recorded.
 */
export async function awaitRecords(aws: DaemonState, callId: string, accepted: number): Promise<string[]> {
  const client = new DynamoDBClient({ ...localAwsClient(aws), region: "eu-central-1" });
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
