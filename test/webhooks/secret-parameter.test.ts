import { describe, expect, test } from "@jest/globals";
import { parseSecretParameter, secretParameter } from "../../src/webhooks/secret-parameter.ts";

describe("the secret parameter", () => {
  test.each([
    { current: "mv_test_new" },
    {
      current: "mv_test_new",
      previous: { value: "mv_test_old", validUntil: new Date("2026-05-30T12:00:00Z") },
    },
  ])("is read as it was written: %j", (secrets) =>
    expect(parseSecretParameter(secretParameter(secrets))).toEqual(secrets),
  );

  test.each([
    ["mv_test_not_json", "it must be a JSON object"],
    ['"mv_test_secret"', "it must be a JSON object"],
    ['{"current":""}', "current must be a text"],
    ['{"current":"mv_test_new","previous":"mv_test_old"}', "previous.value must be a text"],
    ['{"current":"mv_test_new","previous":{"value":"mv_test_old","validUntil":"mv_test"}}', "previous.validUntil"],
  ])("is refused without showing any of it: %j", (text, problem) => {
    const refusal = () => parseSecretParameter(text);
    expect(refusal).toThrow(problem);
    expect(refusal).not.toThrow(/mv_test/);
  });
});
