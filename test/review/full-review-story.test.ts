import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Review } from "../../src/review/review.ts";
import { Checkout, printed, tracesIn } from "../cli/checkout.ts";

// One stack that was deployed once, and what people do to its code, its state and its account.
const urn =
  "urn:pulumi:local::voice::voice:index:VoiceEnvironment$pulumi-nodejs:dynamic/minivoice:Application::reminders";
const voiceFile = "stacks/Voice.local.yaml";
const stateFile = () => checkout.local("state", ".pulumi", "stacks", "voice", "local.json");

let checkout: Checkout;
beforeAll(async () => {
  checkout = new Checkout();
  expect(await checkout.minivoice("start")).toMatchObject({ code: 0 });
});
afterAll(() => checkout?.remove());

const start = (...args: string[]) => checkout.begin(["review", ...args], ["src/cli/main.ts"]).ended;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
    cwd: checkout.directory,
    encoding: "utf8",
  });

function edit(file: string, from: string, to: string): void {
  const text = checkout.read(file);
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(checkout.path(file), text.replace(from, to));
}

/** What must be as it was after a review. */
const untouched = () => [checkout.changes(), readFileSync(stateFile(), "utf8"), git("rev-parse", "HEAD")];

describe("a full review", () => {
  test("of what is deployed has nothing to say, and knows the calls that were recorded", async () => {
    const before = untouched();
    const { code, stdout } = await start();
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining("Routing review of local: No caller will notice anything"),
    });
    expect(stdout).toMatch(new RegExp(`Deployed: ${git("rev-parse", "HEAD").slice(0, 8)}, state [0-9a-f]{8}`));
    expect(untouched()).toEqual(before);
  });

  test("tells the change, what was merged before it, what the engine would replace, and what drifted meanwhile", async () => {
    edit("src/flows/sales-menu.ts", "Welcome to sales.", "Welcome to sales, how can we help?");
    git("commit", "--quiet", "--all", "--message", "another greeting");
    edit(voiceFile, '"+15551230001": support', '"+15551230001": sales');
    edit(voiceFile, '"+15551230002": sales', '"+15551230002": reject');
    edit("stacks/Pulumi.local.yaml", "capabilities: managed", "capabilities: documented");
    await checkout.minivoice("pulumi", "state", "taint", urn, "--yes");
    await checkout.minivoice("sandbox", "assign", "+15551230001", "Appointment reminders (local)");
    await checkout.minivoice("sandbox", "assign", "+15551230009", "Sales menu (local)");
    const before = untouched();
    const { code, stdout } = await start("--live", "--format", "json");
    const review = JSON.parse(stdout) as Review;
    expect({ code, level: review.level, outcome: review.outcome }).toEqual({
      code: 3,
      level: "live",
      outcome: "a rule broken",
    });
    const [own, merged] = review.blocks;
    expect(own?.numbers).toMatchObject([
      { kind: "moved", from: { key: "support" }, to: { key: "sales" }, calls: 1 },
      { kind: "rejected", from: { key: "sales" }, calls: 0 },
    ]);
    expect(merged).toMatchObject({
      title: "Already merged, not yet deployed",
      numbers: [],
      flows: [{ from: "salesMenu", differences: [{ differs: ["says"] }] }],
    });
    expect(review.planned?.changes).toMatchObject([
      { kind: "application", name: "Appointment reminders (local)", op: "replace" },
      { kind: "numbers", changes: [{ text: "1 number: +15551230003" }] },
      { kind: "webhook secret", name: "webhook", changes: [{ text: "overlap" }] },
      { kind: "function", name: "voice-local-answer", changes: [{ text: "its code" }] },
    ]);
    expect(review.planned?.changes[0]?.consequences.map(({ text }) => text)).toContain(
      "1 number to be assigned by hand: until then callers reach the one before",
    );
    const broken = own?.rules.filter(({ status }) => status === "broken") ?? [];
    expect(broken.map(({ number, findings }) => [number, findings.map(({ subjects }) => subjects)])).toEqual([
      ["R2", [["+15551230002"]]],
      ["R8", [["+15551230001"], ["+15551230009"]]],
    ]);
    expect(untouched()).toEqual(before);
  });
});

describe("a full review that cannot be made says why, and exits with 1", () => {
  test("where an update is changing the state, whose lock is neither waited for nor taken", async () => {
    const directory = checkout.local("state", ".pulumi", "locks", "organization", "voice", "local");
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/0.json`, JSON.stringify({ pid: process.pid, hostname: `not-${hostname()}` }));
    const run = await start();
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("an update is changing the state of local at this moment"),
    });
    expect(readFileSync(`${directory}/0.json`, "utf8")).toContain("not-");
    rmSync(directory, { recursive: true });
  });

  test("where the program is broken, without the places of a stack", async () => {
    edit("infra/index.ts", "const settings = readSettings();", 'throw new Error("the program is broken");');
    const run = await start("--format", "markdown");
    git("checkout", "--quiet", "--", "infra");
    expect(run).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("**Could not be reviewed**"),
      stderr: expect.stringContaining("the program is broken"),
    });
    expect(run.stderr).toContain("add --offline");
    expect(tracesIn(printed(run))).toEqual([]);
    expect(printed(run)).not.toContain(checkout.directory);
  });

  test("where the passphrase is another one", async () => {
    const passphrase = checkout.readLocal("passphrase");
    writeFileSync(checkout.local("passphrase"), "another");
    const run = await start();
    writeFileSync(checkout.local("passphrase"), passphrase);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("incorrect passphrase") });
    expect(printed(run)).not.toContain(passphrase);
  });
});

test("a stack that a backend has not yet is all new, and is not created there", async () => {
  const backend = checkout.path("backend");
  mkdirSync(backend);
  const own = {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "a test",
    PULUMI_HOME: checkout.path("pulumi-home"),
    MINIVOICE_API_KEY: "mv_live_not_a_key",
  };
  const run = await checkout.begin(["review", "-s", "test"], ["src/cli/main.ts"], own).ended;
  expect(run).toMatchObject({
    code: 2,
    stdout: expect.stringContaining("Nothing of test is deployed yet"),
    stderr: "",
  });
  expect(run.stdout).toContain("Already merged, not yet deployed: Numbers");
  expect(existsSync(join(backend, ".pulumi", "stacks"))).toBe(false);
});
