import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureRunning, readDaemon, stop } from "../../src/background/control.ts";
import { isLocked } from "../../src/background/file-lock.ts";

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

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
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
    const { url, pid } = await start("--idle", "1500");
    for (let request = 0; request < 20; request++) {
      await fetch(`${url}/use`);
      await sleep(100);
    }
    expect(alive(pid)).toBe(true);
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

  test("a port that another program took is named, with what to do about it", async () => {
    const { url } = await start();
    await stop(stateDir);
    const { port } = new URL(url);
    const other = createServer().listen(Number(port), "127.0.0.1");
    try {
      await expect(start()).rejects.toThrow(
        new RegExp(
          `echo did not start: port ${port} of echo is in use by another program\\. .*lsof.*${port}.*delete .*port`,
        ),
      );
      rmSync(join(stateDir, "port"));
      expect((await start()).url).not.toBe(url);
    } finally {
      other.close();
    }
  });

  test("a service that fails to start shows why, and holds nothing", async () => {
    await expect(start("--fail", "the moon is full")).rejects.toThrow("echo did not start: the moon is full");
    expect(isLocked(join(stateDir, "daemon.lock"))).toBe(false);
  });
});
