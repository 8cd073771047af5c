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
    production: false,
    logRetentionDays: 30,
    recordRetentionDays: 90,
    webhookMaxAge: "24 hours",
    // Long enough for a person to write the new secret into the account.
    webhookSecretOverlap: "7 days",
    alarmActions: [],
    actionSyntax: "mixed",
    account: { local: false, production: false, baseUrl: "https://api.minivoice.eu" },
  });
  expect(settingsWith({}).driftWatch).toBeUndefined();
});

test("the watch over drift gets the account's settings, and the key apart from them", async () => {
  const { driftWatch } = settingsWith({
    "voice:driftWatch": "15 minutes",
    "minivoice:apiKey": "mv_test_not_a_real_key",
    "minivoice:capabilities": "managed",
    "minivoice:customerId": "cust_1",
    "minivoice:requestsPerSecond": "50",
  });
  expect(driftWatch?.every).toBe("15 minutes");
  expect(driftWatch?.account.settings).toEqual({
    "minivoice:baseUrl": "https://api.minivoice.eu",
    "minivoice:capabilities": "managed",
    "minivoice:customerId": "cust_1",
    "minivoice:requestsPerSecond": "50",
  });
  const apiKey = pulumi.output(driftWatch?.account.apiKey);
  expect(await pulumi.isSecret(apiKey)).toBe(true);
});

test("what it says is taken", () => {
  const config = {
    "voice:logRetentionDays": "3653",
    "voice:recordRetentionDays": "1",
    "minivoice:capabilities": "managed",
    "voice:production": "true",
    "voice:publicBaseUrl": "https://voice.example.com/",
    "voice:webhookSecretVersion": "2026-12",
    "voice:alarmTopicArn": "arn:aws:sns:eu-central-1:123456789012:on-call",
    "voice:runbookUrl": "https://wiki.example.com/voice",
    "voice:actionSyntax": "typed",
    "voice:allow": '{"stacks-apart":"a number moves"}',
  };
  expect(settingsWith(config)).toMatchObject({
    logRetentionDays: 3653,
    recordRetentionDays: 1,
    capabilities: "managed",
    production: true,
    account: { production: true },
    publicBaseUrl: "https://voice.example.com",
    webhookSecretVersion: "2026-12",
    webhookSecretOverlap: "24 hours",
    alarmActions: ["arn:aws:sns:eu-central-1:123456789012:on-call"],
    runbook: "https://wiki.example.com/voice",
    actionSyntax: "typed",
    allow: { "stacks-apart": "a number moves" },
  });
});

test("a webhook may be as old as its record, and not older: it would be recorded a second time", () => {
  const settings = (webhookMaxAge: string) => ({
    "voice:webhookMaxAge": webhookMaxAge,
    "voice:recordRetentionDays": "2",
  });
  expect(settingsWith(settings("48 hours"))).toMatchObject({ webhookMaxAge: "48 hours" });
  expect(() => settingsWith(settings("49 hours"))).toThrow(
    'voice:webhookMaxAge is "49 hours": must not be longer than call records are kept, which is 2 days',
  );
});

describe("a setting that cannot be is refused with its value and the way out:", () => {
  const wholeDays =
    "expected a whole number of days, 1 or more, such as `pulumi config set voice:recordRetentionDays 90`";
  const offered =
    /CloudWatch keeps logs for 1, 3, 5, .* or 3653 days, set one of these, such as `pulumi config set voice:log/;

  test.each([
    ...["15", "30 seconds", "1.5 minutes", "2 days", "often"].map((value) => ({
      key: "voice:driftWatch",
      value,
      wayOut: /expected the time from one check to the next in whole minutes, up to a day, such as "15 minutes"/,
    })),
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
    { key: "voice:production", value: "yes", wayOut: "not a valid boolean" },
    { key: "voice:protect", value: "", wayOut: "a stack that is to be guarded has voice:production" },
    { key: "voice:logRetention", value: "", wayOut: /there are local, production, .*logRetentionDays/ },
    ...["90 minutes", "0 hours"].map((value) => ({
      key: "voice:webhookMaxAge",
      value,
      wayOut: "must be a whole number",
    })),
    ...["a day", "24"].map((value) => ({ key: "voice:webhookMaxAge", value, wayOut: 'expected a time such as "24' })),
    { key: "voice:webhookSecretOverlap", value: "1 week", wayOut: 'expected a time such as "24 hours"' },
    { key: "voice:actionSyntax", value: "typd", wayOut: "expected one of mixed, typed, keyed" },
    { key: "voice:alarmTopicArn", value: "on-call", wayOut: "expected the ARN of an SNS topic" },
    ...[
      { value: "http://voice.example.com", wayOut: "must use https" },
      { value: "voice.example.com", wayOut: "is not a URL" },
      ...["https://voice.example.com//", "https://voice.example.com/a//b", "https://voice.example.com/a/../b"].map(
        (value) => ({ value, wayOut: "no query, fragment, escape or empty segment" }),
      ),
      ...["https://Voice.example.com", "https://voice.example.com:443", "https://voice.example.com/%61"].map(
        (value) => ({ value, wayOut: "must be a lower-case host" }),
      ),
    ].map((bad) => ({ key: "voice:publicBaseUrl", ...bad })),
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
