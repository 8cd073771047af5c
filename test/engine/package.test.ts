import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startSandbox } from "../../src/sandbox/index.ts";
import { run } from "../../tools/package/run.ts";
import { application } from "./environment.ts";
import { type Packed, packed } from "./packed.ts";
import { Project } from "./project.ts";

const repository = resolve(import.meta.dirname, "../..");

let folder: string;
let install: Packed["install"];
let files: string[];
let manifest: { version: string; dependencies: Record<string, string>; peerDependencies: Record<string, string> };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "voice-package-"));
  const pack = await packed(folder);
  install = pack.install;
  await install(join(folder, "node_modules"));
  const listed = await run("tar", ["-tzf", pack.tarball]);
  files = listed
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""));
  manifest = JSON.parse(await contentOf("package.json"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const contentOf = (file: string) => readFile(join(folder, "node_modules/pulumi-minivoice", file), "utf8");

describe("the packed package", () => {
  test("holds JavaScript, types, source maps, its README and the licence, and nothing else", async () => {
    const others = files.filter((file) => !/\.(js|d\.ts|js\.map)$/.test(file));
    expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json"]);
    const scripts = files.filter((file) => file.endsWith(".js"));
    const sources = await readdir(join(repository, "providers/minivoice"), { recursive: true });
    expect(scripts.sort()).toEqual(
      sources
        .filter((file) => file.endsWith(".ts"))
        .map((file) => file.replace(/\.ts$/, ".js"))
        .sort(),
    );
    for (const script of scripts)
      expect(files).toEqual(expect.arrayContaining([`${script}.map`, script.replace(/\.js$/, ".d.ts")]));
  });

  test("tells nothing about the machine that packed it, and maps to the whole source", async () => {
    for (const file of files) expect(await contentOf(file)).not.toContain(folder);
    const map = JSON.parse(await contentOf("api/client.js.map"));
    expect(map.sources).toEqual(["client.ts"]);
    expect(map.sourcesContent).toEqual([await readFile(join(repository, "providers/minivoice/api/client.ts"), "utf8")]);
  });

  test("declares what it imports, and imports what it declares", async () => {
    const imported = new Set<string>();
    for (const file of files.filter((name) => /\.(js|d\.ts)$/.test(name)))
      for (const [, specifier = ""] of (await contentOf(file)).matchAll(/\b(?:from|import) "([^".][^"]*)";$/gm))
        if (!isBuiltin(specifier)) imported.add(specifier);
    const { dependencies, peerDependencies } = manifest;
    expect([...imported].sort()).toEqual(Object.keys({ ...dependencies, ...peerDependencies }).sort());
  });

  test.each([
    [
      "import",
      "module",
      'const m = { ...(await import("pulumi-minivoice")), ...(await import("pulumi-minivoice/provider")) };',
    ],
    ["require", "commonjs", 'const m = { ...require("pulumi-minivoice"), ...require("pulumi-minivoice/provider") };'],
  ])("is loaded by %s, without a warning", async (_how, type, load) => {
    const check = `${load} console.log([m.DidRoute, m.getDid, m.didRoute.check].map((item) => typeof item).join());`;
    const args = ["--throw-deprecation", "--trace-warnings", `--input-type=${type}`, "-e", check];
    expect((await run(process.execPath, args, { cwd: folder })).trim()).toBe("function,function,function");
  });

  test("types a strict program, and refuses a route without a target", async () => {
    const program = `
      import { Application, DidRoute, getApplication, getDidOutput } from "pulumi-minivoice";
      import { MiniVoiceClient } from "pulumi-minivoice/api";
      import { createContext, didRoute } from "pulumi-minivoice/lifecycle";
      const support = new Application("support", { name: "Support", answerUrl: "https://example.com/" });
      new DidRoute("main", { number: "+15551230001", applicationId: support.applicationId });
      // @ts-expect-error - neither an application nor a mode
      new DidRoute("second", { number: "+15551230002" });
      const { applicationId }: { applicationId: string } = await getApplication({ name: "Front desk" });
      export const mode = getDidOutput({ number: "+15551230001" }).mode.apply((text: string) => text.length);
      export const used = [support, applicationId, MiniVoiceClient, createContext, didRoute];`;
    await writeFile(join(folder, "program.mts"), program);
    const compiler = join(repository, "node_modules/typescript/bin/tsc");
    const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024", "--types", "node"];
    expect(await run(process.execPath, [compiler, ...options, "program.mts"], { cwd: folder })).toBe("");
  });

  test("runs up, refresh and destroy in a project that holds nothing else", async () => {
    const sandbox = await startSandbox({ numbers: ["+15551230001", "+15551230002"] });
    const agents = new Set<string | null>();
    sandbox.faults.arm(
      () => true,
      ({ request, answer }) => {
        agents.add(request.headers.get("user-agent"));
        return answer();
      },
      Number.POSITIVE_INFINITY,
    );
    const project = await Project.create({
      environment: { MINIVOICE_API_KEY: sandbox.portalKey, MINIVOICE_BASE_URL: sandbox.url },
      config: { "minivoice:capabilities": "managed" },
      install: (nodeModules) => install(nodeModules, "9.9.9-installed"),
    });
    try {
      await project.write(`${application("support")}
        new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId } });
        new DidRoute("second", { number: "+15551230002", mode: "reject" });
        export const count = (await minivoice.getDids()).dids.length;`);
      expect(await project.up()).toMatchObject({ failed: false, text: "" });
      expect((await project.up()).steps).toEqual([]);
      expect(await project.refresh()).toMatchObject({ failed: false, text: "" });
      expect((await project.up()).steps).toEqual([]);
      expect(await project.destroy()).toMatchObject({ failed: false, text: "" });
      expect((await sandbox.control.listApplications()).map(({ portal }) => portal)).toEqual([true]);
      // Neither the program nor the provider ran the repository's own code.
      expect([...agents]).toEqual([expect.stringContaining("pulumi-minivoice/9.9.9-installed")]);
    } finally {
      await project.remove();
      await sandbox.close();
    }
  });
});
