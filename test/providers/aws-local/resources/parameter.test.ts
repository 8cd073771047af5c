import { describe, expect, test } from "@jest/globals";
import { keyOf, parameter } from "../../../../providers/aws-local/resources/parameter.ts";
import { UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";
import { check } from "../checked.ts";

const SECRET = "mv_test_not_a_real_secret";
const PARAMETER = { name: "/voice/test/webhook-secret", type: "SecureString", value: SECRET };

test("the value is secret, whatever the program says of it", () => {
  const { failures, secrets } = check(parameter.token, PARAMETER);
  expect(failures).toEqual([]);
  expect(secrets).toEqual([["value"]]);
});

test("a value that is refused is not shown", () => {
  const { failures } = check(parameter.token, { ...PARAMETER, value: SECRET.repeat(200) });
  expect(failures).toEqual([expect.stringMatching(/"value" .* is a secret: must have at most 4096 characters/)]);
});

test("unknown values pass", () => {
  const inputs = { name: UNKNOWN, type: UNKNOWN, value: UNKNOWN, keyId: UNKNOWN };
  expect(check(parameter.token, inputs).failures).toEqual([]);
});

test("a secure string is encrypted by the account's own key unless another is named", () => {
  expect(keyOf(PARAMETER)).toBe("alias/aws/ssm");
  expect(keyOf({ ...PARAMETER, keyId: "arn:aws:kms:us-east-1:000000000000:key/mine" })).toMatch(/key\/mine$/);
  expect(keyOf({ ...PARAMETER, type: "String" })).toBe("");
});

test("a new value is a new version", () => {
  expect(parameter.stale?.(new Set(["value"]))).toEqual(["version"]);
  expect(parameter.stale?.(new Set(["tags"]))).toEqual([]);
});

describe("refused", () => {
  test.each([
    ["a path that does not begin at the root", { name: "voice/secret" }, /must begin with a slash when it holds any/],
    ["a name of AWS's own", { name: "/aws/secret" }, /must not begin with "aws" or "ssm"/],
    ["too deep a path", { name: "/a".repeat(16) }, /has more than 15 levels/],
    ["a list", { type: "StringList" }, /"type" of aws:ssm\/parameter:Parameter is "StringList":/],
    ["another tier", { tier: "Advanced" }, /"tier" .* is "Advanced": only "Standard"/],
    [
      "a plain value beside a key",
      { type: "String", keyId: "alias/aws/ssm" },
      /keyId goes with type "SecureString" only/,
    ],
    ["a key's own alias", { keyId: "alias/mine" }, /other aliases are not implemented/],
    ["a value in plain text", { insecureValue: "x" }, /property "insecureValue" .* is not implemented/],
  ])("%s", (_name, inputs, message) => {
    expect(check(parameter.token, { ...PARAMETER, ...inputs }).failures).toEqual([expect.stringMatching(message)]);
  });
});
