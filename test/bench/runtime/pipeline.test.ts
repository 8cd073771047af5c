import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { deliveriesOf } from "../../../bench/runtime/pipeline/deliveries.ts";
import { Faults } from "../../../bench/runtime/pipeline/faults.ts";
import { type Fate, TableDoor } from "../../../bench/runtime/stack/table-door.ts";
import { LocalServices, type Table } from "../../functions/local-services.ts";

describe("the deliveries that a pipeline is measured with", () => {
  const deliveries = deliveriesOf(400, 0.1, 1);

  test("hold every event once, and the given share of them once more", () => {
    expect(deliveries).toHaveLength(440);
    expect(new Set(deliveries).size).toBe(400);
  });

  test("are not in the order in which the events happened", () => {
    const times = deliveries.map((body) => JSON.parse(body).created_at);
    const late = times.filter((time, index) => time < (times[index - 1] ?? ""));
    expect(late.length).toBeGreaterThan(100);
  });

  test("are the same for the same seed", () => {
    const order = (list: typeof deliveries) => list.map((body) => JSON.parse(body).call.id);
    expect(order(deliveriesOf(400, 0.1, 1))).toEqual(order(deliveries));
    expect(order(deliveriesOf(400, 0.1, 2))).not.toEqual(order(deliveries));
  });
});

describe("the faults of a table", () => {
  const put = (event: number) => ({ Item: { callId: { S: "call_1" }, eventKey: { S: `event_${event}` } } });

  test("meet some events, each as often as it takes, and then no more", () => {
    const faults = new Faults();
    const fates = Array.from({ length: 4_000 }, (_, event) =>
      Array.from({ length: 6 }, () => faults.fateOf("PutItem", put(event))),
    );
    const kinds = new Set(fates.map((fate) => fate.join(", ")));
    const then = (fate: Fate, times: number) => Array.from({ length: 6 }, (_, at) => (at < times ? fate : "passed"));
    const expected = [then("passed", 0), then("refused", 4), then("answer lost", 1), then("not answered", 3)];
    expect(kinds).toEqual(new Set(expected.map((fate) => fate.join(", "))));
    const met = fates.filter(([first]) => first !== "passed").length;
    expect(Object.values(faults.met).reduce((sum, count) => sum + count, 0)).toBe(met);
  });

  test("meet nothing but the recording of events", () => {
    const faults = new Faults();
    for (let event = 0; event < 500; event++) expect(faults.fateOf("UpdateItem", put(event))).toBe("passed");
  });
});

describe("the door in front of a table", () => {
  const services = new LocalServices();
  let door: TableDoor;
  let client: DynamoDBClient;
  let table: Table;
  beforeAll(async () => {
    await services.start();
    door = await TableDoor.open(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
    const requestHandler = { requestTimeout: 300, throwOnRequestTimeout: true };
    client = new DynamoDBClient({ endpoint: door.url, maxAttempts: 1, requestHandler });
  });
  beforeEach(async () => {
    table = await services.table();
    door.use = { writeUnits: 0, readUnits: 0 };
  });
  afterAll(async () => {
    client.destroy();
    await door.close();
    await services.stop();
  });

  const put = (eventKey: string, more: object = {}, condition?: string) =>
    client.send(
      new PutItemCommand({
        TableName: table.name,
        Item: { callId: { S: "call_1" }, eventKey: { S: eventKey }, ...more },
        ...(condition && { ConditionExpression: condition }),
      }),
    );

  test("counts what DynamoDB charges: by size, and for a condition that is not met, too", async () => {
    door.fateOf = () => "passed";
    await put("small");
    await put("large", { body: { S: "x".repeat(2_500) } });
    await expect(put("small", {}, "attribute_not_exists(eventKey)")).rejects.toThrow(/conditional/i);
    expect(door.use).toEqual({ writeUnits: 1 + 3 + 1, readUnits: 0 });
  });

  test.each<[Fate, number, RegExp]>([
    ["refused", 0, /refused on purpose/],
    ["answer lost", 1, /socket hang up|ECONNRESET|aborted/i],
    ["not answered", 0, /timed? ?out/i],
  ])("lets a request fail: %s", async (fate, written, failure) => {
    door.fateOf = () => fate;
    await expect(put("event_1")).rejects.toThrow(failure);
    expect(await table.items()).toHaveLength(written);
  });
});
