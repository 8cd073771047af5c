import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { defineFlow } from "../../src/call-flow/define-flow.ts";
import { walkFlow } from "../../src/call-flow/walk.ts";
import { CliError } from "../../src/cli/cli-error.ts";
import { register } from "../../src/cli/commands/flow.ts";
import { renderFlow, summaryOf } from "../../src/cli/flow-outline.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flow-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `minivoice flow …` prints, or why it refuses. */
async function flow(...args: string[]): Promise<string> {
  const program = new Command("minivoice").exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  let printed = "";
  const stdout = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  const stderr = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await program.parseAsync(["flow", ...args], { from: "user" });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return stripVTControlCharacters(printed);
}

describe("minivoice flow", () => {
  test("lists the flows with their size", async () => {
    expect((await flow()).split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "))).toEqual([
      expect.stringMatching(/^receptionist \| 6 steps \| 5 paths \| 2 questions at most \| digest [0-9a-f]{12}$/),
      expect.stringMatching(/^salesMenu \| 9 steps \| 137 paths/),
      expect.stringMatching(/^appointmentReminder \| 8 steps \| 10 paths/),
      "",
    ]);
    const { stack, flows } = JSON.parse(await flow("--json"));
    expect(stack).toBe("local");
    expect(flows[0]).toMatchObject({ name: "receptionist", steps: 6, paths: 5, questions: 2, redirects: 2 });
  });

  test("tells of one what is said in each step, where it leads, and every path of a caller", async () => {
    const shown = await flow("receptionist", "--stack", "test");
    expect(shown).toContain(`
welcome (start)      “Thanks for calling.”
                     → menu
menu                 “Press 1 for support” (1 digit, 5 s)
                     1 → support
                     wrong key → sorry
                     silence → unheard
                     after 2 attempts → operator
`);
    expect(shown).toContain(`
What a caller can do (5 paths)
1                     → support: transfer to sip:support@test.example.com
wrong key, 1          → support: transfer to sip:support@test.example.com
wrong key, wrong key  → operator: transfer to +15550100101
wrong key, silence    → operator: transfer to +15550100101
silence               → operator: transfer to +15550100101
`);
    expect(shown).toContain("operator (fallback)");
  });

  test("says how many paths it does not show", async () => {
    const shown = await flow("salesMenu", "--limit", "2");
    expect(shown).toContain("What a caller can do (the first 2 paths of 137)");
    expect(shown).toMatch(/\n--limit 137 shows all of them\n$/);
    expect(JSON.parse(await flow("salesMenu", "--limit", "2", "--json")).walk).toMatchObject({
      total: 137,
      capped: true,
    });
  });

  test("prints one as JSON: the flow itself, and its paths", async () => {
    const { flow: definition, walk, stack } = JSON.parse(await flow("receptionist", "--json"));
    expect(stack).toBe("local");
    expect(walk).toEqual(JSON.parse(JSON.stringify(walkFlow(definition))));
  });

  test("draws one as SVG, on standard output or whole into a file", async () => {
    const svg = await flow("receptionist", "--svg");
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
    const file = join(folder, "receptionist.svg");
    expect(await flow("receptionist", "--svg", file)).toBe("");
    expect(readFileSync(file, "utf8")).toBe(svg);
    await expect(flow("receptionist", "--svg", folder)).rejects.toThrow(`${folder} cannot be written`);
    expect(readdirSync(folder)).toEqual(["receptionist.svg"]);
  });

  test("prints the diagram that the documentation shows", async () => {
    const page = readFileSync(new URL("../../docs/call-flows.md", import.meta.url), "utf8");
    const [, shown] = /```mermaid\n(.*?)```/s.exec(page) ?? [];
    expect(shown).toBe(await flow("receptionist", "--diagram"));
  });

  test.each<[string, string[], string]>([
    ["an unknown flow", ["recepsionist"], 'unknown flow "recepsionist"; known flows: receptionist, salesMenu'],
    ["an inherited name", ["constructor"], 'unknown flow "constructor"'],
    ["a stack without a directory", ["receptionist", "-s", "staging"], 'stack "staging" has no directory'],
    ["a drawing of nothing", ["--diagram"], "name the flow to draw: receptionist, salesMenu, appointmentReminder"],
  ])("refuses %s, and names what there is", async (_what, args, message) => {
    const refusal = await flow(...args).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CliError);
    expect(refusal).toMatchObject({ message: expect.stringContaining(message), exitCode: 64 });
  });

  test.each([
    [["receptionist", "--diagram", "--json"], "cannot be used with"],
    [["receptionist", "--svg", "x.svg", "--json"], "cannot be used with"],
    [["receptionist", "--limit", "0"], "whole number, 1 or more"],
    [["receptionist", "salesMenu"], "too many arguments"],
  ])("refuses %j", async (args, message) => {
    await expect(flow(...args)).rejects.toThrow(message);
  });

  test("tells that what follows a conference waits, and where a call ends by itself", () => {
    const steps = {
      room: { actions: [{ type: "conference", room: "lobby", end_on_exit: true }], goto: "bye" },
      bye: { actions: [{ type: "say", text: "Goodbye.\u0007\n" }], end: true },
    } as const;
    const demo = defineFlow("demo", { start: "room", fallback: "bye", steps });
    const shown = renderFlow(summaryOf("demo", demo), demo, walkFlow(demo), process.stdout);
    expect(stripVTControlCharacters(shown).split("\n").slice(2)).toEqual([
      "room (start)    conference room lobby (ends when this caller leaves); what follows waits until the caller leaves it",
      "                → bye",
      "bye (fallback)  “Goodbye.”",
      "                the call ends",
      "",
      "What a caller can do (1 path)",
      "listens  → bye: the call ends",
      "",
    ]);
  });
});
