import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

const repository = resolve(import.meta.dirname, "../..");

test("the API reference is made from the docstrings: every public name, and nothing that it refers to is missing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "voice-reference-"));
  try {
    const typedoc = join(repository, "node_modules/typedoc/bin/typedoc");
    const options = join(repository, "tools/reference/typedoc.json");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      typedoc,
      "--options",
      options,
      "--out",
      folder,
    ]);
    // A tool that looks into lifecycle/ finds the source; a program must find everything in the reference.
    const gaps = (stdout + stderr).split("\n").filter((line) => /warning.*\b(resources|api)\.\w/.test(line));
    expect(gaps).toEqual([]);

    const resources = await readFile(join(folder, "resources.md"), "utf8");
    const exported = await readFile(join(repository, "providers/minivoice/index.ts"), "utf8");
    const names = [...exported.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = ""]) =>
      list.split(",").flatMap((name) => name.replace(/\btype\b/, "").trim() || []),
    );
    expect(names).toEqual(expect.arrayContaining(["Application", "DidRouteTableArgs", "getDidsOutput"]));
    for (const name of names) expect(resources).toMatch(new RegExp(`^### ${name}(\\\\?\\(\\))?$`, "m"));
    expect(resources).toContain("nobody takes a number out of service by leaving a field out");
    expect(resources).not.toContain(repository);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
