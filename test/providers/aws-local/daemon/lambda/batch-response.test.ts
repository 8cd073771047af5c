import { describe, expect, test } from "@jest/globals";
import { failedMessages } from "../../../../../providers/aws-local/daemon/lambda/batch-response.ts";

const failed = (response: unknown) => failedMessages(JSON.stringify(response), ["a", "b"]);

describe("all of a batch went well", () => {
  test.each([[null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])("after %j", (response) => {
    expect(failed(response)).toEqual(new Set());
  });
});

test("what the function names has failed", () => {
  expect(failed({ batchItemFailures: [{ itemIdentifier: "b" }] })).toEqual(new Set(["b"]));
});

describe("all of a batch failed", () => {
  test.each([
    ["ok"],
    [[]],
    [{ batchItemFailures: "b" }],
    [{ batchItemFailures: [{ itemIdentifier: "" }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ messageId: "b" }] }],
    [{ batchItemFailures: ["b"] }],
    [{ batchItemFailures: [null] }],
    [{ batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "c" }] }],
  ])("after %j", (response) => {
    expect(failed(response)).toBeUndefined();
  });
});
