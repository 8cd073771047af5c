import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readDaemon } from "../../src/background/control.ts";
import type { Point } from "../../src/verify/report.ts";
import { encodeQueuedEvent, queuedEvent } from "../../src/webhooks/queued-event.ts";
import { eventually } from "../eventually.ts";
import { Checkout, printed, type Run, tracesIn } from "./checkout.ts";

let checkout: Checkout;
let first: Run;

beforeAll(async () => {
  checkout = new Checkout();
  first = await checkout.minivoice("start");
});
afterAll(() => checkout.remove());

const stateFile = () => checkout.local("state", ".pulumi", "stacks", "voice", "local.json");
/**
 * Every resource with the time of its last change; the engine writes them in any order. An event source notes by itself
 * what became of its last batch, which a refresh takes over.
 */
const resources = (): string[] =>
  JSON.parse(readFileSync(stateFile(), "utf8"))
    .checkpoint.latest.resources.map(({ urn, id, type, modified }: Record<string, string>) =>
      [urn, id, type?.endsWith(":EventSourceMapping") ? "" : modified].join(" "),
    )
    .sort();
const services = () => Promise.all(["sandbox", "aws"].map((name) => readDaemon(checkout.local(name))));
const locks = () => {
  const directory = checkout.local("state", ".pulumi", "locks", "organization", "voice", "local");
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
};

describe("npm start in a new clone", () => {
  test("ends well and shows the environment, a call and what to try next", () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^\+15551230001 +→ Support IVR \(local\) +→ receptionist$/m);
    expect(first.stdout).toMatch(/^\+15551230009 +→ reject$/m);
    expect(first.stdout).toContain("presses 1");
    expect(first.stdout).toMatch(/transfer to sip:support@/);
    expect(first.stdout).toContain("answered and completed");
    expect(first.stdout).toContain("4 events accepted, queued and recorded");
    expect(first.stdout).toContain("npx minivoice call +15551230001");
  });

  test("fits on one screen", () => {
    expect(first.stdout.split("\n").length).toBeLessThan(45);
  });

  test("leaves both services running", async () => {
    expect(await services()).toEqual([
      expect.objectContaining({ name: "sandbox" }),
      expect.objectContaining({ name: "aws-local" }),
    ]);
  });

  test("keeps every key where only its owner can read it, and prints none", async () => {
    const [sandbox, aws] = await services();
    const secrets = [sandbox?.portalKey, sandbox?.controlToken, aws?.token, checkout.readLocal("passphrase")].map(
      String,
    );
    for (const secret of secrets) expect(printed(first)).not.toContain(secret);
    const holders = filesUnder(checkout.local()).filter((file) =>
      secrets.some((secret) => readFileSync(file).includes(secret)),
    );
    expect(holders.length).toBeGreaterThan(0);
    for (const file of holders) expect({ file, mode: statSync(file).mode & 0o077 }).toEqual({ file, mode: 0 });
    expect(statSync(checkout.local()).mode & 0o077).toBe(0);
  });

  test("changes nothing that git tracks", () => {
    expect(checkout.changes()).toBe("");
  });
});

describe("afterwards", () => {
  test("the call's time line can be read, and an event that died is brought back and recorded", async () => {
    const [call] = JSON.parse((await checkout.minivoice("calls", "list", "--json")).stdout);
    expect(call).toMatchObject({ to: "+15551230001", latestEvent: "call.completed" });
    const shown = await checkout.minivoice("calls", "show", call.callId);
    expect(shown.stdout).toMatch(/call\.created.*call\.answered.*call\.gathered +pressed 1.*call\.completed/s);

    const [, aws] = await services();
    const client = new SQSClient({
      endpoint: String(aws?.sqs),
      region: "eu-central-1",
      credentials: aws?.credentials as { accessKeyId: string; secretAccessKey: string },
      useQueueUrlAsEndpoint: false,
    });
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
    const about = { deliveryId: "1", standing: "late", signedAt: new Date(), receivedAt: new Date() } as const;
    const dead = queuedEvent(Buffer.from('{"event":"call.failed","call":{"id":"call_dead"}}'), about);
    const QueueUrl = QueueUrls.find((url) => url.includes("dead-letters"));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: encodeQueuedEvent(dead) }));
    client.destroy();

    const listed = await checkout.minivoice("events", "list");
    expect(listed).toMatchObject({ code: 2, stdout: expect.stringMatching(/call\.failed +call_dead/) });
    const moved = await checkout.minivoice("events", "redrive", "--json");
    expect(JSON.parse(moved.stdout)).toEqual({ found: 1, moved: 1 });
    await eventually(async () => (await checkout.minivoice("calls", "show", "call_dead")).code === 0);
  });

  test("a second start changes nothing and keeps the services", async () => {
    const [before, running] = [resources(), await services()];
    const second = await checkout.minivoice("start", "--json");
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout).environment.routes).toHaveProperty("+15551230001", "support");
    expect(resources()).toEqual(before);
    expect(await services()).toEqual(running);
  });

  test("another call can be placed", async () => {
    const call = await checkout.minivoice("call", "+15551230002", "--press", "1");
    expect(call).toMatchObject({ code: 0, stdout: expect.stringContaining("Sales menu (local)") });
  });

  test("status shows what runs and what is deployed", async () => {
    const status = await checkout.minivoice("status");
    expect(status.stdout).toMatch(/^sandbox +http:\/\/127\.0\.0\.1:\d+ \(process \d+\)$/m);
    expect(status.stdout).toMatch(/^\+15551230001 +→ Support IVR/m);
    expect(status.stdout).toMatch(/^Alarms$/m);
  });

  test("verify finds nothing wrong, and records the calls that npm test replays, each time the same", async () => {
    const verify = await checkout.minivoice("verify", "--json", "--record");
    const { points } = JSON.parse(verify.stdout);
    const failed = points.flatMap(({ findings }: Point) => findings.filter(({ outcome }) => outcome !== "passed"));
    expect({ code: verify.code, points: points.length, failed }).toEqual({ code: 0, points: 7, failed: [] });
    const recorded = filesUnder(checkout.path("test", "fixtures", "calls"));
    expect(recorded).toHaveLength(9);
    for (const file of recorded) {
      const kept = join(import.meta.dirname, "..", "..", relative(checkout.directory, file));
      expect(readFileSync(file, "utf8")).toBe(readFileSync(kept, "utf8"));
    }
    rmSync(checkout.path("test"), { recursive: true });
  });

  test("drift puts a number back that somebody moved, after it has shown what callers will notice", async () => {
    await checkout.minivoice("sandbox", "assign", "+15551230002", "Support IVR (local)");
    const fixed = await checkout.minivoice("drift", "--fix", "--yes");
    expect(fixed).toMatchObject({ code: 0 });
    expect(fixed.stdout).toMatch(
      /Drift of local: 1 drifted.*Putting back local: callers will notice: 1 number changes.*Drift of local: in sync/s,
    );
    expect(fixed.stdout).toMatch(/\+15551230002 +│ Support IVR \(local\) \(receptionist\) +│ Sales menu \(local\)/);
    expect(tracesIn(printed(fixed))).toEqual([]);
  });

  test("drift says that another run is changing the stack, and waits for none", async () => {
    const directory = checkout.local("state", ".pulumi", "locks", "organization", "voice", "local");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "0.json"), JSON.stringify({ pid: 4_711, hostname: "elsewhere" }));
    const looked = await checkout.minivoice("drift", "--probe-webhook");
    rmSync(join(directory, "0.json"));
    expect(looked).toMatchObject({ code: 0 });
    expect(looked.stdout).toContain("another run is changing the stack at this moment (process 4711 on elsewhere)");
    expect(looked.stdout).toContain("the stack's own was tried at its endpoint");
  });

  test("pulumi works on the local stack", async () => {
    const output = await checkout.minivoice("pulumi", "stack", "output", "environment", "--json");
    expect(JSON.parse(output.stdout).stack).toBe("local");
  });

  test("a preview of another stack works on a copy, and git sees no change", async () => {
    const preview = await checkout.minivoice("pulumi", "preview", "-s", "production", "--non-interactive");
    expect(preview).toMatchObject({ code: 0, stdout: expect.stringContaining("to create") });
    expect(preview.stderr).toContain("production: a copy under .local/ with dummy secrets");
    expect(checkout.changes()).toBe("");
  });

  test("nobody deploys production into a simulator by accident", async () => {
    const up = await checkout.minivoice("pulumi", "up", "--yes", "-s", "production", "--non-interactive");
    expect(up).toMatchObject({ code: 1, stderr: expect.stringContaining("only a copy with dummy secrets here") });
  });

  test("a stack that nobody configured is named", async () => {
    const preview = await checkout.minivoice("pulumi", "preview", "--stack=staging");
    expect(preview).toMatchObject({ code: 1, stderr: expect.stringContaining("stacks/Pulumi.staging.yaml") });
  });
});

describe("after an accident", () => {
  test("a start clears a killed engine's lock, brings killed services back, and stops cleanly when it is interrupted", async () => {
    await edit("Voice.local.yaml", "Support IVR (local)", "Support (local)");
    const { ended: first } = checkout.begin(["start"]);
    await eventually(() => locks().some((file) => file.endsWith(".json")));
    const [lock] = locks().filter((file) => file.endsWith(".json"));
    process.kill(JSON.parse(readFileSync(lock as string, "utf8")).pid, "SIGKILL");
    const killed = await first;
    expect(killed).toMatchObject({ code: 1, stderr: expect.stringContaining("Pulumi was ended by SIGKILL") });
    expect(tracesIn(printed(killed))).toEqual([]);
    for (const service of await services()) process.kill(service?.pid as number, "SIGKILL");

    const { child, ended } = checkout.begin(["start"]);
    await eventually(() => locks().some((file) => file.endsWith(".json") && file !== lock));
    child.kill("SIGINT");
    const interrupted = await ended;
    expect(interrupted).toMatchObject({ code: 130 });
    expect(interrupted.stderr).toContain("removed the lock of a Pulumi run that is gone");
    expect(interrupted.stderr).toContain("interrupted: npm start goes on from here");
    expect(locks()).toEqual([]);
    expect(await services()).toEqual([
      expect.objectContaining({ name: "sandbox" }),
      expect.objectContaining({ name: "aws-local" }),
    ]);
  });

  test("two starts at once do not meet, and finish what these and one that was killed while its engine went on left undone", async () => {
    await edit("Voice.local.yaml", "Sales menu (local)", "Sales (local)");
    const { child, ended } = checkout.begin(["start"], ["src/cli/main.ts"]);
    await eventually(() => locks().length > 0);
    child.kill("SIGKILL");
    await ended;

    const starts = await Promise.all([checkout.minivoice("start"), checkout.minivoice("start")]);
    for (const { code, stdout } of starts) {
      expect(code).toBe(0);
      expect(stdout).toMatch(/Support \(local\).*Sales \(local\)/s);
    }
    expect(locks()).toEqual([]);
    const preview = await checkout.minivoice("pulumi", "--", "preview", "--expect-no-changes", "--non-interactive");
    expect(preview).toMatchObject({ code: 0 });
  });

  test("no secret has been written or printed in plain text in all of this, but where it has to be", noLeaks);

  test("a sandbox and a local AWS that lost everything are filled again", async () => {
    await checkout.minivoice("stop");
    for (const name of ["sandbox", "aws"]) rmSync(checkout.local(name), { recursive: true });
    const start = await checkout.minivoice("start");
    expect(start).toMatchObject({ code: 0, stdout: expect.stringContaining("answered and completed") });
  });

  test("a broken state says how it is put back", async () => {
    const whole = readFileSync(stateFile(), "utf8");
    writeFileSync(stateFile(), whole.slice(0, 1000));
    const broken = await checkout.minivoice("start");
    writeFileSync(stateFile(), whole);
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("local.json.bak") });
    // A file of attributes beside it could break as well, and then the copy would not help.
    expect(existsSync(`${stateFile()}.attrs`)).toBe(false);
    expect(tracesIn(printed(broken))).toEqual([]);
  });

  test("an error in the voice file is told as it is, before anything is written", async () => {
    const before = resources();
    await edit("Voice.local.yaml", '"+15551230001": support', '"+15551230001": suport');
    const refused = await checkout.minivoice("start");
    await edit("Voice.local.yaml", '"+15551230001": suport', '"+15551230001": support');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/Voice\.local\.yaml:\d+:\d+.*suport/) });
    expect(tracesIn(printed(refused))).toEqual([]);
    expect(resources()).toEqual(before);
  });
});

test("what somebody else set up in the account is imported, and the up of it changes no live number", async () => {
  const [sandbox] = await services();
  const account = String(sandbox?.url);
  await fetch(`${account}/v1/applications`, {
    method: "POST",
    headers: { authorization: `Bearer ${sandbox?.portalKey}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Hotline", answer_url: "https://calls.example.com/answer" }),
  });
  await checkout.minivoice("sandbox", "add-number", "+15557770001");
  await checkout.minivoice("sandbox", "assign", "+15557770001", "Hotline");
  const held = () =>
    Promise.all(["numbers", "applications"].map((kind) => checkout.minivoice("sandbox", kind, "--json")));
  const before = await held();
  const imported = await checkout.minivoice("import");
  expect(imported.stderr).toContain("1 application and 1 number are written into stacks/Voice.local.yaml");
  expect(checkout.read("stacks", "Voice.local.yaml")).toContain('"+15557770001": hotline');
  const up = await checkout.minivoice("up", "--", "--yes", "--skip-preview", "--non-interactive");
  expect(up).toMatchObject({ code: 0 });
  expect(await held()).toEqual(before);
  expect(await checkout.minivoice("drift", "--only", "hotline")).toMatchObject({ code: 0 });
});

test("no new secret either", noLeaks);

describe("npm stop", () => {
  test("stops both services, and what needs them says so", async () => {
    expect((await checkout.minivoice("stop")).stdout).toBe("sandbox: stopped\naws-local: stopped\n");
    expect(await services()).toEqual([undefined, undefined]);
    expect((await checkout.minivoice("stop")).stdout).toBe("sandbox: was not running\naws-local: was not running\n");
    for (const args of [
      ["pulumi", "up", "--yes"],
      ["pulumi", "destroy", "--yes"],
      ["call", "+15551230001"],
    ]) {
      const refused = await checkout.minivoice(...args);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/sandbox is not running.*npm start/) });
    }
  });

  test("with --reset asks first, then leaves nothing of the local environment", async () => {
    const asked = await checkout.minivoice("stop", "--reset");
    expect(asked).toMatchObject({ code: 64, stderr: expect.stringContaining("--yes") });
    expect(existsSync(checkout.local())).toBe(true);
    expect((await checkout.minivoice("stop", "--reset", "--yes")).code).toBe(0);
    expect(existsSync(checkout.local())).toBe(false);
  });
});

/** Looks for each secret as it is now in everything that the commands printed, and in every file that they wrote. */
async function noLeaks(): Promise<void> {
  const shown = checkout.shown.splice(0).join("\n");
  const [sandbox, aws] = await services();
  const { applications } = JSON.parse(checkout.readLocal("sandbox", "account.json"));
  const exported = (await checkout.minivoice("pulumi", "stack", "export", "--show-secrets")).stdout;
  checkout.shown.length = 0;
  const secrets: Record<string, unknown[]> = {
    "key of the portal": [sandbox?.portalKey],
    "token of a service": [sandbox?.controlToken, aws?.token],
    "key of an application": applications.map((application: { api_key: string }) => application.api_key),
    "secret of the stack": [...exported.matchAll(/"plaintext": "\\"(.{7,})\\""/g)].map(([, text]) => text),
    "field api_key": ["api_key"],
  };
  expect(exported).toContain("minivoice:WebhookSecret");
  for (const [kind, texts] of Object.entries(secrets)) {
    expect({ kind, texts }).toEqual({ kind, texts: expect.arrayContaining([expect.stringMatching(/^.{7,}$/)]) });
    for (const text of texts) expect(shown).not.toContain(text);
  }
  // The sandbox's account and calls, the local AWS's functions with their environment, and how the two are reached.
  const allowed = ["sandbox/account.json", "sandbox/calls/", "sandbox/daemon.json"]
    .concat("aws/daemon.json", "aws/state.json", "passphrase")
    .map((name) => checkout.local(name));
  const searched = filesUnder(checkout.local()).filter((file) => !allowed.some((start) => file.startsWith(start)));
  expect(searched).toEqual(expect.arrayContaining([stateFile(), checkout.local("sandbox", "daemon.log")]));
  const found = searched.flatMap((file) => {
    const content = readFileSync(file);
    const kinds = Object.entries(secrets).filter(([, texts]) => texts.some((text) => content.includes(String(text))));
    return kinds.map(([kind]) => `${kind} in ${file}`);
  });
  expect(found).toEqual([]);
}

async function edit(voiceFile: string, from: string, to: string): Promise<void> {
  const text = checkout.read("stacks", voiceFile);
  expect(text).toContain(from);
  writeFileSync(checkout.path("stacks", voiceFile), text.replace(from, to));
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
