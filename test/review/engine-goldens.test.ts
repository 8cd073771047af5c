import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { ChangeBlock, Review } from "../../src/review/review.ts";
import { rules } from "../../src/review/rules/index.ts";
import { printed, tracesIn } from "../cli/checkout.ts";
import { changes } from "./changes.ts";
import { DeployedProject } from "./deployed-project.ts";
import {
  accountNumbers,
  born,
  byHand,
  type Changes,
  deployed,
  everyRule,
  merged,
  withinTheRules,
} from "./engine-changes.ts";
import { expectGolden } from "./golden.ts";

// One stack, deployed once. Every review runs the real engine, which takes seconds: so each is of many changes at once.
let project: DeployedProject;
const inTenMonths = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10);
const broken = everyRule(inTenMonths);
const calls = { "+15551240002": 1 };

beforeAll(async () => {
  project = new DeployedProject();
  await project.deploy(deployed, accountNumbers);
  for (const number of Object.keys(calls)) await project.call(number);
});
afterEach(() => project.reset());
afterAll(() => project?.remove());

const edit = (edits: Changes) => project.edit(...Object.values(edits).flat());

/** Reviews the working tree, and holds the report against the one that somebody has read and found right. */
async function expectReport(name: string, { stack = "test", args = [] as string[] } = {}): Promise<Review> {
  const before = project.traces();
  const { run, review, report } = await project.review(stack, ...args);
  expect(printed(run)).toBe("");
  expect(run.code).toBe(review.exitCode);
  expectGolden(join("engine", `${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}.md`), report);
  expect(project.traces()).toEqual(before);
  return review;
}

/** What the two versions of the code tell alone is told in the same words by a review that knows the state and the account. */
async function expectAsOffline({ blocks }: Review): Promise<void> {
  const ofTheCode = ({ rules, ...block }: ChangeBlock) => ({
    ...block,
    rules: rules.filter(({ number }) => number !== "R8"),
  });
  const offline = await project.offline(calls);
  expect(blocks.map(ofTheCode)).toEqual(JSON.parse(JSON.stringify(offline.blocks)));
}

describe("through the real engine, a report", () => {
  test("of what is deployed has nothing to say", async () => {
    const review = await expectReport("nothing to say");
    expect(review).toMatchObject({ exitCode: 0, callsKnown: true });
  });

  test("of every kind of change says the same as one of the code alone, and what the engine would do beyond that", async () => {
    edit(withinTheRules);
    const review = await expectReport("every kind of change within the rules");
    expect(review.exitCode).toBe(2);
    await expectAsOffline(review);
  });

  test("of a change that breaks every rule names each of them", async () => {
    const { control } = project.sandbox;
    const ids = new Map((await control.listApplications()).map(({ name, id }) => [name, id]));
    await control.assign("+15551241000", ids.get("Billing (test)") ?? "");
    await control.assign("+15551240009", ids.get("Sales menu (test)") ?? "");
    await control.editApplication(ids.get("Hotline (test)") ?? "", { name: "Hotline | `old`" });
    edit(broken);
    const review = await expectReport("every rule broken", { args: ["--live"] });
    expect(review.blocks[0]?.rules.map(({ number, status }) => [number, status])).toEqual(
      rules.map(({ number }) => [number, "broken"]),
    );
    await expectAsOffline(review);
  });

  test("tells what was merged before, what the program does otherwise than the voice file says, and what is left to do by hand", async () => {
    edit(merged);
    project.commit("merged");
    edit(byHand);
    const review = await expectReport("what is merged, by the program, and by hand");
    expect(review.blocks).toHaveLength(2);
  });

  test("of a stack that a backend has not yet says that all is new, and does not create it there", async () => {
    edit(born);
    const review = await expectReport("a stack that is not born", { stack: "staging" });
    expect(review.exitCode).toBe(2);
    expect(existsSync(project.stateFile.replace("test.json", "staging.json"))).toBe(false);
  });

  test("is there of each rule and of each kind of change that has a report of its own", () => {
    const shown = [withinTheRules, broken, merged, byHand, born].flatMap(Object.keys);
    expect(["nothing to say", ...shown]).toEqual(expect.arrayContaining(Object.keys(changes)));
  });
});

describe("a full review that cannot be made says why, and exits with 1", () => {
  test("where an update is changing the state, whose lock is neither waited for nor taken", async () => {
    const directory = join(project.backend, ".pulumi", "locks", "organization", "voice", "test");
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/0.json`, JSON.stringify({ pid: process.pid, hostname: `not-${hostname()}` }));
    const run = await project.minivoice(["review", "-s", "test"]);
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("an update is changing the state of test at this moment"),
    });
    expect(readFileSync(`${directory}/0.json`, "utf8")).toContain("not-");
    rmSync(directory, { recursive: true });
  });

  test("where the program is broken, without the places of a stack", async () => {
    project.edit(["infra/index.ts", "const settings = readSettings();", 'throw new Error("the program is broken");']);
    const run = await project.minivoice(["review", "-s", "test", "--format", "markdown"]);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("the program is broken") });
    expectGolden(join("engine", "a-program-that-is-broken.md"), run.stdout);
    expect(tracesIn(printed(run))).toEqual([]);
    expect(printed(run)).not.toContain(project.checkout.directory);
  });

  test("where the passphrase is another one", async () => {
    const run = await project.minivoice(["review", "-s", "test"], { PULUMI_CONFIG_PASSPHRASE: "another" });
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("incorrect passphrase") });
    expect(printed(run)).not.toContain("a test");
  });
});
