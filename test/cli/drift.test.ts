import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { readVoiceFile } from "../../infra/voice-file.ts";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { checkedStack } from "../../src/drift/issue/checked-stack.ts";
import { programCode } from "../../src/drift/program-code.ts";
import type { DriftReport } from "../../src/drift/report.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { answerWith } from "../../src/sandbox/faults.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { closedEnvironment } from "../closed-environment.ts";
import { eventually } from "../eventually.ts";
import { Checkout, printed, type Run, tracesIn } from "./checkout.ts";

// A stack of somebody's own backend, whose state is put there as an `up` would have left it: no command here runs the program.
const numbers = ["+15551240001", "+15551240002", "+15551240003", "+15551240009"];
const type = (kind: string) => `pulumi-nodejs:dynamic/minivoice:${kind}`;
const environment = "voice:index:VoiceEnvironment";
const urn = (rest: string) => `urn:pulumi:test::voice::${rest}`;
/** Stands for the functions of the stack, and for the part of AWS that tells what they run. */
const functions = createServer(({ url = "" }, response) => {
  const [, asked] = /^\/2015-03-31\/functions\/(.+)\/configuration$/.exec(url) ?? [];
  if (asked === undefined) return response.end(answer);
  if (asked.includes("worker")) return response.writeHead(403).end(JSON.stringify({ message: "no permission for it" }));
  return response.end(JSON.stringify({ CodeSha256: asked.includes("webhook") ? "T3RoZXI=" : DEPLOYED }));
});
/** AWS's hash of what an `up` has deployed. */
const DEPLOYED = "RGVwbG95ZWQ=";
const VALID = JSON.stringify({ actions: [{ say: { text: "Hello" } }] });
let answer = VALID;
const urls = { answerUrl: "", webhookUrl: "" };

let checkout: Checkout;
let sandbox: Sandbox;
let settings: Record<string, string>;
/** Ids of the applications, by key. */
let ids: Record<string, string>;

beforeAll(async () => {
  functions.listen(0, "127.0.0.1");
  await once(functions, "listening");
  urls.answerUrl = `http://127.0.0.1:${(functions.address() as AddressInfo).port}/`;
  urls.webhookUrl = `${urls.answerUrl}webhook`;
  checkout = new Checkout();
  sandbox = await startSandbox({ numbers });
  mkdirSync(checkout.path("backend"));
  settings = {
    PULUMI_BACKEND_URL: `file://${checkout.path("backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "a test",
    PULUMI_HOME: checkout.path("pulumi-home"),
    MINIVOICE_API_KEY: sandbox.portalKey,
    MINIVOICE_BASE_URL: sandbox.url,
  };
  edit("Pulumi.test.yaml", "capabilities: documented", "capabilities: managed");
  const create = async (key: string, name: string) => {
    const endpoints = { answerUrl: `${urls.answerUrl}answer/${key}`, webhookUrl: urls.webhookUrl };
    return [key, (await sandbox.control.createApplication({ name, ...endpoints })).id];
  };
  ids = Object.fromEntries([
    await create("support", "Support IVR (test)"),
    await create("sales", "Sales menu (test)"),
    await create("reminders", "Appointment reminders (test)"),
  ]);
  expect(await minivoice(["pulumi", "stack", "init", "-s", "test"])).toMatchObject({ code: 0 });
  writeFileSync(checkout.path("state.json"), JSON.stringify(stateOf(await deployedRoutes())));
  expect(await minivoice(["pulumi", "stack", "import", "-s", "test", "--file", "state.json"])).toMatchObject({
    code: 0,
  });
});
afterAll(async () => {
  await sandbox?.close();
  await checkout?.remove();
  functions.closeAllConnections();
  functions.close();
});

const start = (args: string[], own: Record<string, string> = {}) =>
  checkout.begin(args, ["src/cli/main.ts"], { ...settings, ...own });
const minivoice = (args: string[], own?: Record<string, string>): Promise<Run> => start(args, own).ended;
const drift = (...args: string[]): Promise<Run> => minivoice(["drift", "-s", "test", ...args]);
const voiceFile = () => checkout.read("stacks", "Voice.test.yaml");
const writes = () => sandbox.requests.filter(({ method }) => method !== "GET").length;

function edit(name: string, from: string, to: string): void {
  writeFileSync(checkout.path("stacks", name), checkout.read("stacks", name).replace(from, to));
}

/** Routes the numbers as the voice file says, and tells the table of them. */
async function deployedRoutes(): Promise<Record<string, string>> {
  const targets = [ids.support, ids.sales, ids.reminders, null];
  for (const [index, number] of numbers.entries()) await sandbox.control.assign(number, targets[index] ?? null);
  return Object.fromEntries(numbers.map((number, index) => [number, targets[index] ?? "reject"]));
}

function stateOf(routes: Record<string, string>) {
  const names = {
    support: "Support IVR (test)",
    sales: "Sales menu (test)",
    reminders: "Appointment reminders (test)",
  };
  const applications = Object.entries(names).map(([key, name]) => ({
    urn: urn(`${environment}$${type("Application")}::${key}`),
    custom: true,
    id: ids[key],
    type: type("Application"),
    outputs: {
      name,
      customerId: "cust_sandbox",
      answerUrl: `${urls.answerUrl}answer/${key}`,
      webhookUrl: urls.webhookUrl,
    },
  }));
  const component = { urn: urn(`${environment}::voice`), custom: false, type: environment, outputs: urls };
  const table = {
    urn: urn(`${environment}$${type("DidRouteTable")}::numbers`),
    custom: true,
    id: "did-routes:numbers",
    type: type("DidRouteTable"),
    outputs: { routes, count: numbers.length },
  };
  return {
    version: 3,
    deployment: {
      manifest: { time: "2026-11-26T08:00:00Z", magic: "", version: "" },
      resources: [component, ...applications, table],
    },
  };
}

describe("a stack as it was deployed", () => {
  test("is in sync, in every format, and only read", async () => {
    const before = writes();
    const [terminal, markdown, html, json] = await Promise.all(
      ["terminal", "markdown", "html", "json"].map((format) => drift("--format", format)),
    );
    for (const run of [terminal, markdown, html, json]) expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(terminal?.stdout).toContain("Drift of test: in sync, 10 objects");
    expect(terminal?.stdout).toContain("Covers 4 of the 4 numbers in the account");
    expect(markdown?.stdout).toMatch(/^<!-- minivoice-drift test -->\n/);
    expect(markdown?.stdout).toContain("**in sync, 10 objects**");
    expect(html?.stdout).toContain("<h1>Drift of <bdi>test</bdi></h1>");
    expect(JSON.parse(json?.stdout ?? "")).toMatchObject({ stack: "test", totals: { inSync: 10, unmanaged: 1 } });
    expect(writes()).toBe(before);
  });

  test("is told as such by a run that changes the stack at this moment, whose lock is neither waited for nor taken", async () => {
    const directory = checkout.path("backend", ".pulumi", "locks", "organization", "voice", "test");
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/0.json`, JSON.stringify({ pid: process.pid, hostname: "elsewhere" }));
    const run = await drift();
    rmSync(directory, { recursive: true });
    expect(run).toMatchObject({ code: 0 });
    expect(printed(run)).toContain(
      `another run is changing the stack at this moment (process ${process.pid} on elsewhere)`,
    );
  });
});

test("a function that does not answer as it should is told, unless nobody wants to know", async () => {
  answer = JSON.stringify({ actions: [{ say: { text: "" } }] });
  const [run, without] = await Promise.all([drift("--only", "support"), drift("--only", "support", "--no-functions")]);
  answer = VALID;
  expect(run).toMatchObject({ code: 2 });
  expect(run.stdout).toContain("the function that answers Support IVR");
  expect(run.stdout).toContain("must be text");
  expect(run.stdout).not.toContain("--accept");
  expect(without).toMatchObject({ code: 0 });
});

describe("the code of the functions", () => {
  const names = ["voice-test-answer", "voice-test-webhook", "voice-test-webhook-worker"];
  const lambda = "aws:lambda/function:Function";
  let before: string;
  const stateFile = () => checkout.path("backend", ".pulumi", "stacks", "voice", "test.json");
  const look = () =>
    minivoice(["drift", "-s", "test", "--format", "json"], {
      AWS_ENDPOINT_URL_LAMBDA: urls.answerUrl,
      AWS_ACCESS_KEY_ID: "not-a-real-key",
      AWS_SECRET_ACCESS_KEY: "not-a-real-key",
    });
  const codeIn = ({ stdout }: Run) => {
    const { objects, notes, comparedWith } = JSON.parse(stdout) as DriftReport;
    const code = objects.filter(({ kind }) => kind === "code");
    return { notes, comparedWith, statuses: Object.fromEntries(code.map(({ key, status }) => [key, status])), code };
  };

  beforeAll(async () => {
    const { voice } = readVoiceFile(checkout.path("stacks"), "test", Object.keys(flowsFor("test")));
    const bundles = await programCode("test", names, {
      voice: voice as VoiceFile,
      flows: flowsFor("test"),
      syntax: "mixed",
    });
    before = readFileSync(stateFile(), "utf8");
    const state = JSON.parse(before);
    for (const name of names)
      state.checkpoint.latest.resources.push({
        urn: urn(`${environment}$voice:index:VoiceFunction$${lambda}::${name}`),
        custom: true,
        id: `${name}-0123456`,
        type: lambda,
        inputs: { code: { assets: { "index.mjs": { hash: bundles.get(name) } } } },
        outputs: { arn: "arn:aws:lambda:eu-central-1:123456789012:function:x", codeSha256: DEPLOYED },
      });
    writeFileSync(stateFile(), JSON.stringify(state));
  });
  afterAll(() => writeFileSync(stateFile(), before));

  test("is in sync, drifted, or unknown where AWS does not tell, each by itself", async () => {
    const run = await look();
    expect(run.code).toBe(3);
    const { code, statuses } = codeIn(run);
    expect(statuses).toEqual({
      "voice-test-answer": "inSync",
      "voice-test-webhook": "drifted",
      "voice-test-webhook-worker": "unknown",
    });
    const [answering, unread] = [names[0], names[2]].map((name) => code.find(({ key }) => key === name));
    expect(answering?.fields[0]?.declared).toEqual(answering?.fields[0]?.live);
    expect(unread?.why).toContain("no permission for it. --no-functions leaves it out");
  });

  test("is held against the state where a function or a flow does not build, and the report says so", async () => {
    const break_ = (file: string) => writeFileSync(checkout.path(file), "export const = ;");
    break_("src/functions/answer.ts");
    const unbundled = codeIn(await look());
    expect(unbundled.notes.join()).toMatch(
      /cannot be bundled, so what AWS runs is compared with the state alone.*answer\.ts/s,
    );
    expect(unbundled).toMatchObject({ comparedWith: "code", statuses: { "voice-test-answer": "inSync" } });
    break_("src/flows/receptionist.ts");
    const broken = codeIn(await look());
    execFileSync("git", ["checkout", "src"], { cwd: checkout.directory, stdio: "ignore" });
    expect(broken.notes.join()).toContain("the call flows cannot be loaded");
    expect(broken).toMatchObject({
      comparedWith: "state",
      statuses: { "voice-test-answer": "inSync", "voice-test-webhook": "drifted" },
    });
  });
});

describe("after a change in the account", () => {
  const hostile = "Evil | `x` <script>alert(1)</script>\n\u202E# forged";
  beforeAll(async () => {
    const { id } = await sandbox.control.createApplication({ name: hostile });
    await sandbox.control.assign("+15551240001", ids.sales ?? "");
    await sandbox.control.assign("+15551240002", id);
  });

  test("the report names it, and both ways back, in every format; a hostile name forges nothing", async () => {
    const [terminal, markdown, html, json] = await Promise.all(
      ["terminal", "markdown", "html", "json"].map((format) => drift("--format", format)),
    );
    for (const run of [terminal, markdown, html, json]) expect(run?.code).toBe(2);
    expect(terminal?.stdout).toContain("Drift of test: 2 drifted; 8 in sync");
    expect(terminal?.stdout).toMatch(/│ \+15551240001 +│ route +│ Support IVR \(test\) → Sales menu \(test\)/);
    expect(terminal?.stdout).toContain(
      "--refresh --target 'urn:pulumi:test::voice::voice:index:VoiceEnvironment$pulumi",
    );
    expect(terminal?.stdout).toContain("npx minivoice drift -s test --accept");
    for (const { stdout } of [terminal, markdown, html] as Run[]) {
      expect(stdout).not.toContain("\u202E");
      expect(stdout.split("\n").filter((line) => line.startsWith("# forged"))).toEqual([]);
    }
    expect(html?.stdout).not.toContain("<script>");
    const report = JSON.parse(json?.stdout ?? "");
    const found = report.objects.find(({ key }: { key: string }) => key === "+15551240002");
    expect(found).toMatchObject({
      status: "drifted",
      fields: [{ live: { text: hostile }, declared: { id: ids.sales } }],
    });
  });

  test("a patch takes it into the voice file, and so does --accept itself", async () => {
    const before = voiceFile();
    const patch = await drift("--accept", "--dry-run");
    expect(voiceFile()).toBe(before);
    execFileSync("git", ["apply"], { cwd: checkout.directory, input: patch.stdout });
    const patched = voiceFile();
    expect(patched).toBe(
      before.replace('"+15551240001": support', '"+15551240001": sales').replace('  "+15551240002": sales\n', ""),
    );
    writeFileSync(checkout.path("stacks", "Voice.test.yaml"), before);
    const accepted = await drift("--accept");
    expect(accepted).toMatchObject({ code: 0, stdout: "" });
    expect(accepted.stderr).toContain("+15551240002: leaves the file (was sales)");
    expect(voiceFile()).toBe(patched);
    expect(await drift()).toMatchObject({ code: 0 });
    writeFileSync(checkout.path("stacks", "Voice.test.yaml"), before);
  });

  test("the workflow's own step leaves a report for the issue, and is red only where nothing could be checked", async () => {
    const workflow = parse(readFileSync(checkout.path(".github", "workflows", "drift.yml"), "utf8"));
    const { run } = workflow.jobs.check.steps.find(({ name }: { name?: string }) => name === "check");
    const folder = checkout.path("runner");
    mkdirSync(folder);
    const step = async (own: Record<string, string>) => {
      const summary = join(folder, "summary.md");
      const env = closedEnvironment({
        ...settings,
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        STACK: "test",
        RUNNER_TEMP: folder,
        GITHUB_STEP_SUMMARY: summary,
        ...own,
      });
      // Not spawnSync: the account answers from this very process.
      const [status] = await once(
        spawn("bash", ["-e", "-o", "pipefail", "-c", run], { cwd: checkout.directory, env }),
        "close",
      );
      return { status, summary: readFileSync(summary, "utf8"), left: checkedStack("test", join(folder, "drift")) };
    };
    const made = await step({});
    expect(made).toMatchObject({ status: 0, left: { checked: true, verdict: "2 drifted; 8 in sync" } });
    expect(made.summary).toContain("**2 drifted; 8 in sync**");
    expect(made.left.markdown).toBe(made.summary);
    const failed = await step({ MINIVOICE_API_KEY: "mv_live_wrong_key" });
    expect(failed).toMatchObject({ status: 1, left: { checked: false, verdict: "could not be checked" } });
  });

  test("nobody puts it back without being asked", async () => {
    const before = writes();
    const run = await minivoice(["drift", "-s", "test", "--fix"], { MINIVOICE_BASE_URL: sandbox.url });
    expect(run).toMatchObject({ code: 64, stderr: expect.stringContaining("add --yes") });
    expect(writes()).toBe(before);
  });

  test("a number that cannot be read hides nothing, and is never fine", async () => {
    sandbox.faults.arm(({ path }) => path.startsWith("/v1/dids?"), answerWith(404), Number.POSITIVE_INFINITY);
    sandbox.faults.arm(({ path }) => path.endsWith("+15551240003"), answerWith(404, "lost"), Number.POSITIVE_INFINITY);
    const run = await drift();
    sandbox.faults.clear();
    expect(run).toMatchObject({ code: 3 });
    expect(run.stdout).toContain("2 drifted, 1 unknown, not everything could be looked at; 7 in sync");
    expect(run.stdout).toContain("Unknown: could not be read");
  });

  test("a code that cannot be read is said, and live is held against what was deployed", async () => {
    const before = voiceFile();
    edit("Voice.test.yaml", '"+15551240003": reminders', '"+15551240003": nobody');
    const run = await drift();
    writeFileSync(checkout.path("stacks", "Voice.test.yaml"), before);
    expect(run).toMatchObject({ code: 2 });
    expect(run.stdout).toContain("against the state, because the code cannot be read");
    expect(run.stdout).toMatch(/Voice\.test\.yaml:\d+:\d+: .*nobody/);
    expect(run.stdout).toContain("Mend the code first");
  });

  test("a watch tells it once, then that all is as before, until it is interrupted", async () => {
    const { child, ended } = start(["drift", "-s", "test", "--watch", "100 milliseconds"]);
    let shown = "";
    child.stdout?.on("data", (chunk) => {
      shown += chunk;
    });
    await eventually(() => shown.includes("as before, exit code 2"));
    child.kill("SIGINT");
    const run = await ended;
    expect(run).toMatchObject({ code: 130, stderr: expect.stringContaining("interrupted: nothing was changed") });
    expect(run.stdout.match(/2 drifted/g)).toHaveLength(1);
  });
});

describe("what keeps a check from being made is said in a sentence, with exit code 1:", () => {
  const refused = async (run: Promise<Run>, sentence: string | RegExp) => {
    const { code, stderr, stdout } = await run;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(sentence);
    expect(tracesIn(stderr)).toEqual([]);
    for (const secret of [sandbox.portalKey, "mv_live_wrong"]) expect(stderr).not.toContain(secret);
  };

  test("a wrong key, and another customer's", async () => {
    const run = (own: Record<string, string>) => minivoice(["drift", "-s", "test"], own);
    await refused(run({ MINIVOICE_API_KEY: "mv_live_wrong_key" }), "Check MINIVOICE_API_KEY");
    const theirs = await startSandbox({ customerId: "cust_theirs" });
    const other = { MINIVOICE_BASE_URL: theirs.url, MINIVOICE_API_KEY: theirs.portalKey };
    await refused(run(other), "belongs to customer cust_theirs, but this stack is for cust_sandbox").finally(() =>
      theirs.close(),
    );
  });

  test("a stack that was never deployed, or that there is not", async () => {
    const file = checkout.path("backend", ".pulumi", "stacks", "voice", "test.json");
    const state = readFileSync(file, "utf8");
    writeFileSync(
      checkout.path("empty.json"),
      JSON.stringify({ version: 3, deployment: { manifest: {}, resources: [] } }),
    );
    await minivoice(["pulumi", "stack", "import", "-s", "test", "--file", "empty.json", "--force"]);
    await refused(drift(), /test holds no application and no number yet.*minivoice import -s test/);
    writeFileSync(file, state.slice(0, 500));
    await refused(drift(), "the state of test cannot be read");
    writeFileSync(file, state);
    await refused(minivoice(["drift", "-s", "staging"]), "stacks/Pulumi.staging.yaml would configure it");
  });

  test("a file of what to ignore that ignores what is declared, by its id, too", async () => {
    const match = `["+15551240003", "${ids.sales}"]`;
    edit("drift-ignore.yaml", "ignore: {}", `ignore:\n  a: { match: ${match}, reason: r, expires: 2099-01-01 }`);
    const declared = (name: string) =>
      String.raw`stacks/drift-ignore\.yaml:\d+:\d+: ignore\.a\.match: "${name}" is declared`;
    await refused(drift(), new RegExp(`${declared("\\+15551240003")}[^]*${declared(ids.sales ?? "")}`));
    execFileSync("git", ["checkout", "stacks/drift-ignore.yaml"], { cwd: checkout.directory, stdio: "ignore" });
  });

  test("also in the format that was asked for, so that nobody takes silence for 'in sync'", async () => {
    const own = { MINIVOICE_API_KEY: "mv_live_wrong_key" };
    const [json, markdown] = await Promise.all(
      ["json", "markdown"].map((format) => minivoice(["drift", "-s", "test", "--format", format], own)),
    );
    expect(json?.code).toBe(1);
    expect(JSON.parse(json?.stdout ?? "")).toEqual({ stack: "test", couldNotCheck: expect.stringContaining("401") });
    expect(markdown?.stdout).toContain("Could not be checked");
    const nowhere = await minivoice(["drift", "-s", "staging", "--format", "json"]);
    expect(nowhere.code).toBe(1);
    expect(JSON.parse(nowhere.stdout)).toMatchObject({
      stack: "staging",
      couldNotCheck: expect.stringContaining("no stack"),
    });
  });
});

test("a foreign account becomes a voice file, or a patch, with all that is left out named", async () => {
  const theirs = await startSandbox({ numbers: ["+15557770001", "+15557770002"], customerId: "cust_theirs" });
  const own = { MINIVOICE_BASE_URL: theirs.url, MINIVOICE_API_KEY: theirs.portalKey };
  const importing = (...args: string[]) => minivoice(["import", "-s", "theirs", ...args], own);
  try {
    const { id } = await theirs.control.createApplication({ name: "Hotline", answerUrl: "https://calls.example.com/" });
    await theirs.control.assign("+15557770001", id);
    writeFileSync(checkout.path("stacks", "Pulumi.theirs.yaml"), "config:\n  minivoice:capabilities: managed\n");
    expect(await minivoice(["pulumi", "stack", "init", "-s", "theirs"])).toMatchObject({ code: 0 });
    const patch = await importing("--dry-run");
    expect(patch).toMatchObject({ code: 2, stdout: expect.stringContaining('+  "+15557770001": hotline') });
    expect(existsSync(checkout.path("stacks", "Voice.theirs.yaml"))).toBe(false);
    const written = await importing();
    expect(written).toMatchObject({ code: 2, stdout: "" });
    expect(written.stderr).toMatch(/application "Account portal".* is left out: .*\n\+15557770002 is left out/);
    const read = readVoiceFile(checkout.path("stacks"), "theirs", []);
    expect(read.voice).toEqual({
      applications: { hotline: { name: "Hotline", answerUrl: "https://calls.example.com/", adopt: true } },
      routes: { "+15557770001": "hotline" },
    });
    writeFileSync(checkout.path("numbers.txt"), "+15557770001\n+15557779999 # was ours\n");
    const again = await importing("--numbers", "numbers.txt");
    expect(again.stderr).toContain("+15557779999 is left out: the account has no such number");
    expect(again.stderr).toContain("there is nothing to add");
    const garbled = answerWith(200, JSON.stringify({ data: [{ id }, { name: "Nobody" }] }));
    theirs.faults.arm(({ path }) => path === "/v1/applications", garbled);
    const unread = printed(await importing("--dry-run"));
    for (const object of [`application ${id}`, "an application without id"])
      expect(unread).toContain(`${object} is left out: the API does not show it as documented`);
  } finally {
    rmSync(checkout.path("stacks", "Pulumi.theirs.yaml"));
    rmSync(checkout.path("stacks", "Voice.theirs.yaml"), { force: true });
    await theirs.close();
  }
});

test("what was not asked for correctly is said, with the way out", async () => {
  const asked: [string[], string][] = [
    [["--dry-run"], "--dry-run goes with --accept"],
    [["--fix", "--accept"], "exclude each other"],
    [["--watch", "often"], "write it as 5m"],
    [["--watch", "1000h"], "is longer than a day"],
    [["--watch", "5m", "--format", "html"], "one document"],
    [["--fix", "--format", "json"], "leave --format out"],
    [["--watch", "5m", "--out", "drift.md"], "--out is for a check alone"],
  ];
  const runs = await Promise.all(asked.map(([args]) => drift(...args)));
  for (const [index, run] of runs.entries())
    expect(run).toMatchObject({ code: 64, stderr: expect.stringContaining(asked[index]?.[1] ?? "") });
  const help = await minivoice(["drift", "--help"]);
  expect(printed(help)).toContain("Exit codes: 0 every object of the stack is in sync");
});
