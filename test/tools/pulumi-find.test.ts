import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { cacheDirectory, findPulumi, pulumiVersion } from "../../tools/pulumi/find.mjs";
import { fakePulumi, program } from "./fake-programs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-find-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A machine that has nothing but what the test puts there. */
const machine = (env: Record<string, string> = {}) => ({ HOME: folder, XDG_CACHE_HOME: "", PATH: "", ...env });
const inCache = () => join(cacheDirectory(machine()), "bin");

describe("the Pulumi CLI", () => {
  test("is pinned once, in the go.mod that builds it", () => {
    expect(pulumiVersion).toMatch(/^3\.\d+\.\d+$/);
    expect(cacheDirectory(machine())).toContain(`pulumi-${pulumiVersion}-`);
  });

  test("is not there on a machine without one", () => {
    expect(findPulumi(machine())).toBeUndefined();
  });

  test("is the one that PULUMI_COMMAND names, before all others", () => {
    const [named, onPath] = [fakePulumi(join(folder, "named")), fakePulumi(join(folder, "path"))];
    fakePulumi(inCache());
    expect(findPulumi(machine({ PULUMI_COMMAND: join(named, "pulumi"), PATH: onPath }))).toBe(join(named, "pulumi"));
  });

  test.each([
    ["is no program", () => join(folder, "absent", "pulumi")],
    ["is version 3.1.0", () => join(fakePulumi(join(folder, "old"), { version: "v3.1.0" }), "pulumi")],
    ["is version 4.0.0", () => join(fakePulumi(join(folder, "next"), { version: "v4.0.0" }), "pulumi")],
    ["does not answer", () => join(fakePulumi(join(folder, "odd"), { version: "hello" }), "pulumi")],
    [
      "comes without pulumi-language-nodejs",
      () => join(fakePulumi(join(folder, "alone"), { languageHost: false }), "pulumi"),
    ],
  ])("is an error, not another one, when the one that PULUMI_COMMAND names %s", (reason, command) => {
    fakePulumi(inCache());
    expect(() => findPulumi(machine({ PULUMI_COMMAND: command() }))).toThrow(reason);
  });

  test("is the one on PATH if it is new enough, with its language host anywhere on PATH", () => {
    const cli = fakePulumi(join(folder, "cli"), { languageHost: false });
    const host = join(folder, "host");
    program(host, "pulumi-language-nodejs", "exit 0");
    expect(findPulumi(machine({ PATH: cli }))).toBeUndefined();
    expect(findPulumi(machine({ PATH: `${cli}:${host}` }))).toBe(join(cli, "pulumi"));
  });

  test("is the one in the cache when the one on PATH is too old", () => {
    const old = fakePulumi(join(folder, "old"), { version: "v3.100.0" });
    const cached = fakePulumi(inCache());
    expect(findPulumi(machine({ PATH: old }))).toBe(join(cached, "pulumi"));
  });

  test("is of the pinned version in the cache, and is not asked for it when PULUMI_COMMAND names it", () => {
    const cached = fakePulumi(inCache(), { version: "hello" });
    expect(findPulumi(machine({ PULUMI_COMMAND: join(cached, "pulumi") }))).toBe(join(cached, "pulumi"));
  });

  test("is not taken from a cache that lacks a part", () => {
    fakePulumi(inCache(), { languageHost: false });
    expect(findPulumi(machine())).toBeUndefined();
  });
});
