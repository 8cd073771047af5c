import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ensureRunning } from "../../src/background/control.ts";
import { SandboxControl } from "../../src/sandbox/control-client.ts";
import { Checkout, printed, type Run, tracesIn } from "./checkout.ts";

// One story, told by the tests in their order: a change of five numbers is reviewed, saved, applied and undone. It is more of
// the ten that are deployed than a table's `maxChange` allows without being confirmed.
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

const exemption = `exemptions:
  rebuilding: { rule: R1, stack: local, upTo: 5, reason: The numbers of a test move., expires: ${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)} }
`;

let checkout: Checkout;
let control: SandboxControl;
/** Ids of the applications, by key. */
let ids: Record<string, string>;

beforeAll(async () => {
  checkout = new Checkout();
  const entry = checkout.path("src", "sandbox", "main.ts");
  const daemon = await ensureRunning({ name: "sandbox", stateDir: checkout.local("sandbox"), entry });
  control = new SandboxControl(daemon.url, String(daemon.controlToken));
  const more = Array.from({ length: 6 }, (_, index) => `+1555123010${index}`);
  for (const number of more) await control.addNumber(number);
  writeFileSync(
    voiceFile(),
    more.reduce((text, number) => `${text}  "${number}": sales\n`, readFileSync(voiceFile(), "utf8")),
  );
  writeFileSync(checkout.path("stacks", "review-rules.yaml"), exemption);
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  execFileSync("git", [...author, "commit", "--quiet", "--all", "--message", "more"], { cwd: checkout.directory });
  expect(await checkout.minivoice("start")).toMatchObject({ code: 0 });
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

test("what is no saved review, or not asked for correctly, is refused with the way out", async () => {
  const asked: [string[], number, string][] = [
    [["apply", "nowhere.json"], 64, "nowhere.json cannot be read"],
    [["apply", "review.json", "--soak", "1 minute"], 64, "--soak goes with --canary"],
    [["apply", "review.json", "-s", "test"], 64, "is a review of local, and -s says test"],
    [["undo", "package.json"], 1, "was not written by minivoice review --save"],
    [["review", "--offline", "--save", "other.json"], 64, "leave one of them out"],
  ];
  const runs = await Promise.all(asked.map(([args]) => minivoice(...args)));
  for (const [index, run] of runs.entries())
    expect(run).toMatchObject({ code: asked[index]?.[1], stderr: expect.stringContaining(asked[index]?.[2] ?? "") });
});

test("a review that broke a rule is not applied", async () => {
  const review = JSON.parse(readFileSync(checkout.path("review.json"), "utf8"));
  const broken = checkout.path("broken.json");
  writeFileSync(broken, JSON.stringify({ ...review, outcome: "a rule broken", exitCode: 3, brokenRules: ["R2"] }));
  expect(await minivoice("apply", broken, "--yes")).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringMatching(/this review broke R2, .*stacks\/review-rules.yaml, and review it again/),
  });
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

test("a run that is killed behind its canary is finished by the next, which leaves alone what somebody has moved since", async () => {
  const from = await live();
  const { child, ended } = checkout.begin(["apply", "review.json", "--yes", "--canary", "2"], ["src/cli/main.ts"]);
  let shown = "";
  child.stderr?.on("data", (text: string) => {
    shown += text;
    // The second time is after the canary, before its evidence.
    if (shown.split("making the review again").length > 2) child.kill("SIGKILL");
  });
  await ended;
  expect(await live()).toEqual({ ...from, "+15551230001": "sales", "+15551230002": "support" });

  const { id } = await control.createApplication({ name: "Somebody else's" });
  await control.assign("+15551230003", id);
  const run = await minivoice("apply", "review.json", "--yes", "--canary", "1");
  expect(run).toMatchObject({ code: 2 });
  const evidence = run.stdout.slice(run.stdout.indexOf("Canary: +15551230004"), run.stdout.indexOf("Updating"));
  expect(evidence).toMatch(/✓ +\+15551230004 +read back: goes to support$/m);
  expect(evidence).toMatch(/✓ +support +valid and the same each time/);
  expect(evidence).toMatch(/\? +webhooks +nobody has called these numbers since$/m);
  expect(run.stdout).toContain("Read back: 4 of 5 numbers go where it was reviewed");
  expect(run.stdout).toMatch(/\+15551230003 .*left alone: goes to .* by now/);
  const to = Object.fromEntries(Object.entries(change).map(([number, [, target]]) => [number, target]));
  expect(await live()).toEqual({ ...to, "+15551230003": "foreign" });
});

test("nothing is undone from a tree that says something else than callers hear", async () => {
  const flow = checkout.path("src", "flows", "receptionist.ts");
  const [before, text] = [await live(), readFileSync(flow, "utf8")];
  edit(flow, ["Thanks for calling.", "Good morning."]);
  const run = await minivoice("undo", "review.json", "--yes");
  writeFileSync(flow, text);
  expect(run).toMatchObject({ code: 1, stdout: "" });
  expect(run.stderr).toMatch(/receptionist: callers hear something else .* undo there: git checkout [0-9a-f]{40}$/m);
  expect(await live()).toEqual(before);
});

test("undoing puts those numbers back, and the code says so after the patch", async () => {
  await control.assign("+15551230003", ids.reminders ?? "");
  const run = await minivoice("undo", "review.json", "--yes");
  expect(run).toMatchObject({ code: 0 });
  expect(run.stderr).toContain("4 numbers go where they came from");
  expect(run.stderr).toContain("where it came from already: +15551230003");
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
