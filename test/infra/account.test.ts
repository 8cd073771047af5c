import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { accountOf, sharedWithinAccount, sharedWithProduction, stacksIn } from "../../infra/account.ts";
import { readVoiceFile } from "../../infra/voice-file.ts";
import { formatProblem } from "../../infra/yaml-source.ts";

const stacksOfThisRepository = join(import.meta.dirname, "..", "..", "stacks");
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "stacks-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const voice = (stack: string, number: string, name = `Support (${stack})`): void =>
  writeFileSync(
    join(directory, `Voice.${stack}.yaml`),
    `applications:\n  support: { name: ${name}, flow: receptionist }\nroutes:\n  "${number}": support\n`,
  );
const config = (stack: string, settings: Record<string, string>): void =>
  writeFileSync(join(directory, `Pulumi.${stack}.yaml`), JSON.stringify({ config: settings }));

/** The problems of a stack with its neighbours, the folder's name left out. */
function problemsOf(stack: string, folder = directory, rule = sharedWithinAccount): string[] {
  const { claims = [] } = readVoiceFile(folder, stack, ["receptionist"]);
  return rule(folder, { stack, claims, account: accountOf(folder, stack) }).map((problem) =>
    formatProblem(problem).replaceAll(`${basename(folder)}/`, ""),
  );
}
const withProduction = (stack: string) => problemsOf(stack, directory, sharedWithProduction);

const clash =
  'Voice.test.yaml:4:3: the number "+15551240001" is also in Voice.production.yaml:4, and stack "production" may be of ' +
  "the same account: remove it from one of them, or, if the accounts differ, set minivoice:customerId for both stacks";

describe("a number in two stacks", () => {
  beforeEach(() => {
    voice("test", "+15551240001");
    voice("production", "+15551240001");
  });

  test("without customerId is an error with both files and lines", () => {
    expect(problemsOf("test")).toEqual([clash]);
  });

  test("is an error when only one of them says which customer it is", () => {
    config("test", { "minivoice:customerId": "cus_1" });
    expect(problemsOf("test")).toEqual([clash]);
  });

  test("is an error for the same customer, however its base URL is written", () => {
    config("test", { "minivoice:customerId": "cus_1", "minivoice:baseUrl": "https://API.minivoice.eu/" });
    config("production", { "minivoice:customerId": "cus_1" });
    expect(problemsOf("test")).toEqual([clash]);
  });

  test("is fine for two customers", () => {
    config("test", { "minivoice:customerId": "cus_1" });
    config("production", { "minivoice:customerId": "cus_2" });
    expect(problemsOf("test")).toEqual([]);
  });

  test("is fine at two base URLs", () => {
    config("test", { "minivoice:baseUrl": "https://api.example.com" });
    expect(problemsOf("test")).toEqual([]);
  });

  test("is fine when one of them is local, also under another name, and whatever its file looks like", () => {
    voice("local", "+15551240001");
    voice("laptop", "+15551240001");
    config("laptop", { "voice:local": "true" });
    config("production", { "minivoice:baseUrl": "https://api.example.com" });
    expect(problemsOf("test")).toEqual([]);
    expect(problemsOf("local")).toEqual([]);
    writeFileSync(join(directory, "Voice.laptop.yaml"), "routes: {");
    expect(problemsOf("test")).toEqual([]);
  });
});

describe("a number that live callers dial, in an experiment of another account,", () => {
  beforeEach(() => {
    voice("test", "+15551240001");
    voice("production", "+15551240001");
    config("test", { "minivoice:customerId": "cus_1" });
    config("production", { "minivoice:customerId": "cus_2", "voice:production": "true" });
  });

  test("is an error, whichever of the two is previewed", () => {
    const says =
      'the number "+15551240001" is also in Voice.production.yaml:4, and of the stacks "test" and "production" one is ' +
      "production: no number is in both, whatever their accounts; remove it from one of them";
    expect(withProduction("test")).toEqual([`Voice.test.yaml:4:3: ${says}`]);
    expect(withProduction("production")).toEqual([expect.stringContaining("is also in Voice.test.yaml:4")]);
  });

  test("is told once where the accounts may be one", () => {
    config("test", {});
    expect(withProduction("test")).toEqual([]);
    expect(problemsOf("test")).toHaveLength(1);
  });

  test("is fine in the sandbox, and in two experiments", () => {
    config("test", { "voice:local": "true" });
    expect(withProduction("test")).toEqual([]);
    config("test", { "minivoice:customerId": "cus_1" });
    config("production", { "minivoice:customerId": "cus_2" });
    expect(withProduction("test")).toEqual([]);
  });

  test("its application may have the same name", () => {
    voice("test", "+15551240002", "Support");
    voice("production", "+15551240001", "Support");
    expect(withProduction("test")).toEqual([]);
  });
});

test("an application name in two stacks of one account is an error, for both would be the same application", () => {
  voice("test", "+15551240001", "Support");
  voice("production", "+15551250001", "Support");
  expect(problemsOf("test")).toEqual([
    expect.stringMatching(/^Voice.test.yaml:2:20: the application name "Support" is also in Voice.production.yaml:2,/),
  ]);
});

describe("another stack's broken file", () => {
  beforeEach(() => voice("test", "+15551240001"));

  test("counts with the numbers that can still be read", () => {
    writeFileSync(join(directory, "Voice.production.yaml"), 'colour: red\nroutes:\n  "+15551240001": nobody\n');
    expect(problemsOf("test")).toEqual([expect.stringContaining("is also in Voice.production.yaml:3,")]);
  });

  test("that is no YAML is told with its place and why it matters", () => {
    writeFileSync(join(directory, "Voice.production.yaml"), 'routes:\n  "+15551240001": nobody\n\tx: y\n');
    expect(problemsOf("test")).toEqual([
      expect.stringMatching(
        /^Voice.production.yaml:3:1: this is not valid YAML: .*stack "test" .*mend this file first/,
      ),
    ]);
  });

  test("of configuration leaves the rule at its strictest", () => {
    voice("production", "+15551240001");
    writeFileSync(join(directory, "Pulumi.production.yaml"), "config: {");
    expect(problemsOf("test")).toEqual([clash]);
  });
});

test("an encrypted customerId is one that nobody can compare", () => {
  writeFileSync(join(directory, "Pulumi.test.yaml"), "config:\n  minivoice:customerId:\n    secure: AAAB\n");
  expect(accountOf(directory, "test").customerId).toBeUndefined();
});

test.each(stacksIn(stacksOfThisRepository))("stack %s of this repository shares nothing with another", (stack) => {
  expect(problemsOf(stack, stacksOfThisRepository)).toEqual([]);
});
