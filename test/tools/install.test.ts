import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { isInstalled } from "../../tools/bootstrap/install.mjs";
import { complete } from "../../tools/complete-lockfile.mjs";

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

test("two installations take turns, and a dead one is not waited for", async () => {
  const turn = join(repository, "tools", "bootstrap", "turn.mjs");
  const script = `
    import { appendFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { inTurn } from ${JSON.stringify(turn)};
    const [log] = process.argv.slice(1);
    await inTurn(log + ".lock", async () => {
      appendFileSync(log, "in ");
      await sleep(150);
      appendFileSync(log, "out ");
    }, () => {});
  `;
  const log = join(root, "log");
  writeFileSync(`${log}.lock`, "999999999");
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script, log]);
  await Promise.all([run(), run(), run()]);
  expect(readFileSync(log, "utf8")).toBe("in out in out in out ");
});
