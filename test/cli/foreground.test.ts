import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { INTERRUPTED, inTheForeground } from "../../src/cli/foreground.ts";
import { eventually } from "../eventually.ts";

let folder: string;
const locks = () => join(folder, "state", ".pulumi", "locks", "organization", "voice", "local");

/**
 * In the place of the engine: one that ends as it is told, or not before it is interrupted, or that is met in the moment in
 * which it holds its lock and does not listen yet.
 */
const program = () => `#!${process.execPath}
const { writeFileSync } = require("node:fs");
const [ready, code, until] = process.argv.slice(2);
const lock = { pid: process.pid, hostname: require("node:os").hostname() };
if (until === "locked") writeFileSync("${locks()}/one.json", JSON.stringify(lock));
else process.on("SIGINT", () => process.exit(Number(code)));
if (until === undefined) process.exit(Number(code));
setInterval(() => {}, 1000);
writeFileSync(ready, "");
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "foreground-"));
  mkdirSync(locks(), { recursive: true });
  writeFileSync(join(folder, "pulumi"), program(), { mode: 0o700 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): Promise<number> => {
  const own = { command: join(folder, "pulumi"), cwd: folder, stateDir: join(folder, "state"), env: process.env };
  return inTheForeground({ stack: "local", project: "voice", local: true, ...own }, args, process.stderr);
};

describe("the exit code of the engine in the foreground", () => {
  test("is its own", async () => {
    expect(await run("", "0")).toBe(0);
    expect(await run("", "255")).toBe(255);
  });

  test.each([
    ["what it began is called failed", "255", "interrupted", INTERRUPTED],
    ["what it began is done", "0", "interrupted", 0],
    ["it does not listen yet, and no lock stays", "255", "locked", INTERRUPTED],
  ])("tells of an interruption where %s", async (name, code, until, expected) => {
    const ready = join(folder, name);
    const ended = run(ready, code, until);
    await eventually(() => existsSync(ready));
    process.emit("SIGTERM", "SIGTERM");
    expect(await ended).toBe(expected);
    expect(readdirSync(locks())).toEqual([]);
  });
});
