import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { closedEnvironment } from "../closed-environment.ts";
import { fakePulumi, program } from "./fake-programs.ts";

const bootstrap = join(import.meta.dirname, "..", "..", "tools", "bootstrap.mjs");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "front-door-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `minivoice …` through the front door, on a machine that has no Pulumi but what the test puts there. */
const minivoice = (args: string[], env: Record<string, string> = {}) => {
  const machine = { PATH: dirname(process.execPath), XDG_CACHE_HOME: folder, VOICE_LOCAL_DIR: join(folder, "local") };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(
      process.execPath,
      [bootstrap, "minivoice", ...args],
      { env: closedEnvironment({ ...machine, PULUMI_COMMAND: undefined, ...env }) },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );
};

describe("the front door", () => {
  test.each([["start"], ["up"], ["pending"], ["pulumi", "preview"]])(
    "makes sure of Pulumi before minivoice %s",
    async (...args) => {
      const refused = await minivoice(args, { PULUMI_COMMAND: "/nowhere/pulumi" });
      expect(refused).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/^PULUMI_COMMAND is "\/nowhere\/pulumi", which is no program\.\n/),
      });
    },
  );

  test("uses the Pulumi that PULUMI_COMMAND names, whatever its name is", async () => {
    const directory = fakePulumi(join(folder, "bin"));
    rmSync(join(directory, "pulumi"));
    program(directory, "pulumi-3", '[ "$1" = version ] && echo v3.999.0 || echo "ran $0"');
    const command = join(directory, "pulumi-3");
    expect(await minivoice(["pulumi", "--help"], { PULUMI_COMMAND: command })).toEqual({
      code: 0,
      stdout: `ran ${command}\n`,
      stderr: "",
    });
  });

  test("tells what the system refuses in one message with the path and the way out", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const refused = await minivoice(["up"], { XDG_CACHE_HOME: file });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr.split("\n")).toEqual([
      expect.stringContaining(`${file}/voice-environments: not a directory (ENOTDIR)`),
      expect.stringContaining("XDG_CACHE_HOME=/path npm start"),
      "",
    ]);
  });
});
