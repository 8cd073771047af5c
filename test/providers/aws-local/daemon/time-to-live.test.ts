import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { LocalAws } from "../local-aws.ts";

const TYPE = "aws:dynamodb/table:Table";
const YEAR = 365 * 24 * 60 * 60;

let aws: LocalAws;
let dynamodb: DynamoDBClient;
const now = Math.floor(Date.now() / 1000);
const table = (name: string, ttl?: object) => ({
  name,
  hashKey: "call",
  rangeKey: "event",
  attributes: ["call", "event"].map((key) => ({ name: key, type: "S" })),
  ...(ttl && { ttl }),
});

beforeAll(async () => {
  aws = await LocalAws.start();
  dynamodb = new DynamoDBClient(aws.sdk);
});
afterAll(() => aws.remove());

async function put(TableName: string, event: string, expiresAt: object | undefined): Promise<void> {
  const Item = { call: { S: "one" }, event: { S: event }, ...(expiresAt && { expiresAt }) };
  await dynamodb.send(new PutItemCommand({ TableName, Item: Item as never }));
}
const events = async (TableName: string) =>
  ((await dynamodb.send(new ScanCommand({ TableName }))).Items ?? []).map(({ event }) => event?.S).sort();

test("items go when their time has come, and all others stay", async () => {
  await aws.create(TYPE, table("expiring", { enabled: true, attributeName: "expiresAt" }));
  await put("expiring", "over", { N: String(now - 60) });
  await put("expiring", "later", { N: String(now + 60) });
  await put("expiring", "for ever", undefined);
  await put("expiring", "a text", { S: String(now - 60) });
  await put("expiring", "a mistake of years", { N: String(now - 6 * YEAR) });
  expect(await aws.ask("/expire-items", "POST")).toEqual({ deleted: 1 });
  expect(await events("expiring")).toEqual(["a mistake of years", "a text", "for ever", "later"]);
  expect(await aws.ask(`/expire-items?at=${(now + 61) * 1000}`, "POST")).toEqual({ deleted: 1 });
  expect(await events("expiring")).toEqual(["a mistake of years", "a text", "for ever"]);
});

test.each([
  ["without a TTL", undefined],
  ["whose TTL is off", { enabled: false, attributeName: "expiresAt" }],
])("items of a table %s stay", async (_name, ttl) => {
  const name = ttl ? "off" : "without";
  await aws.create(TYPE, table(name, ttl));
  await put(name, "over", { N: String(now - 60) });
  await aws.ask("/expire-items", "POST");
  expect(await events(name)).toEqual(["over"]);
});

test("many items go in one sweep", async () => {
  await aws.create(TYPE, table("large", { enabled: true, attributeName: "expiresAt" }));
  const big = "x".repeat(100_000);
  for (let index = 0; index < 15; index++) {
    const Item = {
      call: { S: String(index) },
      event: { S: "over" },
      big: { S: big },
      expiresAt: { N: String(now - 1) },
    };
    await dynamodb.send(new PutItemCommand({ TableName: "large", Item }));
  }
  expect(await aws.ask("/expire-items", "POST")).toEqual({ deleted: 15 });
});
