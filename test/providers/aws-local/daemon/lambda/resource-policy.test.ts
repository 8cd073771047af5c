import { expect, test } from "@jest/globals";
import {
  allowsEverybody,
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
