import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { enforceSafeguards, ruleNames, safeguards } from "../../infra/safeguards.ts";
import type { Settings } from "../../infra/settings.ts";
import { readVoiceFile } from "../../infra/voice-file.ts";

const directory = join(import.meta.dirname, "..", "..", "stacks");
const live = { local: false, production: false, baseUrl: "https://api.minivoice.eu" };
const sandbox = { local: true, production: false, baseUrl: "http://127.0.0.1:8080" };

function settings(changed: Partial<Settings>): Settings {
  const stack = changed.stack ?? "test";
  const { claims = [] } = readVoiceFile(directory, stack, []);
  return {
    stack,
    account: live,
    hasApiKey: true,
    capabilities: "documented",
    production: stack === "production",
    logRetentionDays: 30,
    recordRetentionDays: 90,
    webhookMaxAge: "24 hours",
    webhookSecretOverlap: "24 hours",
    alarmActions: ["arn:aws:sns:eu-central-1:123456789012:on-call"],
    actionSyntax: "mixed",
    deploying: false,
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

describe("of production it is refused that", () => {
  let stacks: string;
  beforeAll(() => {
    stacks = mkdtempSync(join(tmpdir(), "stacks-"));
  });
  afterAll(() => rmSync(stacks, { recursive: true }));

  const account = { ...live, production: true };
  const production = (file: string, changed: Partial<Settings> = {}) => {
    writeFileSync(join(stacks, "Pulumi.production.yaml"), file);
    return settings({ stack: "production", account, directory: stacks, claims: [], ...changed });
  };
  const salted = "encryptionsalt: v1:abc\nconfig: {}\n";
  const sealed = "secretsprovider: awskms://alias/voice\nencryptedkey: abc\nconfig: {}\n";
  const refusalOf = (given: Settings): string => {
    try {
      enforceSafeguards(given);
    } catch (error) {
      return (error as Error).message.replaceAll(/stacks-\w+\//g, "");
    }
    return "";
  };

  test("it is not marked as what its name says", () => {
    expect(refusalOf(production("", { account: live, production: false }))).toMatch(
      /^stack "production" is called production .* `pulumi config set voice:production true` \[production-is-marked\]$/,
    );
  });

  test("it is local as well", () => {
    expect(refusalOf(production("", { account: { ...sandbox, production: true } }))).toContain("[production-is-live]");
  });

  test("its API key is in plain text, and the key is not shown", () => {
    const key = "mv_live_not_a_real_key";
    const message = refusalOf(production(`config:\n  minivoice:apiKey: ${key}\n`));
    expect(message).toMatch(/^Pulumi.production.yaml:2:3: minivoice:apiKey is in plain text.*\[plain-text-api-key\]$/);
    expect(message).not.toContain(key);
    expect(refusalOf(production("config:\n  minivoice:apiKey: { secure: abc }\n"))).toBe("");
  });

  test("its domain is that of another stack", () => {
    writeFileSync(join(stacks, "Voice.test.yaml"), "applications: {}\nroutes: {}\n");
    writeFileSync(join(stacks, "Pulumi.test.yaml"), "config: { voice:publicBaseUrl: https://voice.example.com/ }\n");
    expect(refusalOf(production("", { publicBaseUrl: "https://voice.example.com" }))).toBe(
      'voice:publicBaseUrl "https://voice.example.com" is also that of "test": each stack needs its own [own-domain]',
    );
    expect(refusalOf(production("", { publicBaseUrl: "https://live.example.com" }))).toBe("");
  });

  describe("once something is written,", () => {
    const before = { ...process.env };
    beforeEach(() => {
      // Whoever runs this test may be logged in somewhere.
      Object.assign(process.env, { PULUMI_BACKEND_URL: "file:///somewhere", PULUMI_HOME: "/nowhere" });
    });
    afterAll(() => {
      for (const name of ["PULUMI_BACKEND_URL", "PULUMI_HOME"])
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
    });

    test("its state is on one machine and a passphrase closes its secrets; a preview goes on", () => {
      const message = refusalOf(production(salted, { deploying: true }));
      expect(message).toMatch(/keeps its state on one machine: .* \[production-backend\]\n.*change-secrets-provider/);
      expect(message).toMatch(/\[production-secrets\]$/);
      expect(refusalOf(production(salted))).toBe("");
      expect(refusalOf(production(salted, { deploying: true, production: false }))).toBe(
        refusalOf(production(salted, { production: false })),
      );
    });

    test.each([
      { backend: "s3://voice-state", file: salted, rules: ["production-secrets"] },
      { backend: "s3://voice-state", file: "config: {}\n", rules: ["production-secrets"] },
      { backend: "s3://voice-state", file: sealed, rules: [] },
      { backend: "https://api.pulumi.com", file: "config: {}\n", rules: [] },
      { backend: "https://api.pulumi.com", file: salted, rules: ["production-secrets"] },
      { backend: "", file: "config: {}\n", rules: [] },
      { backend: "file://~", file: sealed, rules: ["production-backend"] },
    ])("$backend with $file breaks $rules", ({ backend, file, rules }) => {
      process.env.PULUMI_BACKEND_URL = backend;
      const message = refusalOf(production(file, { deploying: true }));
      expect([...message.matchAll(/\[([\w-]+)\]$/gm)].map(([, rule]) => rule)).toEqual(rules);
    });
  });
});

describe("a rule that voice:allow names", () => {
  const broken = (allow: unknown) => settings({ hasApiKey: false, account: { ...sandbox, local: false }, allow });

  test("is not held, and each run says so; the others are held", () => {
    expect(() => enforceSafeguards(broken({ "api-key": "the key comes later" }))).toThrow(
      /^[^\n]*\[live-stays-live\]$/,
    );
    const all = { "api-key": "the key comes later", "live-stays-live": "a rehearsal" };
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    expect(() => enforceSafeguards(broken(all))).not.toThrow();
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/this machine.*\[live-stays-live\]\nallowed by voice:allow: a rehearsal$/),
      expect.stringMatching(/\[api-key\]\nallowed by voice:allow: the key comes later$/),
    ]);
    warn.mockRestore();
  });

  test.each([
    {
      allow: { "api-kee": "x" },
      says: /^voice:allow: there is no rule "api-kee": write one of base-url, .*public-invoke$/,
    },
    { allow: { "api-key": " " }, says: /^voice:allow.api-key must say why/ },
    { allow: ["api-key"], says: /^voice:allow must hold the names of rules and why each may be broken/ },
  ])("must exist and say why: $allow", ({ allow, says }) => {
    expect(() => enforceSafeguards(settings({ allow }))).toThrow(says);
    expect(() => enforceSafeguards(settings({ allow }))).toThrow(pulumi.RunError);
  });
});

test("each rule has a name of its own", () => {
  expect(new Set(ruleNames).size).toBe(safeguards.length + 1);
});

test("all broken rules are told at once", () => {
  const broken = settings({ stack: "local", account: { ...live, local: true }, hasApiKey: false });
  expect(() => enforceSafeguards(broken)).toThrow(/\[local-stays-local\]\n.*\[api-key\]$/);
});
