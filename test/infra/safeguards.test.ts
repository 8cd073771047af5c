import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { enforceSafeguards } from "../../infra/safeguards.ts";
import type { Settings } from "../../infra/settings.ts";
import { readVoiceFile } from "../../infra/voice-file.ts";

const directory = join(import.meta.dirname, "..", "..", "stacks");
const live = { local: false, baseUrl: "https://api.minivoice.eu" };
const sandbox = { local: true, baseUrl: "http://127.0.0.1:8080" };

function settings(changed: Partial<Settings>): Settings {
  const stack = changed.stack ?? "test";
  const { claims = [] } = readVoiceFile(directory, stack, []);
  return {
    stack,
    account: live,
    hasApiKey: true,
    capabilities: "documented",
    protect: false,
    logRetentionDays: 30,
    recordRetentionDays: 90,
    flows: {},
    voice: { applications: {}, routes: {} },
    claims,
    directory,
    ...changed,
  };
}

test("the settings of a live stack, and of a local one, pass", () => {
  expect(() => enforceSafeguards(settings({}))).not.toThrow();
  expect(() => enforceSafeguards(settings({ stack: "local", account: sandbox }))).not.toThrow();
});

describe("it is refused that", () => {
  const claim = { kind: "number", value: "+15551250002", file: "stacks/Voice.test.yaml", line: 8, column: 3 } as const;

  test.each<{ that: string; changed: Partial<Settings>; says: string }>([
    {
      that: "there is no API key",
      changed: { hasApiKey: false },
      says:
        "there is no MiniVoice API key: set the environment variable MINIVOICE_API_KEY, " +
        "or run `pulumi config set --secret minivoice:apiKey` [api-key]",
    },
    {
      that: "a local stack reaches a live account",
      changed: { stack: "local", account: { ...live, local: true } },
      says:
        'stack "local" has voice:local, so it works with the sandbox only, not with "https://api.minivoice.eu": start ' +
        "the sandbox with `npm start` and run `npm run pulumi -- …`, which sets MINIVOICE_BASE_URL [local-stays-local]",
    },
    {
      that: "a live stack reaches the sandbox",
      changed: { stack: "production", account: { ...sandbox, local: false } },
      says:
        'stack "production" has live functions, but "http://127.0.0.1:8080" is this machine: unset MINIVOICE_BASE_URL, ' +
        `or set minivoice:baseUrl to the account's API ("voice:local" marks a stack that runs here) [live-stays-live]`,
    },
    {
      that: "the key travels in plain text",
      changed: { stack: "production", account: { ...live, baseUrl: "http://api.minivoice.eu" } },
      says:
        'minivoice:baseUrl (or MINIVOICE_BASE_URL): "http://api.minivoice.eu" must use https: ' +
        "plain http is for 127.0.0.1 and localhost only [base-url]",
    },
    {
      that: "the base URL is none",
      changed: { account: { ...live, baseUrl: "api.minivoice.eu" }, hasApiKey: true },
      says:
        'minivoice:baseUrl (or MINIVOICE_BASE_URL): "api.minivoice.eu" is not a URL: write it in full, ' +
        'beginning with "https://" [base-url]',
    },
    {
      that: "two stacks of one account have one number",
      changed: { claims: [claim] },
      says:
        'stacks/Voice.test.yaml:8:3: the number "+15551250002" is also in stacks/Voice.production.yaml:8, and stack ' +
        '"production" may be of the same account: remove it from one of them, or, if the accounts differ, ' +
        "set minivoice:customerId for both stacks [stacks-apart]",
    },
  ])("$that", ({ changed, says }) => expect(() => enforceSafeguards(settings(changed))).toThrow(new Error(says)));
});

test("all broken rules are told at once", () => {
  const broken = settings({ stack: "local", account: { ...live, local: true }, hasApiKey: false });
  expect(() => enforceSafeguards(broken)).toThrow(/\[local-stays-local\]\n.*\[api-key\]$/);
});
