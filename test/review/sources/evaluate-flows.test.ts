import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  defaultLimits,
  type EvaluatedFlows,
  evaluateFlows,
} from "../../../src/review/sources/flow-process/evaluate-flows.ts";

const repository = join(import.meta.dirname, "..", "..", "..");
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "evaluated-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Evaluates a version whose flow module is this one. */
async function evaluated(module: string, limits: Partial<typeof defaultLimits> = {}): Promise<EvaluatedFlows> {
  const directory = mkdtempSync(join(folder, "version-"));
  cpSync(join(repository, "src", "call-flow"), join(directory, "src", "call-flow"), { recursive: true });
  mkdirSync(join(directory, "src", "flows"));
  writeFileSync(join(directory, "src", "flows", "index.ts"), module);
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"));
  return evaluateFlows(directory, [{ stack: "test", local: false }], { limits: { ...defaultLimits, ...limits } });
}

/** A module with one flow, whose only sentence is the value of an expression. */
const saying = (expression: string): string => `
  import { defineFlow } from "../call-flow/define-flow.ts";
  export const flowsFor = (stack: string) => ({ only: defineFlow("only", {
    start: "say", fallback: "say",
    steps: { say: { actions: [{ type: "say", text: String(${expression}) }], end: true } },
  }) });
`;

const said = ({ stacks }: EvaluatedFlows): unknown => stacks?.get("test")?.flows?.only?.steps.say?.actions?.[0];
const errorOf = ({ error, stacks }: EvaluatedFlows): string | undefined => error ?? stacks?.get("test")?.error;

describe("flow modules in a process of their own", () => {
  test("hand over the flows of a stack", async () => {
    expect(said(await evaluated(saying('"Hello from " + stack')))).toEqual({ type: "say", text: "Hello from test" });
  });

  test("know nothing of the environment, and what they print disturbs nobody", async () => {
    process.env.A_SECRET = "hush";
    try {
      const result = await evaluated(saying('(console.log("{}"), JSON.stringify(process.env))'));
      expect(said(result)).toEqual({ type: "say", text: "{}" });
    } finally {
      delete process.env.A_SECRET;
    }
  });

  test.each([
    ["read a file of this machine", 'import { readFileSync } from "node:fs"; readFileSync("/etc/hosts");'],
    ["list a folder", 'import { readdirSync } from "node:fs"; readdirSync("/");'],
    ["write", 'import { writeFileSync } from "node:fs"; writeFileSync("src/flows/x", "");'],
    ["start a program", 'import { execSync } from "node:child_process"; execSync("true");'],
    ["start a thread", 'import { Worker } from "node:worker_threads"; new Worker("", { eval: true });'],
  ])("may not %s", async (_, module) => {
    expect(errorOf(await evaluated(module))).toMatch(/Access to this API has been restricted/);
  });

  test.each([
    ["never ends", "for (;;);", { timeMs: 1_500 }, "the flow modules did not come to an end within 1.5 seconds"],
    [
      "keeps itself busy",
      "setInterval(() => undefined, 10); await new Promise(() => undefined);",
      { timeMs: 1_500 },
      "the flow modules did not come to an end within 1.5 seconds",
    ],
    ["waits for ever", "await new Promise(() => undefined);", {}, "a flow module waits for something that never comes"],
    [
      "takes all memory",
      "const all = []; for (;;) all.push(new Array(1e5).fill({}));",
      { memoryMb: 32 },
      "the flow modules need more than 32 MB of memory",
    ],
    ["returns too much", saying('"x".repeat(2e6)'), { bytes: 1024 * 1024 }, "the flows take more than 1 MB"],
    ["ends the process", "process.exit(0);", {}, "the flow modules ended the process before they were done"],
    ["is no module", "export const = 1;", {}, /^src\/flows\/index\.ts:1: (Expression expected|Unexpected)/],
    [
      "needs a package that is not there",
      'import "no-such-package";',
      {},
      /^Cannot find package 'no-such-package' imported from src\/flows\/index\.ts$/,
    ],
    [
      "needs a file that is not there",
      'import "./nowhere.ts";',
      {},
      /^Cannot find module 'src\/flows\/nowhere\.ts' imported from src\/flows\/index\.ts$/,
    ],
    ["throws", 'throw new Error("not today")', {}, "not today"],
    ["throws no error", "throw undefined", {}, "undefined"],
    [
      "exports something else",
      "export const flows = {};",
      {},
      "src/flows/index.ts exports no function flowsFor(stack, options)",
    ],
    ["has no flows", "export const flowsFor = () => 7;", {}, /^these are no call flows/],
    [
      "has a flow that only looks like one",
      'export const flowsFor = () => ({ a: { name: "a", start: "x", fallback: "x", steps: { x: { actions: [{ type: "explode" }], end: true } } } });',
      {},
      /^these are no call flows/,
    ],
    [
      "has a flow that would never end",
      'export const flowsFor = () => ({ a: { name: "a", start: "x", fallback: "x", steps: { x: { goto: "x" } } } });',
      {},
      /no end can be reached/,
    ],
    [
      "has a flow for another stack only",
      'export const flowsFor = (stack) => { throw new Error("no " + stack); };',
      {},
      "no test",
    ],
  ])("that %s is a clear sentence without a path of this machine", async (_, module, limits, message) => {
    const error = errorOf(await evaluated(module, limits)) ?? "";
    expect(error).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
    expect(error).not.toContain(folder);
    expect(error).not.toContain("\n");
  });

  test("end with the one who waits for them", async () => {
    const directory = join(folder, "aborted");
    mkdirSync(join(directory, "src", "flows"), { recursive: true });
    writeFileSync(join(directory, "src", "flows", "index.ts"), "for (;;);");
    symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"));
    const controller = new AbortController();
    const pending = evaluateFlows(directory, [{ stack: "test", local: false }], { signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toThrow();
  });
});
