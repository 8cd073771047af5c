import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureRunning, readDaemon } from "../../src/background/control.ts";
import { tryLock } from "../../src/background/file-lock.ts";
import { closedEnvironment } from "../closed-environment.ts";
import { eventually } from "../eventually.ts";
import { printed, type Run, tracesIn } from "./checkout.ts";

const repository = join(import.meta.dirname, "..", "..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stop-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `minivoice stop` for the local environment in the folder. */
function begin(...args: string[]) {
  const { promise: ended, resolve } = Promise.withResolvers<Run>();
  const child = execFile(
    process.execPath,
    [join(repository, "src", "cli", "main.ts"), "stop", ...args],
    { env: closedEnvironment({ VOICE_LOCAL_DIR: folder }) },
    (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
  );
  return { child, ended };
}
const stop = (...args: string[]) => begin(...args).ended;
const put = (...names: string[]) => {
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
};

describe("minivoice stop --reset", () => {
  test("deletes a local environment, and a second one has nothing to do", async () => {
    put("start.lock", "passphrase", "state/.pulumi/meta.yaml", "sandbox/account.json", "bundles/a.mjs");
    expect(await stop("--reset", "--yes")).toMatchObject({ code: 0, stdout: expect.stringContaining("deleted\n") });
    expect(existsSync(folder)).toBe(false);
    expect((await stop("--reset", "--yes")).code).toBe(0);
  });

  test.each([["state/precious"], ["aws/config"], ["thesis.txt"]])(
    "refuses a folder with %s that is none of a local environment, and deletes nothing",
    async (file) => {
      put(file);
      const refused = await stop("--reset", "--yes");
      expect(refused).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining(`${folder} holds no local environment`),
      });
      expect(tracesIn(printed(refused))).toEqual([]);
      expect(existsSync(join(folder, file))).toBe(true);
      await stop();
      expect((await stop("--reset", "--yes")).code).toBe(1);
    },
  );

  test("leaves what somebody else put beside the local environment, and says so", async () => {
    put("start.lock", "state/.pulumi/meta.yaml", "thesis.txt");
    expect(await stop("--reset", "--yes")).toMatchObject({ code: 0, stdout: expect.stringContaining("thesis.txt") });
    expect(readdirSync(folder)).toEqual(["thesis.txt"]);
  });
});

test("minivoice stop waits for a start that is under way, which needs its services", async () => {
  const stateDir = join(folder, "sandbox");
  const entry = join(repository, "test/background/fixtures/echo-service.ts");
  await ensureRunning({ name: "echo", stateDir, entry });
  const start = tryLock(join(folder, "start.lock"));
  const { child, ended } = begin();
  let said = "";
  child.stderr?.on("data", (text) => {
    said += text;
  });
  await eventually(() => said.includes("an npm start is under way here: waiting"));
  expect(await readDaemon(stateDir)).toBeDefined();
  start?.release();
  expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining("sandbox: stopped") });
  expect(await readDaemon(stateDir)).toBeUndefined();
});
