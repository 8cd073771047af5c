import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { bundle } from "../../infra/bundle.ts";
import { webhookSource } from "../../infra/function-sources.ts";
import { type AwsLocal, startAwsLocal } from "../../providers/aws-local/index.ts";
import { DaemonClient, type LiveResource } from "../../providers/aws-local/plugin/daemon-client.ts";
import { shownAnswerUrl } from "../../src/call-flow/shown-answer-url.ts";
import { checkDrift, type DriftCheck } from "../../src/cli/drift-check.ts";
import { putBack } from "../../src/cli/drift-fix.ts";
import { type EngineResult, runEngine } from "../../src/cli/engine.ts";
import { keepingPicture } from "../../src/cli/partial-up.ts";
import type { StackWorkspace } from "../../src/cli/stack-workspace.ts";
import { accept } from "../../src/drift/accept.ts";
import { planFix } from "../../src/drift/fix.ts";
import type { RecordedFunction } from "../../src/drift/recorded.ts";
import { exitCodeOf, type Kind } from "../../src/drift/report.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { secretParameter } from "../../src/webhooks/secret-parameter.ts";
import { findPulumi } from "../../tools/pulumi/find.mjs";
import { closedEnvironment } from "../closed-environment.ts";
import { WorkingCopy } from "../infra/working-copy.ts";

// One environment, and one story from its first `up` on, because each run of the engine takes seconds.
const numbers = ["+15551230001", "+15551230002", "+15551230003", "+15551230009", "+15551230077"];
const signal = new AbortController().signal;
let sandbox: Sandbox;
let aws: AwsLocal;
let awsState: string;
let copy: WorkingCopy;
let workspace: StackWorkspace;

beforeAll(async () => {
  awsState = mkdtempSync(join(tmpdir(), "voice-aws-"));
  copy = await WorkingCopy.create();
  sandbox = await startSandbox({ numbers });
  aws = await startAwsLocal({ stateDir: awsState });
  workspace = workspaceOf(sandbox);
  expect(await pulumi("stack", "init", "local")).toMatchObject({ code: 0 });
  const up = await pulumi("up", "--yes", "--skip-preview");
  expect(up).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await aws?.close();
  await sandbox?.close();
  await copy?.remove();
  rmSync(awsState, { recursive: true });
});

function workspaceOf({ url, portalKey }: Sandbox): StackWorkspace {
  const environment = copy.environment({
    MINIVOICE_API_KEY: portalKey,
    MINIVOICE_BASE_URL: url,
    AWS_LOCAL_URL: aws.url,
    AWS_LOCAL_TOKEN: aws.token,
  });
  return {
    stack: "local",
    local: true,
    project: "voice",
    command: findPulumi() ?? "",
    cwd: copy.directory,
    env: { ...closedEnvironment(), ...environment },
    stateDir: join(copy.directory, "state"),
  };
}

const pulumi = (...args: string[]): Promise<EngineResult> =>
  runEngine(workspace, [...args, ...(args[0] === "stack" ? [] : ["--stack", workspace.stack])]);
const check = (only: string[] = []): Promise<DriftCheck> => checkDrift(workspace, { only, functions: false }, signal);
const writes = ({ requests }: Sandbox) => requests.filter(({ method }) => method !== "GET").length;
const idOf = async (name: string) =>
  (await sandbox.control.listApplications()).find((application) => application.name === name)?.id ?? "";

/** What is not in sync, one line each. */
const findings = ({ report }: DriftCheck): string[] =>
  report.objects
    .filter(({ status }) => status !== "inSync" && status !== "unmanaged")
    .flatMap(({ key, status, fields }) =>
      fields
        .filter((field) => field.status === "drifted" || field.status === "undeployed" || status === "missing")
        .slice(0, status === "missing" ? 1 : 9)
        .map(
          ({ field, declared, live }) => `${status} ${key} ${field}: ${declared?.text} → ${live?.text ?? "nothing"}`,
        ),
    );

test("after an up, everything is in sync, and what the account holds beside it is listed", async () => {
  const before = sandbox.requests.length;
  const found = await check();
  expect(findings(found)).toEqual([]);
  expect(exitCodeOf(found.report)).toBe(0);
  expect(
    found.report.objects.filter(({ status }) => status === "unmanaged").map(({ name, key }) => name ?? key),
  ).toEqual(["Account portal", "+15551230077"]);
  expect(found.report.coverage).toEqual({ managed: 4, all: 5 });
  expect(sandbox.requests.length - before).toBe(2);
});

describe("the functions of the environment", () => {
  const look = async () => {
    const { report, recorded } = await checkDrift(workspace, { probeWebhook: true }, signal);
    const statuses = (wanted: Kind) =>
      Object.fromEntries(report.objects.flatMap(({ kind, key, status }) => (kind === wanted ? [[key, status]] : [])));
    return { report, recorded, code: statuses("code"), webhooks: Object.values(statuses("webhook")) };
  };

  test("answer, run what the program would deploy, and accept what is signed with the stack's secret", async () => {
    const { report, code, webhooks } = await look();
    expect(code).toEqual({
      "voice-local-answer": "inSync",
      "voice-local-webhook": "inSync",
      "voice-local-webhook-worker": "inSync",
    });
    expect(webhooks).toEqual(["inSync"]);
    expect(report.objects.filter(({ kind }) => kind === "function")).toHaveLength(3);
    expect(exitCodeOf(report)).toBe(0);
  });

  test("have drifted where somebody has uploaded other code, or written another secret, until it is put back", async () => {
    const { urn, id, region } = (await look()).recorded.code.get("voice-local-webhook") as RecordedFunction;
    const account = new DaemonClient({ AWS_LOCAL_URL: aws.url, AWS_LOCAL_TOKEN: aws.token });
    const lambda = { type: "aws:lambda/function:Function", urn, id, region };
    const { inputs } = (await account.send("read", lambda)) as LiveResource;
    const { variables } = inputs.environment as { variables: Record<string, string> };
    const parameter = { ...lambda, type: "aws:ssm/parameter:Parameter", id: variables.WEBHOOK_SECRET_PARAMETER ?? "" };
    const { inputs: kept } = (await account.send("read", parameter)) as LiveResource;
    const write = async (text: string, value: unknown) => {
      await account.send("update", { ...parameter, inputs: { ...kept, value } });
      const code = [{ path: "index.mjs", base64: Buffer.from(text).toString("base64") }];
      await account.send("update", { ...lambda, inputs, code });
    };
    const text = await bundle(webhookSource);

    await write(`${text}\n// by hand`, secretParameter({ current: "mv_test_somebody_else_s" }));
    const { report, code, webhooks } = await look();
    expect(code).toMatchObject({ "voice-local-answer": "inSync", "voice-local-webhook": "drifted" });
    expect(webhooks).toEqual(["drifted"]);
    expect(exitCodeOf(report)).toBe(2);

    await write(text, kept.value);
    expect(exitCodeOf((await look()).report)).toBe(0);
  });
});

describe("after a night in which somebody worked in the account", () => {
  let foreign: string;
  beforeAll(async () => {
    const { control } = sandbox;
    foreign = (await control.createApplication({ name: "Other environment" })).id;
    const [support, sales, reminders] = await Promise.all(
      ["Support IVR (local)", "Sales menu (local)", "Appointment reminders (local)"].map(idOf),
    );
    await control.assign("+15551230001", foreign);
    await control.assign("+15551230002", sales ?? "", "reject");
    await control.assign("+15551230009", sales ?? "");
    await control.assign("+15551230003", null);
    await control.editApplication(support ?? "", { name: "Renamed", answerUrl: "https://elsewhere.example.com/" });
    await control.editApplication(sales ?? "", { webhookUrl: null });
    await control.deleteApplication(reminders ?? "");
  });

  test("each change is reported, from and to, by name, and when", async () => {
    const found = await check();
    const { endpoints } = found.recorded;
    expect(findings(found)).toEqual([
      "missing reminders name: Appointment reminders (local) → nothing",
      `drifted sales webhook_url: ${endpoints?.webhookUrl} → nothing`,
      "drifted support name: Support IVR (local) → Renamed",
      `drifted support answer_url: ${shownAnswerUrl(`${endpoints?.answerUrl}answer/support`)} → ${shownAnswerUrl("https://elsewhere.example.com/")}`,
      "drifted +15551230001 route: Renamed → Other environment",
      "drifted +15551230002 route: Sales menu (local) → reject, still carrying Sales menu (local)",
      "drifted +15551230003 route: Appointment reminders (local) → reject",
      "drifted +15551230009 route: reject → Sales menu (local)",
    ]);
    const number = found.report.objects.find(({ key }) => key === "+15551230001");
    const live = (await sandbox.control.listNumbers()).find(({ number: one }) => one === "+15551230001");
    expect(number?.changedAt).toBe(live?.updatedAt);
    expect(exitCodeOf(found.report)).toBe(2);
  });

  test("a part of it can be looked at", async () => {
    expect(findings(await check(["+15551230009"]))).toEqual([
      "drifted +15551230009 route: reject → Sales menu (local)",
    ]);
  });

  test("it is put back by one up, which writes nothing else", async () => {
    const found = await check();
    const plan = planFix(found.report, found);
    const run = async (on: StackWorkspace, args: string[]) =>
      (await runEngine(await keepingPicture(on, args), args)).code;
    const later = { ...workspace, env: { ...workspace.env, VOICE_REVISION: "4567def" } };
    expect(await putBack(later, plan, undefined, run)).toBe(0);
    const after = await check();
    expect(findings(after)).toEqual([]);
    expect(exitCodeOf(after.report)).toBe(0);
    // It deployed no function, so what callers hear is still told to be of the commit before.
    expect(after.recorded.revision).toBe(found.recorded.revision);
  });
});

describe("what is accepted into the voice file", () => {
  test("is what is live, as far as such a file can say it", async () => {
    await sandbox.control.assign("+15551230001", await idOf("Sales menu (local)"));
    await sandbox.control.assign("+15551230002", await idOf("Other environment"));
    await sandbox.control.releaseNumber("+15551230009");
    await sandbox.control.editApplication(await idOf("Sales menu (local)"), { name: "Sales: new" });
    const found = await check();
    if (!("voice" in found.code)) throw new Error("the voice file is broken");
    const { text, left } = accept({ ...found, text: found.code.text, voice: found.code.voice });
    expect(left).toEqual([]);
    const file = join(copy.stacks, "Voice.local.yaml");
    expect(text).toBe(
      readFileSync(file, "utf8")
        .replace("name: Sales menu (local)", 'name: "Sales: new"')
        .replace('"+15551230001": support', '"+15551230001": sales')
        .replace('  "+15551230002": sales\n', "")
        .replace('  "+15551230009": reject\n', ""),
    );
    writeFileSync(file, text);
    expect(findings(await check())).toEqual([]);
  });

  test("costs no write: not in the next up, and nothing is left for a preview to show", async () => {
    const before = writes(sandbox);
    const up = await pulumi("up", "--refresh", "--run-program", "--yes", "--skip-preview");
    expect(up).toMatchObject({ code: 0 });
    const preview = await pulumi("preview", "--refresh", "--run-program", "--expect-no-changes");
    expect(preview).toMatchObject({ code: 0 });
    expect(writes(sandbox)).toBe(before);
    expect(exitCodeOf((await check()).report)).toBe(0);
  });
});
