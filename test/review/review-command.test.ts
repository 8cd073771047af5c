import { type ChildProcess, execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { tracesIn } from "../cli/checkout.ts";
import { closedEnvironment } from "../closed-environment.ts";
import { eventually } from "../eventually.ts";
import { Project } from "./project.ts";

const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
let project: Project;
let folder: string;
let temporary: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "review-command-"));
  temporary = join(folder, "tmp");
  mkdirSync(temporary);
  project = new Project();
});
/** Whatever a test did to the working tree. */
afterEach(() => {
  project.git("reset", "--quiet", "--hard");
  project.git("clean", "--quiet", "-fd");
  expect(readdirSync(temporary)).toEqual([]);
});
afterAll(() => {
  project.remove();
  rmSync(folder, { recursive: true });
});

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

function begin(args: string[]): { child: ChildProcess; ended: Promise<Ran> } {
  const { promise: ended, resolve } = Promise.withResolvers<Ran>();
  const env = closedEnvironment({ TMPDIR: temporary });
  const command = ["--disable-warning=ExperimentalWarning", main, "review", "--project", project.directory, ...args];
  const child = execFile(process.execPath, command, { cwd: folder, env }, (error, stdout, stderr) => {
    expect(tracesIn(stdout + stderr)).toEqual([]);
    resolve({ code: Number(error?.code ?? (error ? 1 : 0)), stdout, stderr });
  });
  return { child, ended };
}

const review = (...args: string[]): Promise<Ran> => begin(["--offline", "-s", "test", ...args]).ended;

const moveANumber = () => project.edit("stacks/Voice.test.yaml", '"+15551240001": support', '"+15551240001": sales');

describe("minivoice review", () => {
  test("exits with 0 when nothing changes", async () => {
    expect(await review()).toEqual({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("Routing review of test: No caller will notice anything"),
    });
  });

  test("exits with 2 for changes within the rules, and writes files in the formats of their endings", async () => {
    moveANumber();
    const [out, calls] = [join(folder, "review.md"), join(folder, "calls.json")];
    writeFileSync(calls, '{"+15551240001": 1204}');
    const page = join(folder, "review.html");
    expect(await review("--out", out, "--out", page, "--calls", calls)).toEqual({ code: 2, stdout: "", stderr: "" });
    expect(readFileSync(out, "utf8")).toContain("| Numbers | Before | After | Calls in 7 days |");
    expect(readFileSync(out, "utf8")).toContain("| 1,204 |");
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>/);
    expect(readdirSync(folder).sort()).toEqual(["calls.json", "review.html", "review.md", "tmp"]);
  });

  test("exits with 3 when a rule is broken, and changes nothing in the repository", async () => {
    project.edit("stacks/Voice.test.yaml", '"+15551240001": support', '"+15551240001": reject');
    const before = project.git("status", "--porcelain");
    const { code, stdout } = await review("--format", "json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "a rule broken", exitCode: 3 });
    expect(project.git("status", "--porcelain")).toBe(before);
  });

  test("exits with 1 when it cannot be made, and its report says so, never to be taken for silence", async () => {
    project.edit("stacks/Voice.test.yaml", '"+15551240001": support', '"+15551240001": nowhere');
    const { code, stdout, stderr } = await review("--format", "markdown");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: stacks\/Voice\.test\.yaml:7:19: /),
    });
    expect(stdout).toContain("⚠️ **Could not be reviewed**");
    expect(stdout).toContain('no application "nowhere"');
  });

  test("exits with 64 when it was not asked for correctly", async () => {
    const notCounts = join(folder, "not-counts.json");
    writeFileSync(notCounts, '{"name": 1}');
    const wrong: [string[], string][] = [
      [[], "--project goes with --offline"],
      [["--offline", "--live"], "--offline and --live exclude each other"],
      [["--offline", "--ids"], "--ids are in the state"],
      [["--offline", "--format", "pdf"], "Allowed choices are terminal, markdown, html, json"],
      [["--offline", "--flow-time", "30"], '"30" is no time'],
      [["--offline", "--calls", notCounts], 'expected JSON such as {"+15551230001": 42}'],
      [["--offline", "--calls", "nowhere.json"], "--calls nowhere.json cannot be read"],
      [["--offline", "--out", "nowhere/review.md"], "--out nowhere/review.md: there is no folder "],
      [["--offline", "--project", main], "main.ts is no folder"],
      [["--offline", "--out", temporary], "is a folder: name a file in it"],
    ];
    const runs = await Promise.all(wrong.map(([args]) => begin(args).ended));
    expect(runs).toEqual(
      wrong.map(([, message]) => ({ code: 64, stdout: "", stderr: expect.stringContaining(message) })),
    );
  });

  test("leaves nothing behind when it is interrupted", async () => {
    project.edit("src/flows/index.ts", "export const flows", "for (;;);\nexport const flows");
    const { child, ended } = begin(["--offline", "-s", "test"]);
    const isCopied = (name: string) => existsSync(join(temporary, name, "head", "node_modules"));
    await eventually(() => readdirSync(temporary).some(isCopied));
    child.kill("SIGINT");
    expect(await ended).toMatchObject({
      code: 130,
      stdout: "",
      stderr: expect.stringContaining("interrupted: nothing was changed"),
    });
  });
});
