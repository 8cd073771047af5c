import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureRunning, readDaemon, stop } from "../../src/background/control.ts";
import { isLocked } from "../../src/background/file-lock.ts";
import { eventually } from "../eventually.ts";

const repository = join(import.meta.dirname, "../..");
const entry = join(import.meta.dirname, "fixtures/echo-service.ts");
let stateDir: string;
const stateFile = () => join(stateDir, "daemon.json");
const start = (...args: string[]) => ensureRunning({ name: "echo", stateDir, entry, args });

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "background-"));
});
afterEach(async () => {
  await stop(stateDir);
  rmSync(stateDir, { recursive: true, force: true });
});

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a service in the background", () => {
  test("is started once, however often it is asked for", async () => {
    const first = await start();
    const second = await start();
    expect(first.started).toBe(true);
    expect(second).toMatchObject({ started: false, pid: first.pid, url: first.url });
  });

  test("is one process when several ask for it at the same instant", async () => {
    const all = await Promise.all([start("--slow", "200"), start("--slow", "200"), start("--slow", "200")]);
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(all.filter(({ started }) => started)).toHaveLength(1);
  });

  test("keeps its state where only its owner can read it", async () => {
    await start();
    expect(statSync(stateFile()).mode & 0o777).toBe(0o600);
    expect(statSync(join(stateDir, "daemon.log")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(stateFile(), "utf8"))).toMatchObject({
      name: "echo",
      key: "mv_test_not_a_real_key",
    });
  });

  test("stops when asked to, leaves no state behind, and comes back on the same port", async () => {
    const { url, pid } = await start();
    expect(await stop(stateDir)).toBe(true);
    await eventually(() => !alive(pid));
    expect(existsSync(stateFile())).toBe(false);
    expect(await stop(stateDir)).toBe(false);
    expect((await start()).url).toBe(url);
  });

  test("stops by itself when nobody uses it", async () => {
    const { pid } = await start("--idle", "300");
    await eventually(() => !alive(pid));
    expect(existsSync(stateFile())).toBe(false);
  });

  test("stays while it is used", async () => {
    const idleMs = 2_000;
    /** Whether it outlives its idle time; undefined where this test itself was held up for as long between two uses. */
    const outlives = async (): Promise<boolean | undefined> => {
      let [lastUse, living] = [Date.now(), true];
      const { url, pid } = await start("--idle", String(idleMs));
      for (const end = Date.now() + 1.5 * idleMs; living && Date.now() < end; await sleep(50)) {
        const use = Date.now();
        await fetch(`${url}/use`).catch(() => undefined);
        living = alive(pid);
        if (Date.now() - lastUse >= idleMs) return undefined;
        lastUse = use;
      }
      return living;
    };
    let result: boolean | undefined;
    await eventually(async () => {
      result = await outlives();
      await stop(stateDir);
      return result !== undefined;
    });
    expect(result).toBe(true);
  });

  test("stops when its state directory is deleted, since nobody could find it any more", async () => {
    const { pid } = await start();
    rmSync(stateDir, { recursive: true });
    await eventually(() => !alive(pid));
  });
});

describe("after an accident", () => {
  test("a killed service is started again on its port", async () => {
    const first = await start();
    process.kill(first.pid, "SIGKILL");
    await eventually(() => !alive(first.pid));
    expect(await readDaemon(stateDir)).toBeUndefined();
    const second = await start();
    expect(second).toMatchObject({ started: true, url: first.url });
  });

  test("a process number that now belongs to another program is not taken for the service, nor ended", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    try {
      const { url } = await start();
      await stop(stateDir);
      writeFileSync(stateFile(), JSON.stringify({ name: "echo", pid: other.pid, url }));
      expect(await readDaemon(stateDir)).toBeUndefined();
      expect(await stop(stateDir)).toBe(false);
      expect(alive(other.pid as number)).toBe(true);
      expect((await start()).pid).not.toBe(other.pid);
    } finally {
      other.kill("SIGKILL");
    }
  });

  test.each(["", "{ half", "[]", '{"name":"echo"}'])(
    "a broken daemon.json (%j) is repaired while it runs",
    async (broken) => {
      const { pid } = await start();
      writeFileSync(stateFile(), broken);
      expect(await start()).toMatchObject({ pid, started: false });
      writeFileSync(stateFile(), broken);
      expect(await stop(stateDir)).toBe(true);
      await eventually(() => !alive(pid));
    },
  );

  test("broken files of a service that does not run are no obstacle", async () => {
    for (const file of ["daemon.json", "daemon.lock", "port"])
      writeFileSync(join(stateDir, file), "broken ".repeat(100));
    expect((await start()).started).toBe(true);
  });

  test.each([
    ["a service", entry],
    ["the sandbox", join(repository, "src/sandbox/main.ts")],
    ["the local AWS", join(repository, "providers/aws-local/main.ts")],
  ])("%s whose port another program took meanwhile takes another one, and says so in its log", async (_, program) => {
    const begin = () => ensureRunning({ name: "service", stateDir, entry: program });
    const { url } = await begin();
    const port = Number(new URL(url).port);
    // An outgoing connection of any program may be given a port from 32768 on.
    expect(port).toBeLessThan(32_768);
    await stop(stateDir);
    const other = createServer().listen(port, "127.0.0.1");
    try {
      await once(other, "listening");
      const moved = await begin();
      expect(moved.url).not.toBe(url);
      expect((await fetch(`${moved.url}/healthz`)).status).toBe(200);
      expect(readFileSync(join(stateDir, "daemon.log"), "utf8")).toContain(`port ${port} is in use by another program`);
      await stop(stateDir);
    } finally {
      other.close();
    }
    expect(await begin()).not.toMatchObject({ url });
  });

  test("a service that fails to start shows why, and holds nothing", async () => {
    await expect(start("--fail", "the moon is full")).rejects.toThrow("echo did not start: the moon is full");
    expect(isLocked(join(stateDir, "daemon.lock"))).toBe(false);
  });
});
