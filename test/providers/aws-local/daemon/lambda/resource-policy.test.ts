import { expect, test } from "@jest/globals";
import {
  allowsEverybody,
  allowsService,
  PUBLIC_STATEMENTS,
} from "../../../../../providers/aws-local/daemon/lambda/resource-policy.ts";

const [url, invoke] = PUBLIC_STATEMENTS;
if (!url || !invoke) throw new Error("two statements make a URL public");

test.each([
  ["the two statements of AWS's provider", [url, invoke], true],
  ["InvokeFunction for everybody, without condition", [url, { ...invoke, invokedViaFunctionUrl: undefined }], true],
  ["no statement", [], false],
  ["InvokeFunctionUrl alone", [url], false],
  ["InvokeFunction alone", [invoke], false],
  ["statements for signed requests only", [{ ...url, functionUrlAuthType: "AWS_IAM" }, invoke], false],
  ["statements for one account", [{ ...url, principal: "111122223333" }, invoke], false],
  ["statements for one caller's address", [url, { ...invoke, sourceArn: "arn:aws:s3:::bucket" }], false],
])("%s: public is %p", (_name, statements, allowed) => {
  expect(allowsEverybody(JSON.parse(JSON.stringify(statements)))).toBe(allowed);
});

const RULE = "arn:aws:events:us-east-1:000000000000:rule/watch";
const events = {
  statementId: "events",
  action: "lambda:InvokeFunction",
  principal: "events.amazonaws.com",
  sourceArn: RULE,
};

test.each([
  ["a statement for the rule", [events], true],
  ["a statement for all rules", [{ ...events, sourceArn: "arn:aws:events:*:*:rule/*" }], true],
  ["a statement for the service, whatever the rule", [{ ...events, sourceArn: undefined }], true],
  ["no statement", [], false],
  ["a statement for another rule", [{ ...events, sourceArn: `${RULE}-2` }], false],
  ["a statement for another account", [{ ...events, sourceAccount: "111122223333" }], false],
  ["a statement for another service", [{ ...events, principal: "s3.amazonaws.com" }], false],
  ["the public statements of a URL", PUBLIC_STATEMENTS, false],
])("%s: lets a rule in is %p", (_name, statements, allowed) => {
  const asked = { principal: "events.amazonaws.com", sourceArn: RULE, accountId: "000000000000" };
  expect(allowsService(JSON.parse(JSON.stringify(statements)), asked)).toBe(allowed);
});
