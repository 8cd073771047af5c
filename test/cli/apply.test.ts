import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readDaemon } from "../../src/background/control.ts";
import { SandboxControl } from "../../src/sandbox/control-client.ts";
import { eventually } from "../eventually.ts";
import { Checkout, printed, type Run, tracesIn } from "./checkout.ts";

// One story, told by the tests in their order: a change of five numbers is reviewed, saved, applied and undone.
const SECRET = "obviously-fake-secret-of-this-test";
const change = {
  "+15551230001": ["support", "sales"],
  "+15551230002": ["sales", "support"],
  "+15551230003": ["reminders", "sales"],
  "+15551230004": [undefined, "support"],
  "+15551230009": ["reject", "support"],
} as const;
const names = {
  support: "Support IVR (local)",
  sales: "Sales menu (local)",
  reminders: "Appointment reminders (local)",
};

let checkout: Checkout;
let control: SandboxControl;
/** Ids of the applications, by key. */
let ids: Record<string, string>;

beforeAll(async () => {
  checkout = new Checkout();
  expect(await checkout.minivoice("start")).toMatchObject({ code: 0 });
  const daemon = await readDaemon(checkout.local("sandbox"));
  control = new SandboxControl(String(daemon?.url), String(daemon?.controlToken));
  await control.assign("+15551230004", null);
  const applications = await control.listApplications();
  ids = Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, applications.find((one) => one.name === name)?.id ?? ""]),
  );
  expect(await minivoice("pulumi", "config", "set", "--secret", "demo:pin", SECRET)).toMatchObject({ code: 0 });
});
afterAll(() => checkout?.remove());

const minivoice = (...args: string[]): Promise<Run> => checkout.begin(args, ["src/cli/main.ts"]).ended;
const voiceFile = () => checkout.path("stacks", "Voice.local.yaml");

function edit(file: string, ...edits: [from: string, to: string][]): void {
  const text = edits.reduce((before, [from, to]) => before.replace(from, () => to), readFileSync(file, "utf8"));
  writeFileSync(file, text);
}

/** Where the numbers go, by the keys of the applications. */
async function live(): Promise<Record<string, string>> {
  const keys = new Map(Object.entries(ids).map(([key, id]) => [id, key]));
  const numbers = (await control.listNumbers()).filter(({ number }) => number in change);
  return Object.fromEntries(
    numbers.map(({ number, mode, applicationId }) => [
      number,
      applicationId ? (keys.get(applicationId) ?? "foreign") : mode,
    ]),
  );
}

test("a review is saved, the same on another machine, and no secret is in it", async () => {
  edit(
    voiceFile(),
    ['"+15551230001": support', '"+15551230001": sales'],
    ['"+15551230002": sales', '"+15551230002": support'],
    ['"+15551230003": reminders', '"+15551230003": sales\n  "+15551230004": support'],
    ['"+15551230009": reject', '"+15551230009": support'],
  );
  const elsewhere = `${checkout.directory}-copy`;
  cpSync(checkout.directory, elsewhere, { recursive: true, verbatimSymlinks: true });
  try {
    const review = (file: string, program: string) => checkout.begin(["review", "--save", file], [program]).ended;
    const runs = await Promise.all([
      review(checkout.path("review.json"), "src/cli/main.ts"),
      review(join(elsewhere, "review.json"), join(elsewhere, "src/cli/main.ts")),
    ]);
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([
      [2, ""],
      [2, ""],
    ]);
    const [saved, other] = [checkout.path("review.json"), join(elsewhere, "review.json")].map((file) =>
      JSON.parse(readFileSync(file, "utf8")),
    );
    expect(other.digest).toBe(saved.digest);
    expect(other.parts).toEqual(saved.parts);
    expect(saved.numbers).toMatchObject({
      "+15551230001": { from: { target: "support", route: ids.support }, to: { target: "sales", route: ids.sales } },
      "+15551230004": { from: { route: "reject" }, to: { target: "support", route: ids.support } },
      "+15551230009": { from: { target: "reject", route: "reject" }, to: { target: "support", route: ids.support } },
    });
    expect(Object.keys(saved.parts.configuration)).toContain("demo:pin");
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test("what moved since is named, and nothing is written", async () => {
  const before = await live();
  const [voice, flow] = [voiceFile(), checkout.path("src", "flows", "receptionist.ts")];
  const texts = [voice, flow].map((file) => [file, readFileSync(file, "utf8")] as const);
  edit(voice, ['"+15551230001": sales', '"+15551230001": reminders']);
  edit(flow, ["Thanks for calling.", "Good morning."]);
  const run = await minivoice("apply", "review.json", "--yes");
  for (const [file, text] of texts) writeFileSync(file, text);
  expect(run.code).toBe(3);
  const reasons = run.stderr.split("\n").filter((line) => line.startsWith("  "));
  expect(reasons.map((line) => line.trim())).toEqual([
    "the code of the function voice-local-answer is another one",
    "the voice file: its routes",
    "the flow receptionist is another one",
    "+15551230001 was to go to sales, and would go to reminders",
    "Function voice-local-answer: the engine would update it, which nobody reviewed",
  ]);
  expect(run.stderr).toContain("minivoice review -s local --save review.json");
  expect(await live()).toEqual(before);
});

test("a canary shows that it answers; a run that is killed then is finished by the next, which leaves alone what somebody has moved", async () => {
  const { child, ended } = checkout.begin(["apply", "review.json", "--yes", "--canary", "2"], ["src/cli/main.ts"]);
  let shown = "";
  child.stdout?.on("data", (text: string) => {
    shown += text;
    if (/^\? +webhooks/m.test(shown)) child.kill("SIGKILL");
  });
  await ended;
  expect(shown.match(/✓ +\+1\d+ +read back: goes to (support|sales)$/gm)).toHaveLength(2);
  expect(shown).toMatch(/✓ +support +valid and the same each time/);
  expect(shown).toMatch(/✓ +sales +valid and the same each time/);
  await eventually(() => engines().every((pid) => !isAlive(pid)));

  const { id } = await control.createApplication({ name: "Somebody else's" });
  await control.assign("+15551230003", id);
  const run = await minivoice("apply", "review.json", "--yes");
  expect(run).toMatchObject({ code: 2 });
  expect(run.stdout).toContain("Read back: 4 of 5 numbers go where it was reviewed");
  expect(run.stdout).toMatch(/\+15551230003 .*left alone: goes to .* by now/);
  const to = Object.fromEntries(Object.entries(change).map(([number, [, target]]) => [number, target]));
  expect(await live()).toEqual({ ...to, "+15551230003": "foreign" });
});

test("undoing puts those numbers back, and the code says so after the patch", async () => {
  await control.assign("+15551230003", ids.reminders ?? "");
  const run = await minivoice("undo", "review.json", "--yes");
  expect(run).toMatchObject({ code: 0 });
  expect(run.stderr).toContain("4 numbers go where they came from");
  expect(run.stderr).toContain("+15551230003 is where it came from");
  expect(run.stderr).toContain("Undoing a change of local");
  const from = Object.fromEntries(Object.entries(change).map(([number, [target]]) => [number, target ?? "reject"]));
  expect(await live()).toEqual(from);
  execFileSync("git", ["apply"], { cwd: checkout.directory, input: run.stdout });
  expect(readFileSync(voiceFile(), "utf8")).toContain('"+15551230003": reminders\n  "+15551230004": reject\n');
  const preview = await minivoice("pulumi", "preview", "--expect-no-changes");
  expect(preview).toMatchObject({ code: 0 });
});

test("nobody saw a secret, or a stack trace, in all of it", () => {
  const shown = checkout.shown.join("\n") + readFileSync(checkout.path("review.json"), "utf8");
  for (const secret of [SECRET, checkout.readLocal("passphrase")]) expect(shown).not.toContain(secret);
  expect(tracesIn(checkout.shown.join("\n"))).toEqual([]);
  expect(printed({ code: 0, stdout: shown, stderr: "" })).not.toMatch(/mv_live_[a-z0-9]{8}/);
});

/** The processes of the engine that hold a lock. */
function engines(): number[] {
  const directory = checkout.local("state", ".pulumi", "locks", "organization", "voice", "local");
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(".json")) : [];
  return files.map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")).pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
