import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { closedEnvironment } from "../closed-environment.ts";
import { DeployedProject } from "../review/deployed-project.ts";
import { type Run, tracesIn } from "./checkout.ts";

// One story, told by the tests in their order, on a backend of somebody's own: a change of five numbers is reviewed and saved,
// applied from another folder, in two runs, and undone. It is more of the ten that are deployed than a table's `maxChange` allows
// without being confirmed.
const SECRET = "obviously-fake-secret-of-this-test";
const VOICE_FILE = "stacks/Voice.test.yaml";
const FLOW = "src/flows/receptionist.ts";
const change = {
  "+15551240002": ["sales", "support"],
  "+15551240003": ["reminders", "sales"],
  "+15551240004": [undefined, "support"],
  "+15551240009": ["reject", "support"],
  "+15551240100": ["sales", "reminders"],
} as const;
const names = {
  support: "Support IVR (test)",
  sales: "Sales menu (test)",
  reminders: "Appointment reminders (test)",
};
const more = Array.from({ length: 6 }, (_, index) => `+1555124010${index}`);
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

let project: DeployedProject;
/** The folder that the story goes on in: another one than that of the review. */
let folder: string;
/** Ids of the applications, by key. */
let ids: Record<string, string>;

beforeAll(async () => {
  project = new DeployedProject();
  folder = project.checkout.directory;
  const rejected = '  "+15551240009": reject\n';
  await project.deploy(
    [
      [VOICE_FILE, rejected, more.reduce((text, number) => `${text}  "${number}": sales\n`, rejected)],
      [
        "stacks/Pulumi.test.yaml",
        "capabilities: documented",
        "capabilities: managed\n  voice:allow: { live-stays-live: The account of this stack is a sandbox. }",
      ],
      [
        "stacks/review-rules.yaml",
        "",
        `exemptions:\n  rebuilding: { rule: R1, stack: test, upTo: 5, reason: Its numbers move., expires: ${tomorrow} }\n`,
      ],
    ],
    [...Object.keys(change), "+15551240001", ...more.slice(1)],
  );
  await project.sandbox.control.assign("+15551240004", null);
  const applications = await project.sandbox.control.listApplications();
  ids = Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, applications.find((one) => one.name === name)?.id ?? ""]),
  );
  await project.must("pulumi", "config", "set", "-s", "test", "--secret", "demo:pin", SECRET);
  project.commit("set");
});
afterAll(async () => {
  await project?.remove();
  for (const beside of ["copy", "engine"])
    rmSync(`${project?.checkout.directory}-${beside}`, { recursive: true, force: true });
});

const begin = (args: string[], own: Record<string, string> = {}) =>
  project.checkout.begin(args, [path("src/cli/main.ts")], { ...project.environment(), ...own });
const minivoice = (...args: string[]): Promise<Run> => begin(args).ended;
const path = (name: string): string => join(folder, name);

function edited(file: string, ...edits: [from: string, to: string][]): string {
  return edits.reduce((before, [from, to]) => before.replace(from, () => to), readFileSync(path(file), "utf8"));
}

/** The engine, but that somebody edits the working tree in the moment before its second deployment. */
function engineBehind(edits: Readonly<Record<string, string>>): string {
  const at = (name: string) => join(`${project.checkout.directory}-engine`, name);
  for (const [file, text] of Object.entries(edits)) {
    mkdirSync(dirname(at(`edits/${file}`)), { recursive: true });
    writeFileSync(at(`edits/${file}`), text);
  }
  const script = `#!/bin/sh
if [ "$1" = up ]; then
  echo >> "${at("deployments")}"
  if [ "$(wc -l < "${at("deployments")}")" -eq 2 ]; then cp -R "${at("edits")}/." "${folder}/"; fi
fi
exec "${closedEnvironment().PULUMI_COMMAND}" "$@"
`;
  writeFileSync(at("pulumi"), script, { mode: 0o700 });
  return at("pulumi");
}

/** Where the numbers go, by the keys of the applications. */
async function live(): Promise<Record<string, string>> {
  const keys = new Map(Object.entries(ids).map(([key, id]) => [id, key]));
  const numbers = (await project.sandbox.control.listNumbers()).filter(({ number }) => number in change);
  return Object.fromEntries(
    numbers.map(({ number, mode, applicationId }) => [
      number,
      applicationId ? (keys.get(applicationId) ?? "foreign") : mode,
    ]),
  );
}

/** What the stack's outputs tell of the flows that callers hear. */
function flowsDeployed(): unknown {
  const state = JSON.parse(readFileSync(project.stateFile, "utf8"));
  const resources: { type: string; outputs?: { environment?: { flows: object } } }[] =
    state.checkpoint.latest.resources;
  const flows = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.environment?.flows;
  expect(flows).toMatchObject({ receptionist: expect.any(String) });
  return flows;
}

/** The standings of the numbers in a document, by number. */
const kindsIn = (numbers: Record<string, { standing: { kind: string } }>): Record<string, string> =>
  Object.fromEntries(Object.entries(numbers).map(([number, { standing }]) => [number, standing.kind]));

test("a review is saved: where each number goes, and is to go", async () => {
  writeFileSync(
    path(VOICE_FILE),
    edited(
      VOICE_FILE,
      ['"+15551240002": sales', '"+15551240002": support'],
      ['"+15551240003": reminders', '"+15551240003": sales\n  "+15551240004": support'],
      ['"+15551240009": reject', '"+15551240009": support'],
      ['"+15551240100": sales', '"+15551240100": reminders'],
    ),
  );
  expect(await minivoice("review", "-s", "test", "--save", "review.json")).toMatchObject({ code: 2, stderr: "" });
  const saved = JSON.parse(project.checkout.read("review.json"));
  expect(saved.numbers).toMatchObject({
    "+15551240002": { from: { target: "sales", route: ids.sales }, to: { target: "support", route: ids.support } },
    "+15551240004": { from: { route: "reject" }, to: { target: "support", route: ids.support } },
    "+15551240009": { from: { target: "reject", route: "reject" }, to: { target: "support", route: ids.support } },
  });
  expect(Object.keys(saved.parts.configuration)).toContain("demo:pin");
  // From here on everything is done as on another machine: what was reviewed is the same there.
  const filter = (name: string) => name !== path(".local");
  cpSync(folder, `${folder}-copy`, { recursive: true, verbatimSymlinks: true, filter });
  folder = `${folder}-copy`;
});

test("what is not asked for correctly is refused with the way out", async () => {
  const asked: [string[], string][] = [
    [["apply", "review.json", "--soak", "1 minute"], "--soak goes with --canary"],
    [["review", "--offline", "--save", "other.json"], "leave one of them out"],
  ];
  const runs = await Promise.all(asked.map(([args]) => minivoice(...args)));
  for (const [index, run] of runs.entries())
    expect(run).toMatchObject({ code: 64, stderr: expect.stringContaining(asked[index]?.[1] ?? "") });
});

test("a review that broke a rule is not applied, and programs are told so, too", async () => {
  const review = JSON.parse(project.checkout.read("review.json"));
  const broken = project.checkout.path("broken.json");
  writeFileSync(broken, JSON.stringify({ ...review, outcome: "a rule broken", exitCode: 3, brokenRules: ["R2"] }));
  const run = await minivoice("apply", broken, "--yes", "--json");
  const reason = expect.stringMatching(/this review broke R2, .*stacks\/review-rules.yaml, and review it again/);
  expect(run).toMatchObject({ code: 3, stderr: reason });
  const document = { format: 1, outcome: "not as reviewed", exitCode: 3, reasons: [reason], stack: "test" };
  expect(JSON.parse(run.stdout)).toMatchObject(document);
});

test("a canary moves and shows that it answers; the rest does not, where somebody edits the code in the moment before", async () => {
  const from = await live();
  const texts = [VOICE_FILE, FLOW].map((file) => [path(file), readFileSync(path(file), "utf8")] as const);
  const PULUMI_COMMAND = engineBehind({
    [VOICE_FILE]: edited(VOICE_FILE, ['"+15551240009": support', '"+15551240009": reminders']),
    [FLOW]: edited(FLOW, ["Thanks for calling.", "Good morning."]),
  });
  const args = ["apply", "review.json", "--yes", "--json", "--canary", "2", "--soak", "2 seconds"];
  const { child, ended } = begin(args, { PULUMI_COMMAND });
  let shown = "";
  let called: Promise<unknown> | undefined;
  child.stderr?.on("data", (text: string) => {
    shown += text;
    if (shown.includes("waiting for calls until")) called ??= project.call("+15551240002");
  });
  const run = await ended;
  await called;
  for (const [file, text] of texts) writeFileSync(file, text);

  const { numbers, canary, ...ending } = JSON.parse(run.stdout);
  expect(canary.numbers).toEqual(["+15551240002", "+15551240003"]);
  expect(canary.evidence).toMatchObject([
    { subject: "+15551240002", outcome: "passed", text: "read back: goes to support" },
    { subject: "+15551240003", outcome: "passed", text: "read back: goes to sales" },
    { subject: "support", outcome: "passed", text: expect.stringContaining("valid and the same each time") },
    { subject: "sales", outcome: "passed" },
    { subject: "webhooks", outcome: "passed", text: expect.stringMatching(/^\d+ events of 1 call recorded since$/) },
  ]);
  expect(ending).toMatchObject({
    outcome: "not as reviewed",
    exitCode: 3,
    reasons: [
      "the code of the function voice-test-answer is another one",
      "the voice file: its routes",
      "the state: what is deployed is not what was deployed then",
      "+15551240009 was to go to support, and would go to reminders",
      "Function voice-test-answer: the engine would update it, which nobody reviewed",
    ],
  });
  const moved = { "+15551240002": "there", "+15551240003": "there" };
  const stayed = { "+15551240004": "waits", "+15551240009": "waits", "+15551240100": "waits" };
  expect(kindsIn(numbers)).toEqual({ ...moved, ...stayed });
  expect(run.code).toBe(3);
  expect(run.stderr).toContain("violates plan");
  expect(run.stderr).toContain("minivoice review -s test --save review.json");
  expect(await live()).toEqual({ ...from, "+15551240002": "support", "+15551240003": "sales" });
});

test("undoing a canary is about its numbers, and nothing is done unasked", async () => {
  const before = await live();
  const run = await minivoice("undo", "review.json", "--json");
  expect(run).toMatchObject({ code: 64, stderr: expect.stringContaining("there is nobody to ask") });
  expect(JSON.parse(run.stdout)).toMatchObject({
    outcome: "could not be undone",
    reasons: ["there is nobody to ask whether to put them back: add --yes"],
    numbers: {
      "+15551240002": { kind: "waits", from: ids.support, route: ids.sales, target: "sales" },
      "+15551240003": { kind: "waits", from: ids.sales, route: ids.reminders, target: "reminders" },
      "+15551240004": { kind: "already", target: "reject" },
      "+15551240009": { kind: "already", target: "reject" },
      "+15551240100": { kind: "already", target: "sales" },
    },
    review: { stack: "test", outcome: "changes within the rules" },
  });
  expect(await live()).toEqual(before);
});

test("the same command goes on, leaves alone what somebody has moved since, and shows that all it moves answer", async () => {
  const { id } = await project.sandbox.control.createApplication({ name: "Somebody else's" });
  await project.sandbox.control.assign("+15551240100", id);
  const run = await minivoice("apply", "review.json", "--yes", "--canary", "9");
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("a part of it is deployed already") });
  expect(run.stdout).toContain("Canary: +15551240004, +15551240009\n");
  expect(run.stdout).toContain("read back: goes to support");
  expect(run.stdout).toContain("Read back: 4 of 5 numbers go where it was reviewed");
  expect(run.stdout).toMatch(/\+15551240100 .*left alone: goes to .* by now/);
  const to = Object.fromEntries(Object.entries(change).map(([number, [, target]]) => [number, target]));
  expect(await live()).toEqual({ ...to, "+15551240100": "foreign" });
});

test("undoing puts those numbers back and no other, whatever the tree says by now, and the patch says so in the code", async () => {
  const heard = flowsDeployed();
  writeFileSync(path(FLOW), edited(FLOW, ["Thanks for calling.", "Good morning."]));
  const run = await minivoice("undo", "review.json", "--yes");
  expect(run).toMatchObject({ code: 2 });
  expect(run.stderr).toContain("4 numbers go where they came from");
  expect(run.stderr).toMatch(/\+15551240100 stays as it is: it goes to \S+ by now, where this change did not put it/);
  expect(run.stderr).toContain("Undoing a change of test");
  const from = Object.fromEntries(Object.entries(change).map(([number, [target]]) => [number, target ?? "reject"]));
  expect(await live()).toEqual({ ...from, "+15551240100": "foreign" });
  // The flow is edited and not deployed, and later reviews are to know that.
  expect(flowsDeployed()).toEqual(heard);
  execFileSync("git", ["apply"], { cwd: folder, input: run.stdout });
  const text = readFileSync(path(VOICE_FILE), "utf8");
  expect(text).toContain('"+15551240003": reminders\n  "+15551240004": reject\n');
  // Somebody has to decide where the one that was left alone is to go.
  expect(text).toContain('"+15551240100": reminders\n');
});

test("nobody saw a secret, or a stack trace, in all of it", () => {
  const shown = project.checkout.shown.join("\n");
  for (const secret of [SECRET, project.sandbox.portalKey])
    expect(shown + project.checkout.read("review.json")).not.toContain(secret);
  expect(shown).not.toMatch(/mv_live_[a-z0-9]{8}/);
  expect(tracesIn(shown)).toEqual([]);
});
