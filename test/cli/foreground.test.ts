import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { INTERRUPTED, inTheForeground } from "../../src/cli/foreground.ts";
import { eventually } from "../eventually.ts";

let folder: string;
/** In the place of the engine, which ends in many ways: one that ends as it is told, and by an interruption alone, if so told. */
const program = `#!${process.execPath}
const [ready, code, until] = process.argv.slice(2);
process.on("SIGINT", () => process.exit(Number(code)));
if (until !== "interrupted") process.exit(Number(code));
setInterval(() => {}, 1000);
require("node:fs").writeFileSync(ready, "");
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "foreground-"));
  writeFileSync(join(folder, "pulumi"), program, { mode: 0o700 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): Promise<number> => {
  const workspace = { stack: "local", project: "voice", local: true, command: join(folder, "pulumi"), cwd: folder };
  return inTheForeground({ ...workspace, env: process.env }, args, process.stderr);
};

describe("the exit code of the engine in the foreground", () => {
  test("is its own", async () => {
    expect(await run("", "0")).toBe(0);
    expect(await run("", "255")).toBe(255);
  });

  test.each([
    ["failed", "255", INTERRUPTED],
    ["done", "0", 0],
  ])("tells of an interruption where what it began is %s", async (name, code, expected) => {
    const ready = join(folder, name);
    const ended = run(ready, code, "interrupted");
    await eventually(() => existsSync(ready));
    process.emit("SIGTERM", "SIGTERM");
    expect(await ended).toBe(expected);
  });
});
