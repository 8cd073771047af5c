import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { application, forAllTests } from "./environment.ts";

const pageSize = 100;
const many = Array.from({ length: 500 }, (_, index) => `+1555200${String(index).padStart(4, "0")}`);
const account = forAllTests({
  numbers: [...many, "+15551230001"],
  pageSize,
  config: { "minivoice:requestsPerSecond": "2000" },
});

/** Each kind of resource, with so many numbers in the table. */
const program = (numbers: readonly string[]) => `${application("support")}
const numbers: string[] = ${JSON.stringify(numbers)};
new DidRouteTable("numbers", { routes: Object.fromEntries(numbers.map((number) => [number, support.applicationId])) });
new DidRoute("single", { number: "+15551230001", mode: "reject" });
export const key = support.apiKey;
export const secret = supportSecret.value;`;

/** Everything below a folder that the engine wrote. */
async function everythingIn(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")))).join("\n");
}

describe("the state", () => {
  /** Everything that was printed. */
  let printed = "";
  let bytesOfNumbers: number;

  beforeAll(async () => {
    const { project } = account;
    await project.write(program([]));
    const empty = await project.up();
    bytesOfNumbers = -(await project.stateFile()).length;
    await project.write(program(many));
    const up = await project.up();
    bytesOfNumbers += (await project.stateFile()).length;
    expect({ empty, up }).toMatchObject({ empty: { failed: false }, up: { failed: false } });
    printed += empty.text + up.text;
  });

  test("holds no secret in plain text, and neither does anything printed", async () => {
    const { project, sandbox } = account;
    printed += (await project.preview()).text;
    const outputs = await project.outputs();
    const apiKey = String(outputs.key?.value);
    const secret = String(outputs.secret?.value);
    expect(apiKey).toMatch(/^mv_/);
    expect(outputs).toMatchObject({ key: { secret: true }, secret: { secret: true } });

    const written = await everythingIn(project.directory);
    expect(written).toContain("support");
    for (const plain of [apiKey, secret, sandbox.portalKey]) {
      expect(written).not.toContain(plain);
      expect(printed).not.toContain(plain);
    }
  });

  test("refers to the provider by module, in a line that never changes, and holds no source of it", async () => {
    const state = await account.project.stateFile();
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

  test("takes less than 120 bytes for a number of a table", () => {
    expect(bytesOfNumbers / many.length).toBeGreaterThan(0);
    expect(bytesOfNumbers / many.length).toBeLessThan(120);
  });
});

test("a refresh that finds nothing changed costs one request a page, and one more for the applications", async () => {
  const { project, sandbox } = account;
  account.forgetRequests();
  expect(await project.refresh()).toMatchObject({ failed: false, text: "" });
  expect(sandbox.requests).toHaveLength(Math.ceil((many.length + 1) / pageSize) + 1);
  expect(sandbox.requests.every(({ method }) => method === "GET")).toBe(true);
  expect((await project.up()).steps).toEqual([]);
});

test("a change of one number of many is one write, with a read before and after it", async () => {
  const { project } = account;
  account.forgetRequests();
  await project.write(
    program(many).replace(
      "[number, support.applicationId]",
      `[number, number === "${many[0]}" ? "reject" : support.applicationId]`,
    ),
  );
  expect((await project.up()).steps).toEqual(["update DidRouteTable numbers"]);
  expect(account.sandbox.requests.map(({ method }) => method)).toEqual(["GET", "PATCH", "GET"]);
});

test("a change of more of a table than maxChange allows is refused in preview, until its exact count confirms it", async () => {
  const { project, sandbox } = account;
  account.forgetRequests();
  await project.write(
    program(many.slice(0, 300)).replace("support.applicationId])) })", 'support.applicationId])), maxChange: "30%" })'),
  );
  const refused = await project.preview();
  expect(refused.failed).toBe(true);
  expect(refused.text).toContain(
    "201 of 500 numbers would be moved, rejected or removed, more than maxChange 30% allows. " +
      "If that is meant, confirm this run with MINIVOICE_CONFIRM_CHANGES=201",
  );
  expect(refused.text).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
  const confirmed = await project.as({ MINIVOICE_CONFIRM_CHANGES: "201" }).preview();
  expect(confirmed).toMatchObject({ failed: false, steps: ["update DidRouteTable numbers"] });
  expect(sandbox.requests).toEqual([]);
});
