import { describe, expect, test } from "@jest/globals";
import { eventRule, rateOf } from "../../../../providers/aws-local/resources/event-rule.ts";
import { eventTarget } from "../../../../providers/aws-local/resources/event-target.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";
import { check } from "../checked.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:watch";

test.each([
  ["rate(1 minute)", 60_000],
  ["rate(15 minutes)", 900_000],
  ["rate(1 hour)", 3_600_000],
  ["rate(24 days)", 2_073_600_000],
])("%s is a rate", (expression, milliseconds) => {
  expect(rateOf(expression)).toBe(milliseconds);
  expect(check(eventRule.token, { scheduleExpression: expression }).failures).toEqual([]);
});

describe("refused", () => {
  test.each([
    "rate(1 minutes)",
    "rate(2 minute)",
    "rate(0 minutes)",
    "rate(25 days)",
    "cron(0 8 * * ? *)",
    "15 minutes",
  ])("is the schedule %s", (scheduleExpression) => {
    const { failures } = check(eventRule.token, { scheduleExpression });
    expect(failures).toEqual([expect.stringMatching(/"scheduleExpression" .* must be a rate of at most 24 days/)]);
  });

  test.each([
    [
      eventRule.token,
      { scheduleExpression: "rate(1 hour)", eventPattern: "{}" },
      /"eventPattern" .* is not implemented/,
    ],
    [eventRule.token, { scheduleExpression: "rate(1 hour)", eventBusName: "own" }, /only the default bus/],
    [
      eventTarget.token,
      { rule: "watch", arn: "arn:aws:sqs:us-east-1:000000000000:queue" },
      /must be the ARN of a function/,
    ],
    [eventTarget.token, { rule: "watch", arn: FUNCTION, input: "{}" }, /"input" .* is not implemented/],
  ])("is what is not implemented of %s", (token, inputs, message) => {
    expect(check(token, inputs).failures).toEqual([expect.stringMatching(message)]);
  });
});

test("unknown values pass", () => {
  expect(check(eventRule.token, { scheduleExpression: UNKNOWN, name: UNKNOWN }).failures).toEqual([]);
  expect(check(eventTarget.token, { rule: UNKNOWN, arn: UNKNOWN }).failures).toEqual([]);
});
