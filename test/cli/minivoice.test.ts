import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { requestOf } from "../../src/cli/commands/pulumi.ts";
import { closedEnvironment } from "../closed-environment.ts";
import { printed, type Run, tracesIn } from "./checkout.ts";

const repository = join(import.meta.dirname, "..", "..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "minivoice-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `npx minivoice …` in an empty local environment. */
const minivoice = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const env = closedEnvironment({ VOICE_LOCAL_DIR: folder });
    execFile(join(repository, "src", "cli", "bin.mjs"), args, { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

describe("minivoice", () => {
  test("has help with examples, for itself and for each command", async () => {
    const help = await minivoice("--help");
    expect(help.code).toBe(0);
    const commands = [
      "start",
      "status",
      "call",
      "calls",
      "events",
      "flow",
      "sandbox",
      "review",
      "apply",
      "undo",
      "up",
      "pending",
      "verify",
      "doctor",
      "policies",
      "pulumi",
      "stop",
    ];
    for (const command of commands) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command} `, "m"));
      expect(await minivoice("help", command)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("Usage: minivoice"),
      });
    }
    expect(help.stdout).toContain("minivoice call +15551230001 --press 1");
    expect(help.stdout).toContain("64 not asked for correctly");
  });

  test.each([
    ["an unknown command", ["frobnicate"], "unknown command 'frobnicate'"],
    ["an unknown option", ["stop", "--frobnicate"], "unknown option '--frobnicate'"],
    ["no number to call", ["call"], "missing required argument 'number'"],
    ["a number that is not E.164", ["call", "0555"], '"0555" is no E.164 number'],
    ["a point that the checklist does not have", ["verify", "--only", "1,8"], '"1,8" names no points of the checklist'],
    ["an account that is none", ["policies", "--role", "deploy", "--account", "12"], '"12" is no AWS account'],
    ["a record of a live stack", ["verify", "-s", "test", "--record"], "test is a live stack"],
    ["no call to show", ["calls", "show"], "missing required argument 'call-id'"],
    ["a time without a unit", ["calls", "list", "--since", "7"], '"7" is no time: write it as "12 hours"'],
    ["a reset with nobody to ask", ["stop", "--reset"], "add --yes"],
  ])("answers %s with one clear line and exit code 64", async (_, args, message) => {
    const refused = await minivoice(...args);
    expect(refused).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining(message) });
    expect(tracesIn(printed(refused))).toEqual([]);
  });

  test("answers what needs the sandbox with how to start it, and exit code 1", async () => {
    for (const args of [
      ["call", "+15551230001"],
      ["sandbox", "numbers"],
      ["pulumi", "up"],
      ["pulumi", "preview"],
      ["verify"],
    ]) {
      const refused = await minivoice(...args);
      expect(refused).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/^error: the MiniVoice sandbox is not running.*npm start/),
      });
    }
  });

  test("reads calls and events of real stacks only, and takes no probe for a call", async () => {
    for (const args of [
      ["calls", "list", "-s", "test"],
      ["calls", "show", "call_1", "-s", "test"],
      ["events", "list", "-s", "test"],
      ["events", "redrive", "--dry-run", "-s", "test"],
    ]) {
      const refused = await minivoice(...args);
      expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("set PULUMI_BACKEND_URL") });
    }
    expect(await minivoice("calls", "show", "probe_1")).toMatchObject({
      code: 2,
      stderr: "probe_1 is a probe, not a call\n",
    });
  });

  test("hands Pulumi's own help and exit codes on", async () => {
    expect(await minivoice("pulumi", "--help")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("pulumi new"),
    });
    expect((await minivoice("pulumi", "frobnicate")).code).not.toBe(0);
  });
});

describe("what is asked of Pulumi", () => {
  test.each([
    [["preview"], { stack: "local", command: "preview" }],
    [["preview", "-s", "test"], { stack: "test", command: "preview" }],
    [["-s", "test", "preview"], { stack: "test", command: "preview" }],
    [["preview", "--stack=production"], { stack: "production", command: "preview" }],
    [["preview", "-stest"], { stack: "test", command: "preview" }],
    [["up", "--stack", "organization/voice/test", "--yes"], { stack: "organization/voice/test", command: "up" }],
    [["stack", "output", "--json"], { stack: "local", command: "stack", subcommand: "output" }],
    [["up", "-h"], { command: "up", help: true }],
  ])("%j is understood", (args, request) => {
    expect(requestOf(args, {})).toMatchObject(request);
  });

  test("PULUMI_STACK counts where no argument names a stack", () => {
    expect(requestOf(["preview"], { PULUMI_STACK: "test" }).stack).toBe("test");
    expect(requestOf(["preview", "-s", "local"], { PULUMI_STACK: "test" }).stack).toBe("local");
  });
});
