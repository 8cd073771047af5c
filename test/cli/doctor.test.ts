import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { renderDiagnosis } from "../../src/cli/doctor-screen.ts";
import type { Diagnosis } from "../../src/doctor/check.ts";
import { closedEnvironment } from "../closed-environment.ts";
import { printed, type Run, tracesIn } from "./checkout.ts";

const repository = join(import.meta.dirname, "..", "..");
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "doctor-"));
  cpSync(join(repository, "stacks"), join(home, "stacks"), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true }));

/** `minivoice doctor` as the front door runs it, on a machine that has nothing. */
const doctor = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const local = join(home, "local");
    const env = closedEnvironment({ HOME: home, VOICE_LOCAL_DIR: local, VOICE_STACKS_DIR: join(home, "stacks") });
    const program = [
      "--disable-warning=ExperimentalWarning",
      join(repository, "src", "cli", "main.ts"),
      "doctor",
      ...args,
    ];
    execFile(process.execPath, program, { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

describe("minivoice doctor", () => {
  test("tells a newcomer what stands between this checkout and production, and leaves nothing behind", async () => {
    const run = await doctor();
    expect(run.code).toBe(2);
    for (const line of [
      /^This machine$/m,
      /^✗ {2}API key +there is none$/m,
      /→ set PULUMI_BACKEND_URL/,
      /^production: \d+ problems/m,
    ])
      expect(run.stdout).toMatch(line);
    expect(tracesIn(printed(run))).toEqual([]);
    expect(readdirSync(home)).toEqual(["stacks"]);
  });

  test("prints the same as JSON", async () => {
    const run = await doctor("--stack", "test", "--json");
    const { stack, sections } = JSON.parse(run.stdout) as Diagnosis;
    expect({ stack, code: run.code }).toEqual({ stack: "test", code: 2 });
    expect(sections.map(({ title }) => title)).toEqual([
      ...["This machine", "Files of the stack", "State and secrets", "MiniVoice account", "AWS"],
    ]);
  });

  test("sends a stack of this machine to verify", async () => {
    expect(await doctor("-s", "local")).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("minivoice verify -s local"),
    });
  });
});

test("a diagnosis shows what to do under what is wrong, and what comes next when nothing is", () => {
  const shown = (diagnosis: Diagnosis) =>
    stripVTControlCharacters(renderDiagnosis(diagnosis, new PassThrough() as unknown as NodeJS.WriteStream));
  const about = { stack: "production", at: "2026-05-29T12:00:00Z" };
  const wrong = { name: "state", health: "problem", text: "on one machine", fix: "use a bucket" } as const;
  const open = { name: "account", health: "unchecked", text: "no answer" } as const;
  const fine = { name: "git", health: "ok", text: "abc1234" } as const;
  expect(shown({ ...about, sections: [{ title: "All", checks: [fine, wrong, open] }] })).toBe(
    [
      "All",
      "✓  git      abc1234",
      "✗  state    on one machine",
      "            → use a bucket",
      "?  account  no answer",
      "",
      "production: 1 problem, 1 could not be checked",
      "",
    ].join("\n"),
  );
  expect(shown({ ...about, sections: [{ title: "All", checks: [fine] }] })).toContain(
    "no problem. Next: npm run pulumi",
  );
});
