import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type AwsLocal, startAwsLocal } from "../../providers/aws-local/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { DriftChecks } from "./drift-checks.ts";
import { recordedEvents } from "./recorded-events.ts";
import { type Outcome, WorkingCopy } from "./working-copy.ts";

// One environment for the file, and one story from the first `up` to the `destroy`: the tests build on each other.
let sandbox: Sandbox;
let aws: AwsLocal;
let copy: WorkingCopy;
let environment: Record<string, string>;
let awsState: string;
let created: Outcome;

beforeAll(async () => {
  awsState = mkdtempSync(join(tmpdir(), "voice-aws-"));
  copy = await WorkingCopy.create();
  sandbox = await startSandbox({ numbers: ["+15551230001", "+15551230002", "+15551230003", "+15551230009"] });
  aws = await startAwsLocal({ stateDir: awsState });
  environment = {
    MINIVOICE_API_KEY: sandbox.portalKey,
    MINIVOICE_BASE_URL: sandbox.url,
    AWS_LOCAL_URL: aws.url,
    AWS_LOCAL_TOKEN: aws.token,
  };
  created = await copy.up("local", environment);
});

afterAll(async () => {
  await aws?.close();
  await sandbox?.close();
  await copy?.remove();
  rmSync(awsState, { recursive: true });
});

const writes = () => sandbox.requests.filter(({ method }) => method !== "GET");

/** Number → the name of the application that answers it, or `rejected`. */
async function liveRoutes(): Promise<Record<string, string | undefined>> {
  const names = new Map((await sandbox.control.listApplications()).map(({ id, name }) => [id, name]));
  const numbers = await sandbox.control.listNumbers();
  return Object.fromEntries(
    numbers.map(({ number, mode, applicationId }) => [
      number,
      mode === "reject" ? "rejected" : names.get(applicationId ?? ""),
    ]),
  );
}

function editVoiceFile(edit: (text: string) => string): void {
  const file = join(copy.stacks, "Voice.local.yaml");
  writeFileSync(file, edit(readFileSync(file, "utf8")));
}

test("up creates the environment of the voice file, and its outputs show it", async () => {
  expect(created).toMatchObject({ failed: false });
  expect(await liveRoutes()).toEqual({
    "+15551230001": "Support IVR (local)",
    "+15551230002": "Sales menu (local)",
    "+15551230003": "Appointment reminders (local)",
    "+15551230009": "rejected",
  });
  const outputs = await copy.outputs("local", environment);
  const answerUrl = outputs.answerUrl?.value as string;
  expect(answerUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(outputs.environment?.value).toEqual({
    stack: "local",
    capabilities: "managed",
    revision: "0123abc",
    flows: {
      appointmentReminder: expect.stringMatching(/^[0-9a-f]{12}$/),
      receptionist: expect.stringMatching(/^[0-9a-f]{12}$/),
      salesMenu: expect.stringMatching(/^[0-9a-f]{12}$/),
    },
    applications: {
      support: {
        applicationId: expect.stringMatching(/^app_/),
        name: "Support IVR (local)",
        flow: "receptionist",
        answerUrl: `${answerUrl}answer/support`,
        webhookUrl: outputs.webhookUrl?.value,
      },
      sales: expect.objectContaining({ flow: "salesMenu" }),
      reminders: expect.objectContaining({ flow: "appointmentReminder" }),
    },
    routes: {
      "+15551230001": "support",
      "+15551230002": "sales",
      "+15551230003": "reminders",
      "+15551230009": "reject",
    },
  });
});

describe("a call to one of its numbers is answered, and each of its signed events is recorded once,", () => {
  const support = "sip:support@local.example.com";
  const operator = "+15550100001";
  const pressed = (digits: string) => ({ digits, timed_out: false, status: "completed" });
  const silence = { digits: "", timed_out: true, status: "timeout" };

  test.each([
    { caller: "presses 1", press: ["1"], hears: [], destination: support, gathered: [pressed("1")] },
    {
      caller: "presses a wrong key, then a right one",
      press: ["7", "1"],
      hears: ["Sorry, that is not one of the choices."],
      destination: support,
      gathered: [pressed("7"), pressed("1")],
    },
    {
      caller: "says and presses nothing",
      press: [],
      hears: ["We did not hear a choice."],
      destination: operator,
      gathered: [silence],
    },
  ])("when the caller $caller", async ({ press, hears, destination, gathered }) => {
    const call = await sandbox.control.placeCall({ to: "+15551230001", press });
    expect(call).toMatchObject({ answered: true, wire: { status: "completed" } });
    const said = call.transcript.flatMap((entry) => (entry.kind === "said" ? [entry.text] : []));
    expect(said.slice(1, -1)).toEqual(hears);
    expect(call.transcript).toContainEqual(expect.objectContaining({ kind: "connected", destination }));

    const recorded = await recordedEvents(aws, call.wire.id, call.deliveries.length);
    expect(recorded.map(({ event }) => event)).toEqual([
      ...["call.created", "call.answered"],
      ...gathered.map(() => "call.gathered"),
      "call.completed",
    ]);
    expect(call.deliveries.map(({ state }) => state)).toEqual(recorded.map(() => "accepted"));
    expect(new Set(recorded.map(({ eventKey }) => eventKey)).size).toBe(recorded.length);
    expect(recorded.flatMap(({ event, data }) => (event === "call.gathered" ? [data] : []))).toMatchObject(gathered);
  });
});

test("outputs, state and all that was printed hold no secret in plain text", async () => {
  const outputs = await copy.outputs("local", environment);
  expect(Object.values(outputs).map(({ secret }) => secret)).toEqual([false, false, false, false]);

  const exported = JSON.stringify(await copy.exported("local", environment));
  const secrets = [...exported.matchAll(/"plaintext":"\\"([^"\\]{16,})\\""/g)].map(([, secret = ""]) => secret);
  // The webhook secret, and one key for each of the three applications.
  expect(new Set(secrets).size).toBeGreaterThanOrEqual(4);

  const visible = [await copy.stateFile("local"), JSON.stringify(outputs), JSON.stringify(created)].join("\n");
  for (const secret of [...secrets, sandbox.portalKey, aws.token]) expect(visible).not.toContain(secret);
});

test("the state holds the path and the hash of a function's code, and no code", async () => {
  const state = await copy.stateFile("local");
  expect(state).toMatch(/"path":"[./]*\.local\/bundles\/[0-9a-f]{32}\.mjs"/);
  for (const code of ["createHmac", "timingSafeEqual", "Thanks for calling"]) expect(state).not.toContain(code);
});

test("a function has no more rights than it uses, on no more than its own resources", async () => {
  const { deployment } = await copy.exported("local", environment);
  type Resource = { type: string; urn: string; inputs: { policy?: string }; outputs?: { arn?: string } };
  const resources: Resource[] = deployment.resources;
  const nameOf = ({ urn }: Resource) => urn.split("::").at(-1);
  const named = (arn: string) => {
    const found = resources.find(({ outputs }) => outputs?.arn && [outputs.arn, `${outputs.arn}:*`].includes(arn));
    return found ? nameOf(found) : arn;
  };
  const rights = resources
    .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
    .map((resource) => [
      nameOf(resource),
      JSON.parse(resource.inputs.policy ?? "").Statement.map(
        ({ Action, Resource }: { Action: string | string[]; Resource: string }) => [
          named(Resource),
          ...[Action].flat(),
        ],
      ),
    ]);
  const writeLog = ["logs:CreateLogStream", "logs:PutLogEvents"];
  expect(Object.fromEntries(rights)).toEqual({
    "voice-local-answer": [["voice-local-answer", ...writeLog]],
    "voice-local-webhook": [
      ["voice-local-webhook", ...writeLog],
      ["voice-local-webhook-secret", "ssm:GetParameter"],
      ["voice-local-webhook-events", "sqs:SendMessage"],
    ],
    "voice-local-webhook-worker": [
      ["voice-local-webhook-worker", ...writeLog],
      ["voice-local-webhook-events", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      ["voice-local-webhook-records", "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
    ],
  });
});

test("a second up changes nothing and writes nothing", async () => {
  sandbox.requests.length = 0;
  expect(await copy.up("local", environment)).toMatchObject({ failed: false, steps: [] });
  expect(writes()).toEqual([]);
});

describe("a rotation of the webhook secret, and a watch over drift in the same run:", () => {
  let rotated: Outcome;
  beforeAll(async () => {
    const settings = ['voice:webhookSecretVersion: "2026-12"', "voice:driftWatch: 15 minutes"];
    const file = join(copy.stacks, "Pulumi.local.yaml");
    const config = readFileSync(file, "utf8");
    writeFileSync(file, config.replace("config:", `config:\n  ${settings.join("\n  ")}`));
    sandbox.requests.length = 0;
    rotated = await copy.up("local", environment);
  });

  test("the secret is written into the account only after the webhook function can read it", () => {
    expect(rotated).toMatchObject({ failed: false });
    const parameter = rotated.timeline.indexOf("done: update Parameter voice-local-webhook-secret");
    const applications = ["support", "sales", "reminders"].map((key) =>
      rotated.timeline.indexOf(`begun: update Application ${key}`),
    );
    expect(parameter).toBeGreaterThan(rotated.timeline.indexOf("done: update WebhookSecret webhook"));
    for (const application of applications) expect(application).toBeGreaterThan(parameter);
    expect(rotated.steps.filter((step) => step.startsWith("update "))).toHaveLength(5);
    expect(writes()).toHaveLength(3);
  });

  test("no event is refused, though the function had read the secret before", async () => {
    const call = await sandbox.control.placeCall({ to: "+15551230001", press: ["1"] });
    expect(call.deliveries.flatMap(({ attempts }) => attempts.map(({ status }) => status))).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await recordedEvents(aws, call.wire.id, call.deliveries.length)).toHaveLength(4);
  });

  test("what the account is compared with is written after the account, and only then the watch begins", () => {
    const at = (step: string) => rotated.timeline.indexOf(step);
    const picture = at("begun: create BucketObjectv2 voice-local-drift");
    for (const key of ["support", "sales", "reminders"])
      expect(picture).toBeGreaterThan(at(`done: update Application ${key}`));
    expect(at("begun: create EventTarget voice-local-drift")).toBeGreaterThan(
      at("done: create BucketObjectv2 voice-local-drift"),
    );
  });
});

describe("the watch over drift", () => {
  let watch: DriftChecks;
  let stranger: string;
  beforeAll(async () => {
    watch = new DriftChecks(aws, awsState);
    stranger = (await sandbox.control.createApplication({ name: "Somebody else" })).id;
  });
  afterAll(() => sandbox.control.deleteApplication(stranger));

  test("raises no alarm as long as the account is as it was deployed", async () => {
    await watch.run();
    expect(await watch.alarms()).toEqual([]);
  });

  test("raises one when somebody moves a number in the account setup, and writes nothing", async () => {
    await sandbox.control.assign("+15551230001", stranger);
    sandbox.requests.length = 0;
    await watch.run();
    expect(new Set(sandbox.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(await watch.alarms()).toEqual(["drifted"]);
    expect(watch.log()).toContainEqual(
      expect.objectContaining({
        message: "drifted",
        key: "+15551230001",
        fields: [{ field: "route", expected: "Support IVR (local)", live: "Somebody else" }],
      }),
    );
  });

  test("raises another one when it stops, and does not end the first", async () => {
    expect(await watch.alarms({ minutes: 60 })).toEqual(["drift-watch-stopped", "drifted"]);
  });

  test("is content again once the number is put back", async () => {
    const applications = await sandbox.control.listApplications();
    await sandbox.control.assign(
      "+15551230001",
      applications.find(({ name }) => name === "Support IVR (local)")?.id ?? null,
    );
    await watch.run();
    expect(watch.story()).toEqual([[], ["drifted"], []]);
  });

  test("may read one object and one parameter, and has the key nowhere else", async () => {
    expect(watch.rights()).toEqual([
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      ["s3:GetObject"],
      ["ssm:GetParameter"],
    ]);
    const seen = [await copy.stateFile("local"), watch.settings(), JSON.stringify(watch.log()), watch.picture()];
    expect(seen.map((text) => text.includes(sandbox.portalKey))).toEqual([false, false, false, false]);
    expect(watch.picture()).toContain("Support IVR (local)");
  });
});

test("a route that is edited in the voice file previews as one change of one table, with the picture behind it, and is one write", async () => {
  editVoiceFile((text) => text.replace('"+15551230002": sales', '"+15551230002": support'));
  expect((await copy.preview("local", environment)).steps).toEqual([
    "update DidRouteTable numbers",
    // What the watch compares with follows.
    "update BucketObjectv2 voice-local-drift",
  ]);
  sandbox.requests.length = 0;
  expect((await copy.up("local", environment)).failed).toBe(false);
  expect(writes()).toHaveLength(1);
  expect(await liveRoutes()).toMatchObject({ "+15551230002": "Support IVR (local)" });
});

test("another flow for an application is a new bundle of one function, and no write to the account", async () => {
  editVoiceFile((text) => text.replace("flow: appointmentReminder", "flow: receptionist"));
  sandbox.requests.length = 0;
  expect(await copy.up("local", environment)).toMatchObject({
    failed: false,
    steps: ["update Function voice-local-answer"],
  });
  expect(writes()).toEqual([]);
  const call = await sandbox.control.placeCall({ to: "+15551230003", press: ["1"] });
  expect(call.transcript).toContainEqual(
    expect.objectContaining({ kind: "connected", destination: "sip:support@local.example.com" }),
  );
});

test("an application that is answered elsewhere is adopted as it is, and keeps its own webhook secret", async () => {
  const live = { name: "Billing", answer_url: "https://billing.example.com/answer" };
  await fetch(`${sandbox.url}/v1/applications`, {
    method: "POST",
    headers: { authorization: `Bearer ${sandbox.portalKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ...live, webhook_secret: "a secret of their own" }),
  });
  editVoiceFile((text) =>
    text
      .replace("routes:", `  billing: { name: Billing, answerUrl: "${live.answer_url}", adopt: true }\nroutes:`)
      .replace('"+15551230009": reject', '"+15551230009": billing'),
  );
  sandbox.requests.length = 0;
  expect(await copy.up("local", environment)).toMatchObject({
    failed: false,
    steps: expect.arrayContaining(["create Application billing", "update DidRouteTable numbers"]),
  });
  expect(writes()).toHaveLength(1);
  expect(await liveRoutes()).toMatchObject({ "+15551230009": "Billing" });
});

test("destroy takes the numbers out of service and leaves no application of ours", async () => {
  expect(await copy.destroy("local", environment)).toMatchObject({ failed: false });
  expect(new Set(Object.values(await liveRoutes()))).toEqual(new Set(["rejected"]));
  expect((await sandbox.control.listApplications()).map(({ name }) => name)).toEqual(["Account portal"]);
});
