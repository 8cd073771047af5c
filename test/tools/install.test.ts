import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureInstalled, isInstalled } from "../../tools/bootstrap/install.mjs";
import { complete } from "../../tools/complete-lockfile.mjs";
import { eventually } from "../eventually.ts";

const repository = join(import.meta.dirname, "..", "..");
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "install-"));
});
afterEach(() => rmSync(root, { recursive: true }));

type Packages = Record<string, { version?: string; optional?: boolean; link?: boolean }>;

const wanted: Packages = {
  "": { version: "1.0.0" },
  "providers/ours": { version: "1.0.0" },
  "node_modules/ours": { link: true },
  "node_modules/zod": { version: "4.0.0" },
  "node_modules/only-elsewhere": { version: "1.0.0", optional: true },
};

function project({ lock = wanted, installed = {} }: { lock?: Packages; installed?: Packages | undefined }) {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: lock }));
  writeFileSync(join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages: installed }));
  for (const place of Object.keys(installed)) {
    mkdirSync(join(root, place), { recursive: true });
    writeFileSync(join(root, place, "package.json"), "{}");
  }
}

describe("the packages are", () => {
  test("installed when every one that this platform needs is there in its version", () => {
    project({ installed: { "node_modules/zod": { version: "4.0.0" } } });
    expect(isInstalled(root)).toBe(true);
  });

  test.each([
    ["one is missing", {}],
    ["one has another version", { "node_modules/zod": { version: "3.9.0" } }],
  ])("not installed when %s", (_, installed) => {
    project({ installed });
    expect(isInstalled(root)).toBe(false);
  });

  test("not installed when a folder was removed since", () => {
    project({ installed: { "node_modules/zod": { version: "4.0.0" } } });
    rmSync(join(root, "node_modules", "zod"), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  });

  test("not installed when the installation was interrupted before npm's last act", () => {
    project({ installed: { "node_modules/zod": { version: "4.0.0" } } });
    rmSync(join(root, "node_modules", ".package-lock.json"));
    expect(isInstalled(root)).toBe(false);
  });

  test("not installed without this platform's Node where npm has one, although npm calls it optional", () => {
    const node = `node_modules/node-${process.platform}-${process.arch}`;
    const zod = { "node_modules/zod": { version: "4.0.0" } };
    const lock = { ...wanted, [node]: { version: "24.0.0", optional: true } };
    project({ lock, installed: zod });
    expect(isInstalled(root)).toBe(false);
    project({ lock, installed: { ...zod, [node]: { version: "24.0.0" } } });
    expect(isInstalled(root)).toBe(true);
  });

  test("installed in this repository, which runs this test", () => {
    expect(isInstalled(repository)).toBe(true);
  });
});

describe("package-lock.json", () => {
  const lock = () => JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8"));

  test("names the packages of every platform, or npm ci refuses it (node tools/complete-lockfile.mjs adds them)", () => {
    expect(complete(lock())).toEqual([]);
  });

  test("names no place where packages were fetched from", () => {
    const places = Object.values<{ resolved?: string; link?: boolean }>(lock().packages);
    expect(places.filter(({ resolved, link }) => resolved && !link)).toEqual([]);
  });
});

describe("packages behind a link", () => {
  const elsewhere = () => join(root, "elsewhere");
  beforeEach(() => {
    project({ installed: { "node_modules/zod": { version: "4.0.0" } } });
    renameSync(join(root, "node_modules"), elsewhere());
    symlinkSync(elsewhere(), join(root, "node_modules"));
  });

  test("are used as they are, and nothing is written there", async () => {
    await ensureInstalled(root);
    expect(readdirSync(elsewhere()).sort()).toEqual([".package-lock.json", "zod"]);
  });

  test.each([
    ["one is missing", { force: false }],
    ["all are to be installed anew", { force: true }],
  ])("are never installed through it: when %s, it says what to do", async (_, options) => {
    if (!options.force) rmSync(join(elsewhere(), "zod"), { recursive: true });
    const before = readdirSync(elsewhere());
    await expect(ensureInstalled(root, options)).rejects.toThrow(
      /node_modules is a link to \S+elsewhere, and nothing is installed through a link\..*\n.*npm ci.*\n.*rm "/s,
    );
    expect(readdirSync(elsewhere())).toEqual(before);
  });
});

describe("two installations", () => {
  const turn = join(repository, "tools", "bootstrap", "turn.mjs");
  /** Does `work`, told the log's name, in a process of its own. */
  const run = (work: string) => {
    const script = `
      import { appendFileSync } from "node:fs";
      import { setTimeout as sleep } from "node:timers/promises";
      import { inTurn } from ${JSON.stringify(turn)};
      const [log] = process.argv.slice(1);
      ${work}
    `;
    return promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script, log()]);
  };
  const log = () => join(root, "log");
  const lock = () => `${log()}.lock`;
  const once = `
    await inTurn(log + ".lock", async () => {
      appendFileSync(log, "in ");
      await sleep(150);
      appendFileSync(log, "out ");
    }, (pid) => console.log(pid));
  `;

  test("take turns, and a dead one is not waited for", async () => {
    writeFileSync(lock(), "999999999");
    await Promise.all([run(once), run(once), run(once)]);
    expect(readFileSync(log(), "utf8")).toBe("in out in out in out ");
    expect(readdirSync(root)).toEqual(["log"]);
  });

  test("never see a lock whose holder is not in it yet", async () => {
    let over = false;
    const turns = run(
      'for (let turn = 0; turn < 2_000; turn++) await inTurn(log + ".lock", async () => {}, () => {});',
    );
    void turns.finally(() => {
      over = true;
    });
    const seen = new Set<string>();
    while (!over) {
      await setImmediate();
      if (existsSync(lock())) seen.add(await readFile(lock(), "utf8").catch(() => "gone"));
    }
    await turns;
    expect([...seen]).not.toContain("");
  });

  test("do not wait for a process number from before the machine was started, whoever has it now", async () => {
    writeFileSync(lock(), String(process.pid));
    const before = Date.now() / 1_000 - uptime() - 60;
    utimesSync(lock(), before, before);
    expect((await run(once)).stdout).toBe("");
    expect(readFileSync(log(), "utf8")).toBe("in out ");
  });

  test("name each process that they wait for", async () => {
    const others = [process.pid, process.ppid];
    writeFileSync(lock(), String(others[0]));
    const waiting = run(once.replace("console.log(pid)", "console.log(pid) || appendFileSync(log, pid + ' ')"));
    await eventually(() => existsSync(log()));
    writeFileSync(`${lock()}.next`, String(others[1]));
    renameSync(`${lock()}.next`, lock());
    await eventually(() => readFileSync(log(), "utf8").includes(` ${others[1]} `));
    rmSync(lock());
    expect((await waiting).stdout.trim().split("\n").map(Number)).toEqual(others);
  });
});
