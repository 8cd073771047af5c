/** Deletes items whose time has come. AWS does it within a few days; here it is a sweep every minute. */
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ConditionalCheckFailedException, DeleteItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";

/** AWS takes a time that is longer ago for a mistake, and leaves the item alone. */
const FIVE_YEARS = 5 * 365 * 24 * 60 * 60;

/** A table whose items expire. */
export interface ExpiringTable {
  readonly name: string;
  readonly keys: readonly string[];
  /** The attribute that holds the time, a number of seconds since the epoch. */
  readonly attribute: string;
}

/**
 * Deletes every expired item of a table.
 *
 * @param now Seconds since the epoch.
 * @returns How many items were deleted.
 */
export async function deleteExpired(client: DynamoDBClient, table: ExpiringTable, now: number): Promise<number> {
  const names = { "#ttl": table.attribute };
  const pages = paginateScan(
    { client },
    {
      TableName: table.name,
      FilterExpression: "#ttl < :now AND #ttl > :past",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ":now": { N: String(now) }, ":past": { N: String(now - FIVE_YEARS) } },
      ConsistentRead: true,
    },
  );
  let deleted = 0;
  for await (const { Items = [] } of pages) {
    for (const item of Items) if (await deleteUnlessChanged(client, table, item)) deleted++;
  }
  return deleted;
}

/** Somebody may have prolonged the life of the item in the meantime. */
async function deleteUnlessChanged(
  client: DynamoDBClient,
  { name, keys, attribute }: ExpiringTable,
  item: Record<string, AttributeValue>,
): Promise<boolean> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName: name,
        Key: Object.fromEntries(keys.map((key) => [key, item[key] as AttributeValue])),
        ConditionExpression: "#ttl = :seen",
        ExpressionAttributeNames: { "#ttl": attribute },
        ExpressionAttributeValues: { ":seen": item[attribute] as AttributeValue },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
