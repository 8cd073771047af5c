import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Context, createContext } from "pulumi-minivoice/lifecycle";
import { type Check, exitCodeOf, type Health } from "../../src/doctor/check.ts";
import { examine, type Patient } from "../../src/doctor/examine.ts";
import { gitIn, type Toolchain } from "../../src/doctor/toolchain.ts";
import * as callFlows from "../../src/flows/index.ts";
import type { SandboxOptions } from "../../src/sandbox/index.ts";
import { afterTest, sandboxWith } from "../sandbox/account.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "doctor-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const toolchain: Toolchain = {
  node: { version: "24.21.0", oldest: "22.19.0", isNewEnough: true },
  pulumi: { command: "/usr/bin/pulumi", version: "3.259.0" },
  git: { installed: true, commit: "abc1234", dirty: false },
};

const settings = {
  "aws:region": "eu-central-1",
  "minivoice:capabilities": "managed",
  "minivoice:customerId": "cust_sandbox",
  "voice:production": '"true"',
  "voice:alarmTopicArn": "arn:aws:sns:eu-central-1:123456789012:on-call",
  "voice:publicBaseUrl": "https://voice.example.com",
};
const voiceFile = `applications:
  support: { name: Support IVR, flow: receptionist }
routes:
  "+15551230001": support
`;
const fileOf = (config: Record<string, string | undefined>, more = 'secretsprovider: "awskms://alias/voice"\n') =>
  `${more}config:\n${Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${key}: ${value}\n`)
    .join("")}`;

/** A stack called production that may go live, with what a test changes about it. */
function patient(
  change: Partial<Patient> & { config?: Record<string, string | undefined>; more?: string; voice?: string } = {},
): Patient {
  const { config = {}, more, voice = voiceFile, ...rest } = change;
  writeFileSync(join(folder, "Pulumi.production.yaml"), fileOf({ ...settings, ...config }, more));
  writeFileSync(join(folder, "Voice.production.yaml"), voice);
  return {
    stack: "production",
    directory: folder,
    env: {
      PULUMI_BACKEND_URL: "s3://state?region=eu-central-1",
      MINIVOICE_API_KEY: "mv_test_not_a_real_key",
      AWS_PROFILE: "voice",
    },
    home: folder,
    toolchain,
    callFlows,
    account: { problem: "not asked" },
    ...rest,
  };
}

async function contextWith(
  options: SandboxOptions = {},
  capabilities: "managed" | "documented" = "managed",
  apiKey?: string,
): Promise<Context> {
  const sandbox = await sandboxWith(options);
  const context = createContext({
    apiKey: apiKey ?? sandbox.portalKey,
    baseUrl: sandbox.url,
    capabilities,
    readOnly: true,
    retries: 0,
    say: () => undefined,
  });
  afterTest(() => context.client.close());
  return context;
}

const checksOf = async (given: Patient): Promise<Check[]> =>
  (await examine(given)).sections.flatMap(({ checks }) => checks);

/** The health of one check, and what it says. */
async function find(name: string, given: Patient): Promise<Check | undefined> {
  return (await checksOf(given)).find((check) => check.name === name);
}

test("a stack that may go live is sound throughout, and nothing is written", async () => {
  const account = await contextWith();
  const diagnosis = await examine(patient({ account }));
  const unsound = diagnosis.sections.flatMap(({ checks }) => checks.filter(({ health }) => health !== "ok"));
  expect({ unsound, code: exitCodeOf(diagnosis) }).toEqual({ unsound: [], code: 0 });
});

test("a newcomer's machine is told everything that is missing at once", async () => {
  const nothing: Patient = {
    stack: "live",
    directory: folder,
    env: {},
    home: folder,
    toolchain: {
      node: { version: "20.0.0", oldest: "22.19.0", isNewEnough: false },
      pulumi: { problem: "is neither on PATH nor in this project's cache" },
      git: { installed: false },
    },
    callFlows,
    account: { problem: "without a key the account cannot be asked" },
  };
  const diagnosis = await examine(nothing);
  const problems = diagnosis.sections.flatMap(({ checks }) => checks.filter(({ health }) => health === "problem"));
  expect(problems.map(({ name }) => name)).toEqual([
    ...["Node", "Pulumi CLI", "git"],
    ...["Pulumi.live.yaml", "Voice.live.yaml", "call flows", "stacks apart", "voice:production", "alarms"],
    ...["state", "secrets", "API key", "AWS region", "AWS credentials"],
  ]);
  expect(problems.every(({ fix }) => fix)).toBe(true);
  expect(exitCodeOf(diagnosis)).toBe(2);
});

test("call flows that cannot be loaded are a finding, and the rest is examined all the same", async () => {
  const checks = await checksOf(patient({ callFlows: { problem: 'flow "receptionist": unknown step "goodby"' } }));
  const shown = (name: string) => checks.find((check) => check.name === name);
  expect(shown("call flows")).toMatchObject({ health: "problem", text: expect.stringContaining('"goodby"') });
  expect(shown("Voice.production.yaml")).toMatchObject({ health: "unchecked" });
  expect(shown("stacks apart")).toMatchObject({ health: "ok" });
});

test("an experiment is warned of what only live callers cannot do without", async () => {
  const given = patient();
  writeFileSync(join(folder, "Pulumi.test.yaml"), fileOf({ "aws:region": "eu-central-1" }, "encryptionsalt: v1:abc\n"));
  writeFileSync(join(folder, "Voice.test.yaml"), voiceFile.replaceAll("+1555123", "+1555124").replace("IVR", "(test)"));
  const env = { ...given.env, PULUMI_BACKEND_URL: "file:///srv/state" };
  const checks = await checksOf({ ...given, stack: "test", env });
  const healthOf = (name: string) => checks.find((check) => check.name === name)?.health;
  expect(
    Object.fromEntries(["voice:production", "alarms", "state", "secrets"].map((name) => [name, healthOf(name)])),
  ).toEqual({
    "voice:production": "ok",
    alarms: "warning",
    state: "warning",
    secrets: "warning",
  });
  expect(checks.map(({ text }) => text).join()).not.toContain("is production");
});

describe("the files of a stack", () => {
  test.each<[string, string, Parameters<typeof patient>[0], Health, string]>([
    ["a file that is no YAML", "Pulumi.production.yaml", { more: "a: [\n" }, "problem", "Pulumi.production.yaml:"],
    [
      "a mistake in the voice file",
      "Voice.production.yaml",
      { voice: voiceFile.replace(": support\n", ": suport\n") },
      "problem",
      'there is no application "suport"',
    ],
    [
      "a key of MiniVoice in plain text",
      "plain-text secrets",
      { config: { "minivoice:apiKey": "mv_live_not_a_real_key" } },
      "problem",
      "minivoice:apiKey is in plain text",
    ],
    [
      "a key of AWS under another name",
      "plain-text secrets",
      { config: { "deploy:access": "AKIAIOSFODNN7EXAMPLE" } },
      "problem",
      "deploy:access is in plain text",
    ],
    [
      "a password",
      "plain-text secrets",
      { config: { "crm:password": "hush-hush-hush" } },
      "problem",
      "crm:password is in plain text",
    ],
    [
      "a version that is called after a secret",
      "plain-text secrets",
      { config: { "voice:webhookSecretVersion": '"2"' } },
      "ok",
      "none",
    ],
    [
      "a stack that is not guarded",
      "voice:production",
      { config: { "voice:production": undefined } },
      "problem",
      "not marked",
    ],
    [
      "alarms that nobody hears",
      "alarms",
      { config: { "voice:alarmTopicArn": undefined } },
      "problem",
      "nobody is told",
    ],
    [
      "no domain of one's own",
      "voice:publicBaseUrl",
      { config: { "voice:publicBaseUrl": undefined } },
      "warning",
      "functions' own URLs",
    ],
    [
      "a rule that may be broken",
      "voice:allow",
      { config: { "voice:allow": "{ own-domain: until Friday }" } },
      "warning",
      "own-domain may be broken: until Friday",
    ],
  ])("%s", async (_, name, change, health, text) => {
    const check = await find(name, patient(change));
    expect(check).toMatchObject({ health, text: expect.stringContaining(text) });
    expect(JSON.stringify(check)).not.toMatch(/not_a_real_key|AKIA|hush/);
  });

  test("a number in another stack's file is named with its place", async () => {
    const given = patient();
    writeFileSync(join(folder, "Pulumi.test.yaml"), fileOf({ "aws:region": "eu-central-1" }));
    writeFileSync(join(folder, "Voice.test.yaml"), voiceFile.replace("Support IVR", "Support (test)"));
    expect(await find("stacks apart", given)).toMatchObject({
      health: "problem",
      text: expect.stringMatching(
        /Voice\.production\.yaml:4:3: the number "\+15551230001" is also in .*Voice\.test\.yaml:4/,
      ),
    });
  });

  test("an encrypted secret is none in plain text", async () => {
    expect(
      await find("plain-text secrets", patient({ config: { "minivoice:apiKey": "{ secure: v1:abc }" } })),
    ).toMatchObject({
      health: "ok",
    });
  });
});

describe("state and secrets", () => {
  const env = (more: NodeJS.ProcessEnv) => ({ ...patient().env, ...more });
  test.each<[string, string, () => Parameters<typeof patient>[0], Health, string]>([
    ["a bucket", "state", () => ({}), "ok", "aws s3api get-bucket-versioning --bucket state"],
    [
      "files on one machine",
      "state",
      () => ({ env: env({ PULUMI_BACKEND_URL: "file:///tmp/state" }) }),
      "problem",
      "on one machine",
    ],
    [
      "no backend",
      "state",
      () => ({ env: env({ PULUMI_BACKEND_URL: undefined }) }),
      "problem",
      "only a copy to preview",
    ],
    [
      "Pulumi Cloud",
      "state",
      () => ({ env: env({ PULUMI_BACKEND_URL: undefined, PULUMI_ACCESS_TOKEN: "x" }) }),
      "ok",
      "Pulumi Cloud",
    ],
    ["a key of one's own", "secrets", () => ({}), "ok", "awskms://alias/voice"],
    ["a passphrase", "secrets", () => ({ more: "encryptionsalt: v1:abc\n" }), "problem", "a passphrase closes"],
    ["a bucket without a key", "secrets", () => ({ more: "" }), "problem", "a passphrase closes"],
    [
      "Pulumi Cloud's own key",
      "secrets",
      () => ({ more: "", env: env({ PULUMI_BACKEND_URL: undefined, PULUMI_ACCESS_TOKEN: "x" }) }),
      "ok",
      "closed by Pulumi Cloud",
    ],
  ])("%s", async (_, name, change, health, text) => {
    expect(await find(name, patient(change()))).toMatchObject({ health, text: expect.stringContaining(text) });
  });
});

describe("the account", () => {
  test("is asked with reads alone, for what it can do and for each number", async () => {
    const sandbox = await sandboxWith({ numbers: ["+15551230002"] });
    const account = createContext({
      apiKey: sandbox.portalKey,
      baseUrl: sandbox.url,
      capabilities: "documented",
      readOnly: true,
      say: () => undefined,
    });
    afterTest(() => account.client.close());
    const config = { "minivoice:capabilities": "documented" };
    const checks = await checksOf(patient({ account, config }));
    expect(checks.find(({ name }) => name === "minivoice:capabilities")).toMatchObject({ health: "warning" });
    expect(checks.find(({ name }) => name === "numbers")).toMatchObject({
      health: "problem",
      text: "1 of 1 are not in the account: +15551230001",
    });
    expect(sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1/applications",
      "GET /v1/dids?limit=1",
      "GET /v1/dids/by-number/+15551230001",
    ]);
  });

  test("that does less than its setting says", async () => {
    for (const unknownCall of ["404-plain", "404-coded", "405"] as const) {
      const account = await contextWith({ capabilities: "documented", assumptions: { unknownCall } });
      expect(await find("minivoice:capabilities", patient({ account }))).toMatchObject({ health: "problem" });
    }
  });

  test("with a key that it refuses", async () => {
    const account = await contextWith({}, "managed", "mv_test_not_a_real_key");
    const check = await find("account", patient({ account }));
    expect(check).toMatchObject({ health: "problem", text: expect.stringContaining("401") });
  });

  test("that does not answer is not held against it, and is no approval either", async () => {
    const account = createContext({
      apiKey: "x",
      baseUrl: "http://127.0.0.1:1",
      capabilities: "managed",
      retries: 0,
      readOnly: true,
      say: () => undefined,
    });
    afterTest(() => account.client.close());
    const diagnosis = await examine(patient({ account }));
    expect(exitCodeOf(diagnosis)).toBe(1);
  });

  test.each<[string, string | undefined, Health, string]>([
    ["that is the customer of the stack", "cust_sandbox", "ok", "as the account says"],
    ["of another customer", "cust_other", "problem", "the key is of cust_sandbox"],
    ["whose customer the stack does not name", undefined, "problem", "is not set"],
  ])("%s", async (_, customerId, health, text) => {
    const account = await contextWith();
    const check = await find(
      "minivoice:customerId",
      patient({ account, config: { "minivoice:customerId": customerId } }),
    );
    expect(check).toMatchObject({ health, text: expect.stringContaining(text) });
    if (!customerId) expect(check?.fix).toContain('minivoice:customerId "cust_sandbox"');
  });

  test("that shows another stack's applications, or could be its customer's", async () => {
    const sandbox = await sandboxWith();
    await sandbox.control.createApplication({ name: "Support (test)" });
    const account = createContext({
      apiKey: sandbox.portalKey,
      baseUrl: sandbox.url,
      capabilities: "managed",
      readOnly: true,
      say: () => undefined,
    });
    afterTest(() => account.client.close());
    const given = patient({ account });
    writeFileSync(
      join(folder, "Voice.test.yaml"),
      "applications:\n  support: { name: Support (test), flow: receptionist }\nroutes: {}\n",
    );
    expect(await find("separate customers", given)).toMatchObject({
      health: "warning",
      text: expect.stringContaining("test"),
    });
    expect(await find("other stacks", given)).toMatchObject({
      health: "warning",
      text: expect.stringContaining('"Support (test)" of test'),
    });
    writeFileSync(join(folder, "Pulumi.test.yaml"), fileOf({ "minivoice:customerId": "cust_test" }));
    expect(await find("separate customers", given)).toMatchObject({ health: "ok" });
    expect(await find("other stacks", given)).toBeUndefined();
  });
});

describe("AWS", () => {
  test.each<[string, NodeJS.ProcessEnv, Health, string]>([
    [
      "keys in the environment",
      { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hush" },
      "ok",
      "from AWS_ACCESS_KEY_ID",
    ],
    ["half a key", { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" }, "problem", "none"],
    ["a profile", { AWS_PROFILE: "voice" }, "ok", "the profile voice"],
    [
      "the role of a deploying job",
      { AWS_WEB_IDENTITY_TOKEN_FILE: "/token", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy" },
      "ok",
      "role/deploy",
    ],
    ["nothing", {}, "problem", "none"],
  ])("credentials from %s", async (_, env, health, text) => {
    const check = await find("AWS credentials", patient({ env }));
    expect(check).toMatchObject({ health, text: expect.stringContaining(text) });
    expect(JSON.stringify(check)).not.toMatch(/hush|AKIA/);
  });

  test("credentials in the home folder", async () => {
    mkdirSync(join(folder, ".aws"));
    writeFileSync(join(folder, ".aws", "config"), "[default]\n");
    expect(await find("AWS credentials", patient({ env: {} }))).toMatchObject({ health: "ok" });
  });

  test("a region from the environment, the file, or nowhere", async () => {
    expect(await find("AWS region", patient({ env: { AWS_REGION: "eu-north-1" } }))).toMatchObject({
      text: "eu-north-1",
    });
    expect(await find("AWS region", patient())).toMatchObject({ text: "eu-central-1" });
    expect(await find("AWS region", patient({ config: { "aws:region": undefined } }))).toMatchObject({
      health: "problem",
    });
  });
});

describe("git", () => {
  const git = (...args: string[]) =>
    execFileSync(
      "git",
      ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", ...args],
      {
        cwd: folder,
        stdio: "ignore",
      },
    );

  test("tells a checkout with and without changes from a folder that is none", async () => {
    expect(await gitIn(folder)).toEqual({ installed: true, dirty: false });
    git("init");
    git("commit", "--allow-empty", "--message", "first");
    expect(await gitIn(folder)).toMatchObject({ commit: expect.stringMatching(/^[0-9a-f]{7,}$/), dirty: false });
    writeFileSync(join(folder, "new"), "");
    expect(await gitIn(folder)).toMatchObject({ dirty: true });
  });

  test.each<[Toolchain["git"], Health]>([
    [{ installed: false }, "problem"],
    [{ installed: true, dirty: false }, "warning"],
    [{ installed: true, commit: "abc", dirty: true }, "warning"],
    [{ installed: true, commit: "abc", dirty: false }, "ok"],
  ])("%j", async (found, health) => {
    expect(await find("git", patient({ toolchain: { ...toolchain, git: found } }))).toMatchObject({ health });
  });
});
