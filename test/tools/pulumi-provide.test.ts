import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { goProblem, oldestGo } from "../../tools/pulumi/build.mjs";
import { hostProblem } from "../../tools/pulumi/download.mjs";
import { cacheDirectory } from "../../tools/pulumi/find.mjs";
import { providePulumi, type Sources } from "../../tools/pulumi/provide.mjs";
import { fakePulumi, program } from "./fake-programs.ts";

const before = { ...process.env };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-provide-"));
  Object.assign(process.env, { XDG_CACHE_HOME: folder, PATH: join(folder, "path") });
  delete process.env.PULUMI_COMMAND;
});
afterEach(() => {
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

/** A machine where every way is open, apart from what the test closes. */
function sources(closed: Partial<Sources> = {}) {
  const used: string[] = [];
  const fill = (way: string) => async (into: string) => {
    used.push(way);
    fakePulumi(join(into, "bin"));
  };
  const open: Sources = {
    hostProblem: async () => undefined,
    download: (_node, into) => fill("download")(into),
    goProblem: async () => undefined,
    build: fill("build"),
  };
  return { used, from: { ...open, ...closed } };
}

const offline = { hostProblem: async () => "get.example: ENOTFOUND" };
const withoutGo = { goProblem: async () => "Go is not installed" };
const placed = () => join(cacheDirectory(), "bin", "pulumi");
const leftovers = () => {
  const directory = dirname(cacheDirectory());
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.includes("draft")) : [];
};

describe("a machine without Pulumi", () => {
  test("gets it by download, once", async () => {
    const { used, from } = sources();
    expect(await providePulumi("node", from)).toBe(placed());
    expect(await providePulumi("node", from)).toBe(placed());
    expect(used).toEqual(["download"]);
  });

  test("without internet builds it", async () => {
    const { used, from } = sources(offline);
    expect(await providePulumi("node", from)).toBe(placed());
    expect(used).toEqual(["build"]);
  });

  test("where the download breaks off builds it, and keeps nothing of the download", async () => {
    const download = async (_node: string, into: string) => {
      mkdirSync(join(into, "half"));
      throw new Error("connection lost");
    };
    const { from } = sources({ download });
    await providePulumi("node", from);
    expect(existsSync(join(cacheDirectory(), "half"))).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  test("with neither says what is missing and every way out", async () => {
    const { from } = sources({ ...offline, ...withoutGo });
    const error: Error = await providePulumi("node", from).catch((reason) => reason);
    expect(error.message).toContain("get.example: ENOTFOUND");
    expect(error.message).toContain("Go is not installed");
    expect(error.message).toContain("curl -fsSL https://get.pulumi.com | sh -s -- --version 3.");
    expect(error.message).toContain(`Install Go ${oldestGo} or newer`);
    expect(error.message).toContain("PULUMI_COMMAND=");
    expect(error.message).not.toContain("    at ");
    expect(leftovers()).toEqual([]);
  });

  test("gets one whole copy when two ask for it at once", async () => {
    const build = async (into: string) => {
      await sleep(50);
      fakePulumi(join(into, "bin"));
    };
    const { from } = sources({ ...offline, build });
    expect(await Promise.all([providePulumi("node", from), providePulumi("node", from)])).toEqual([placed(), placed()]);
    expect(leftovers()).toEqual([]);
  });

  test("gets a whole copy in place of a broken one, and is rid of what a killed build left", async () => {
    fakePulumi(dirname(placed()), { languageHost: false });
    // No process has this number: it is above what any system gives.
    mkdirSync(`${cacheDirectory()}.draft-999999999-x`);
    await providePulumi("node", sources(offline).from);
    expect(readdirSync(dirname(placed())).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(leftovers()).toEqual([]);
  });
});

test("a cache that cannot be written is known before any work, with its path and the way out", async () => {
  process.env.XDG_CACHE_HOME = join(folder, "file");
  writeFileSync(join(folder, "file"), "");
  const { used, from } = sources();
  await expect(providePulumi("node", from)).rejects.toThrow(
    /^\S+file\S*: (not a directory \(ENOTDIR\)|file already exists \(EEXIST\))\n.*XDG_CACHE_HOME=/,
  );
  expect(used).toEqual([]);
});

describe("the ways to Pulumi", () => {
  test("a host that refuses is known at once", async () => {
    expect(await hostProblem("http://127.0.0.1:9/install.sh")).toMatch(/^127\.0\.0\.1:9: /);
  });

  test.each([
    ["no Go", undefined, "Go is not installed"],
    ["a Go that is too old", "echo go1.18\necho auto", "go1.18 is installed"],
    ["an older Go that must stay what it is", "echo go1.24.0\necho local", `Go ${oldestGo} or newer is needed`],
  ])("%s is named", async (_, script, message) => {
    if (script) program(join(folder, "path"), "go", script);
    expect(await goProblem()).toContain(message);
  });

  test.each([
    ["a Go that is new enough", "echo go1.99.0\necho local"],
    ["one that fetches what a module asks for", "echo go1.22.0\necho auto"],
  ])("%s will do", async (_, script) => {
    program(join(folder, "path"), "go", script);
    expect(await goProblem()).toBeUndefined();
  });
});
