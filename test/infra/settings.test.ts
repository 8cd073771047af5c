import { beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "../../infra/settings.ts";

beforeAll(() =>
  pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "voice", "test"),
);

/** The settings of the stack `test` with this configuration. */
function settingsWith(config: Record<string, string>) {
  pulumi.runtime.setAllConfig(config);
  return readSettings();
}

test("what the configuration leaves out has its documented default", () => {
  expect(settingsWith({})).toMatchObject({
    stack: "test",
    capabilities: "documented",
    protect: false,
    logRetentionDays: 30,
    recordRetentionDays: 90,
    account: { local: false, baseUrl: "https://api.minivoice.eu" },
  });
});

test("what it says is taken", () => {
  const config = {
    "voice:logRetentionDays": "3653",
    "voice:recordRetentionDays": "1",
    "minivoice:capabilities": "managed",
  };
  expect(settingsWith(config)).toMatchObject({
    logRetentionDays: 3653,
    recordRetentionDays: 1,
    capabilities: "managed",
  });
});

describe("a setting that cannot be is refused with its value and the way out:", () => {
  const wholeDays =
    "expected a whole number of days, 1 or more, such as `pulumi config set voice:recordRetentionDays 90`";
  const offered =
    /CloudWatch keeps logs for 1, 3, 5, .* or 3653 days, set one of these, such as `pulumi config set voice:log/;

  test.each([
    ...["0.5", "0", "-1", "x", "", "90 days", "1e3", "99999999999999999999"].map((value) => ({
      key: "voice:recordRetentionDays",
      value,
      wayOut: wholeDays,
    })),
    ...["0", "45", "30.5", "-30", "for ever", "30 days"].map((value) => ({
      key: "voice:logRetentionDays",
      value,
      wayOut: offered,
    })),
    { key: "minivoice:capabilities", value: "manged", wayOut: `expected "documented", or "managed" for an account` },
    { key: "minivoice:capabilities", value: "toString", wayOut: `expected "documented"` },
    { key: "voice:protect", value: "yes", wayOut: "not a valid boolean" },
  ])("$key $value", ({ key, value, wayOut }) => {
    let refusal: unknown;
    try {
      settingsWith({ [key]: value });
    } catch (error) {
      refusal = error;
    }
    // What the engine shows without a stack trace.
    expect(pulumi.RunError.isInstance(refusal)).toBe(true);
    const { message } = refusal as Error;
    expect(message).toContain(key);
    expect(message).toContain(value);
    expect(message).toMatch(wayOut);
  });
});
