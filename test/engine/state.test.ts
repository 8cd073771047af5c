import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { startSandbox } from "../../src/sandbox/index.ts";
import { application, forEachTest } from "./environment.ts";
import { Project } from "./project.ts";

const account = forEachTest();

/** Everything below a folder that the engine wrote. */
async function everythingIn(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")))).join("\n");
}

describe("the state", () => {
  test("holds no secret in plain text, and neither does anything printed", async () => {
    const { project, sandbox } = account;
    await project.write(`${application("support")}
      export const key = support.apiKey;
      export const secret = supportSecret.value;`);
    const up = await project.up();
    const preview = await project.preview();
    const refresh = await project.refresh();
    const outputs = await project.outputs();
    const apiKey = String(outputs.key?.value);
    const secret = String(outputs.secret?.value);
    expect(apiKey).toMatch(/^mv_/);
    expect(outputs).toMatchObject({ key: { secret: true }, secret: { secret: true } });

    const written = await everythingIn(project.directory);
    expect(written).toContain("support");
    for (const plain of [apiKey, secret, sandbox.portalKey]) {
      expect(written).not.toContain(plain);
      expect(up.text + preview.text + refresh.text).not.toContain(plain);
    }
  });

  test("refers to the provider by module, in a line that never changes, and holds no source of it", async () => {
    const { project } = account;
    await project.write(`${application("support")}
      new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId } });
      new DidRoute("second", { number: "+15551230002", mode: "reject" });`);
    await project.up();
    const state = await project.stateFile();
    const references = [...state.matchAll(/"__provider":\s*("(?:[^"\\]|\\.)*")/g)].map(([, text]) =>
      JSON.parse(text ?? ""),
    );
    expect([...new Set(references)].sort()).toEqual([
      'exports.handler = () => require("pulumi-minivoice/provider").application',
      'exports.handler = () => require("pulumi-minivoice/provider").didRoute',
      'exports.handler = () => require("pulumi-minivoice/provider").didRouteTable',
      'exports.handler = () => require("pulumi-minivoice/provider").webhookSecret',
    ]);
    expect(state).not.toContain("async ");
    expect(state).not.toContain("=> {");
  });

  test("takes at most 150 bytes for a number of a table", async () => {
    const count = 500;
    const many = Array.from({ length: count }, (_, index) => `+1555200${String(index).padStart(4, "0")}`);
    const sandbox = await startSandbox({ numbers: many, pageSize: 100 });
    const project = await Project.create({
      environment: { MINIVOICE_API_KEY: sandbox.portalKey, MINIVOICE_BASE_URL: sandbox.url },
      config: { "minivoice:capabilities": "managed", "minivoice:requestsPerSecond": "2000" },
    });
    try {
      const table = (numbers: string[]) =>
        `${application("support")}const numbers: string[] = ${JSON.stringify(numbers)};
         new DidRouteTable("numbers", { routes: Object.fromEntries(numbers.map((number) => [number, support.applicationId])) });`;
      await project.write(table([]));
      await project.up();
      const empty = (await project.stateFile()).length;
      await project.write(table(many));
      expect((await project.up()).failed).toBe(false);
      const perNumber = ((await project.stateFile()).length - empty) / count;
      expect(perNumber).toBeGreaterThan(0);
      expect(perNumber).toBeLessThanOrEqual(150);

      sandbox.requests.length = 0;
      await project.refresh();
      expect(sandbox.requests.length).toBeLessThanOrEqual(Math.ceil(count / 100) + 1);
      expect(sandbox.requests.every(({ method }) => method === "GET")).toBe(true);
    } finally {
      await project.remove();
      await sandbox.close();
    }
  });
});
