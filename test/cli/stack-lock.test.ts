import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { clearDeadLocks, liveLock, locksOf } from "../../src/cli/stack-lock.ts";

let stateDir: string;
const workspace = () => ({ local: true, stack: "local", project: "voice", command: "", cwd: "", env: {}, stateDir });
const directory = () => join(stateDir, ".pulumi", "locks", "organization", "voice", "local");

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "locks-"));
  mkdirSync(directory(), { recursive: true });
});
afterEach(() => rmSync(stateDir, { recursive: true }));

/** A lock as the engine's file backend writes it, with its file of attributes. */
function lock(text: object | string): void {
  const name = join(directory(), "452bca35.json");
  writeFileSync(name, typeof text === "string" ? text : JSON.stringify({ username: "someone", ...text }));
  writeFileSync(`${name}.attrs`, "{}");
}
const left = () => readdirSync(directory()).length;
const clear = () => {
  const said: string[] = [];
  clearDeadLocks(workspace(), (text) => said.push(text));
  return said;
};

describe("a lock of the engine", () => {
  test("is removed when its process is gone on this host", () => {
    lock({ pid: 999999999, hostname: hostname() });
    expect(clear()).toEqual(["removed the lock of a Pulumi run that is gone (process 999999999)"]);
    expect(left()).toBe(0);
  });

  test("is removed when its number now belongs to another program", () => {
    lock({ pid: process.pid, hostname: hostname() });
    expect(clear()).toHaveLength(1);
  });

  test("is removed when it was cut off while it was written", () => {
    lock('{"pid":');
    expect(clear()).toHaveLength(1);
  });

  test("stays when it was taken on another host, where nobody can look", () => {
    lock({ pid: 999999999, hostname: "another-host" });
    expect(clear()).toEqual([]);
    expect(left()).toBe(2);
  });

  test("stays while its run lives", () => {
    const program = join(stateDir, "pulumi");
    copyFileSync(process.execPath, program);
    const run = spawn(program, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      lock({ pid: run.pid, hostname: hostname() });
      expect(clear()).toEqual([]);
      expect(locksOf(workspace())).toMatchObject([{ pid: run.pid, dead: false }]);
    } finally {
      run.kill("SIGKILL");
    }
  });

  test.each(["", "?metadata=skip"])("is seen in a file backend of somebody's own, whose URL ends with %j", (query) => {
    lock({ pid: 1, hostname: "another-host" });
    const { stateDir: _none, ...own } = workspace();
    const env = { PULUMI_BACKEND_URL: `file://${stateDir}${query}` };
    expect(liveLock({ ...own, env })).toMatchObject({ pid: 1, dead: false });
  });

  test("is nothing that a stack without any has", () => {
    rmSync(join(stateDir, ".pulumi"), { recursive: true });
    expect(locksOf(workspace())).toEqual([]);
    expect(existsSync(directory())).toBe(false);
  });
});
