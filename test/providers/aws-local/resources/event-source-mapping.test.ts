import { describe, expect, test } from "@jest/globals";
import { diffInputs } from "../../../../providers/aws-local/plugin/diff.ts";
import { eventSourceMapping } from "../../../../providers/aws-local/resources/event-source-mapping.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";
import { check } from "../checked.ts";

const MAPPING = { eventSourceArn: "arn:aws:sqs:us-east-1:000000000000:events", functionName: "worker" };

test("what AWS fills in for a queue is known in preview", () => {
  const { inputs, failures } = check(eventSourceMapping.token, MAPPING);
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({ batchSize: 10, enabled: true, maximumBatchingWindowInSeconds: 0 });
});

test("unknown values pass", () => {
  const inputs = { eventSourceArn: UNKNOWN, functionName: UNKNOWN, scalingConfig: { maximumConcurrency: UNKNOWN } };
  expect(
    check(eventSourceMapping.token, { ...inputs, batchSize: 100, maximumBatchingWindowInSeconds: UNKNOWN }),
  ).toEqual(expect.objectContaining({ failures: [] }));
});

describe("refused", () => {
  test.each([
    [
      "one invocation at once",
      { scalingConfig: { maximumConcurrency: 1 } },
      /"scalingConfig.maximumConcurrency" .* is 1:/,
    ],
    ["more than 1000 at once", { scalingConfig: { maximumConcurrency: 1001 } }, /maximumConcurrency" .* is 1001:/],
    ["an empty batch", { batchSize: 0 }, /"batchSize" .* is 0:/],
    ["a huge batch", { batchSize: 10_001, maximumBatchingWindowInSeconds: 1 }, /"batchSize" .* is 10001:/],
    [
      "a large batch without a window",
      { batchSize: 11 },
      /batchSize 11 needs maximumBatchingWindowInSeconds of at least 1/,
    ],
    ["a long window", { maximumBatchingWindowInSeconds: 301 }, /"maximumBatchingWindowInSeconds" .* is 301:/],
    [
      "a table's stream",
      { eventSourceArn: "arn:aws:dynamodb:us-east-1:0:table/x" },
      /must be the ARN of a standard queue/,
    ],
    ["a filter", { filterCriteria: { filters: [] } }, /property "filterCriteria" .* is not implemented/],
  ])("%s", (_name, inputs, message) => {
    expect(check(eventSourceMapping.token, { ...MAPPING, ...inputs }).failures).toEqual([
      expect.stringMatching(message),
    ]);
  });
});

test("another function changes it in place, another queue replaces it", () => {
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:worker";
  expect(diffInputs(eventSourceMapping, MAPPING, { ...MAPPING, functionName: arn }).changes.size).toBe(0);
  expect(diffInputs(eventSourceMapping, MAPPING, { ...MAPPING, functionName: "other" }).replaces).toEqual([]);
  const eventSourceArn = `${MAPPING.eventSourceArn}-2`;
  expect(diffInputs(eventSourceMapping, MAPPING, { ...MAPPING, eventSourceArn }).replaces).toEqual(["eventSourceArn"]);
});
