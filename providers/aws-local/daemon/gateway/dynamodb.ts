import type { StateStore } from "../state.ts";
import type { Tables } from "../tables.ts";
import type { Service, ServiceCall } from "./service.ts";
import { lastPart, operations } from "./service.ts";

const TABLE_TYPE = "aws:dynamodb/table:Table";

/** DynamoDB for functions: items, not tables. */
export function dynamodb(tables: Tables, state: StateStore, accountId: string): Service {
  // A table that does not exist is one of the caller's region, as in AWS.
  const arn = (name: string, { region }: ServiceCall) =>
    String(state.resource(TABLE_TYPE, name)?.attributes.arn ?? `arn:aws:dynamodb:${region}:${accountId}:table/${name}`);
  return {
    name: "dynamodb",
    target: "DynamoDB_20120810.",
    contentType: "application/x-amz-json-1.0",
    operations: {
      ...operations(
        "dynamodb",
        ["DeleteItem", "DescribeTable", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"],
        (call) => [arn(lastPart(call.input.TableName), call)],
      ),
      ...operations("dynamodb", ["BatchGetItem", "BatchWriteItem"], (call) =>
        Object.keys((call.input.RequestItems ?? {}) as object).map((name) => arn(lastPart(name), call)),
      ),
    },
    answer: (call) => tables.answer(call),
  };
}
