import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { explain, runEngine } from "../../src/cli/engine.ts";

const folder = mkdtempSync(join(tmpdir(), "engine-"));
const locks = join(folder, "state", ".pulumi", "locks", "organization", "voice", "local");
const command = join(folder, "pulumi");

/** In the place of the engine, in the moment in which it holds its lock and does not listen yet: it cannot be met on purpose. */
const takesItsLock = `#!${process.execPath}
const { writeFileSync } = require("node:fs");
const lock = { pid: process.pid, hostname: require("node:os").hostname() };
for (const name of ["one.json", "one.json.attrs"]) writeFileSync("${locks}/" + name, JSON.stringify(lock));
console.log("locked");
setInterval(() => {}, 1000);
`;

beforeAll(() => {
  mkdirSync(locks, { recursive: true });
  writeFileSync(command, takesItsLock, { mode: 0o700 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an engine that is interrupted before it listens for it", () => {
  test("leaves no lock behind", async () => {
    const workspace = { stack: "local", project: "voice", stateDir: join(folder, "state"), local: true, cwd: folder };
    const stop = new AbortController();
    const onLine = () => {
      expect(readdirSync(locks)).toHaveLength(2);
      stop.abort();
    };
    const result = await runEngine({ ...workspace, command, env: process.env }, ["up"], {
      signal: stop.signal,
      onLine,
    });
    expect(result).toMatchObject({ killedBy: "SIGINT", stdout: "locked\n" });
    expect(existsSync(locks) ? readdirSync(locks) : []).toEqual([]);
  });
});

test("a state of which only the attributes are broken is said to be whole, with the way out", () => {
  const result = { code: 255, stdout: "", stderr: "error: failed to load checkpoint: EOF\n" };
  expect(explain(result)).toMatch(
    /checkpoint: EOF\nA file of attributes .* is empty.* delete the empty \*\.attrs files/,
  );
});
