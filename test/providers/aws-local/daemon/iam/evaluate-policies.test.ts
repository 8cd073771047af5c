import { describe, expect, test } from "@jest/globals";
import { evaluatePolicies } from "../../../../../providers/aws-local/daemon/iam/evaluate-policies.ts";
import type { IdentityStatement } from "../../../../../providers/aws-local/resources/policy-document.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:events";
const SEND = { action: "sqs:SendMessage", resource: QUEUE };
const allow = (Action: string | string[], Resource: string | string[] = QUEUE): IdentityStatement => ({
  Effect: "Allow",
  Action,
  Resource,
});
const deny = (Action: string, Resource = "*"): IdentityStatement => ({ Effect: "Deny", Action, Resource });

describe("what is allowed", () => {
  test.each<[string, IdentityStatement]>([
    ["by name", allow("sqs:SendMessage")],
    ["by one name of several", allow(["sqs:ReceiveMessage", "sqs:SendMessage"], ["arn:aws:s3:::x", QUEUE])],
    ["whatever the case of the action", allow("SQS:sendmessage")],
    ["by wildcards in the action", allow("sqs:Send*")],
    ["by a wildcard for one character", allow("sqs:SendMessag?")],
    ["by everything", allow("*", "*")],
    ["by a wildcard in the name", allow("sqs:*", "arn:aws:sqs:us-east-1:000000000000:ev*")],
    ["by wildcards for region and account", allow("sqs:*", "arn:aws:sqs:*:*:events")],
    ["by an ARN that is cut short", allow("sqs:*", "arn:aws:sqs")],
    ["by every other action", { Effect: "Allow", NotAction: "sqs:DeleteMessage", Resource: QUEUE }],
    ["by every other resource", { Effect: "Allow", Action: "sqs:*", NotResource: `${QUEUE}-2` }],
  ])("%s", (_name, statement) => {
    expect(evaluatePolicies([statement], SEND)).toBe("allow");
  });
});

describe("what is not allowed", () => {
  test.each<[string, IdentityStatement[]]>([
    ["without any statement", []],
    ["by another action", [allow("sqs:ReceiveMessage")]],
    ["by another resource", [allow("sqs:SendMessage", `${QUEUE}-2`)]],
    ["by a name that goes on", [allow("sqs:SendMessage", QUEUE.slice(0, -1))]],
    ["by the ARN in other letters", [allow("sqs:SendMessage", QUEUE.toUpperCase())]],
    ["by a wildcard that would have to reach over a colon", [allow("sqs:*", "arn:aws:sqs:us-east-1*:events")]],
    ["by every other action", [{ Effect: "Allow", NotAction: "sqs:Send*", Resource: "*" }]],
    ["by every other resource", [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:sqs:*:*:*" }]],
    ["by a dot that is no wildcard", [allow("sqs:*", QUEUE.replace("events", "e.ents"))]],
  ])("%s", (_name, statements) => {
    expect(evaluatePolicies(statements, SEND)).toBe("implicit deny");
  });

  test("what is denied somewhere, however much is allowed", () => {
    expect(evaluatePolicies([allow("*", "*"), deny("sqs:SendMessage")], SEND)).toBe("explicit deny");
    expect(evaluatePolicies([deny("sqs:Send*"), allow("*", "*")], SEND)).toBe("explicit deny");
    expect(evaluatePolicies([allow("*", "*"), deny("sqs:SendMessage", `${QUEUE}-2`)], SEND)).toBe("allow");
  });
});

test("the rest of an ARN may hold colons", () => {
  const stream = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/answer:log-stream:2026/[$LATEST]1";
  const write = { action: "logs:PutLogEvents", resource: stream };
  const group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/answer";
  expect(evaluatePolicies([allow("logs:PutLogEvents", `${group}:*`)], write)).toBe("allow");
  expect(evaluatePolicies([allow("logs:PutLogEvents", group)], write)).toBe("implicit deny");
});
