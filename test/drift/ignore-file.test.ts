import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readIgnoreFile } from "../../src/drift/ignore-file.ts";
import { ignoreFileSchemaText } from "../../src/drift/ignore-schema.ts";

const stacks = join(import.meta.dirname, "..", "..", "stacks");
const declared = { numbers: ["+15551250001"], applicationNames: ["Support IVR"] };
const read = (text: string | undefined) => readIgnoreFile(text, { now: new Date("2026-11-26T08:00:00Z"), declared });
const entry = (fields: string) => `ignore:\n  one: { ${fields} }\n`;

describe("what is unmanaged on purpose", () => {
  const file = read(`ignore:
  fax: { match: "+15551259999", reason: the fax machine, expires: 2027-06-30 }
  campaigns:
    match: ["+15551259000..+15551259099", Summer campaign, app_123]
    reason: run by an agency
    expires: 2026-11-26
  old: { match: "+15551258888", reason: gone soon, expires: 2026-11-25 }
`);

  test.each(["+15551259999", "+15551259000", "+15551259042", "+15551259099"])("is the number %s", (number) => {
    expect(file.ignored.number(number)).toHaveProperty("reason");
  });

  test.each(["+15551259100", "+15551250001", "+15551258888"])("is not the number %s", (number) => {
    expect(file.ignored.number(number)).toBeUndefined();
  });

  test("is an application, by its name or by its id", () => {
    const summer = { reason: "run by an agency", expires: "2026-11-26" };
    expect(file.ignored.application({ id: "app_9", name: "Summer campaign" })).toEqual(summer);
    expect(file.ignored.application({ id: "app_123", name: "Any" })).toEqual(summer);
    expect(file.ignored.application({ id: "app_9", name: "Summer" })).toBeUndefined();
  });

  test("ends on its day, and that is said", () => {
    expect(file.problems).toEqual([]);
    expect(file.notes).toEqual([expect.stringContaining("ignore.old ended on 2026-11-25")]);
  });
});

test.each([undefined, "", "# nothing\n", "ignore: {}\n"])("a file that says nothing (%j) ignores nothing", (text) => {
  const { ignored, problems } = read(text);
  expect(problems).toEqual([]);
  expect(ignored.number("+15551259999")).toBeUndefined();
});

describe("what is wrong with the file is named by line and column:", () => {
  test.each([
    [
      "a declared number",
      entry('match: "+15551250001", reason: r, expires: 2027-01-01'),
      '2:17: ignore.one.match: "+15551250001" is declared',
    ],
    [
      "a range that covers one",
      entry('match: "+15551250000..+15551250009", reason: r, expires: 2027-01-01'),
      '"+15551250001" is declared',
    ],
    [
      "a declared application",
      entry("match: Support IVR, reason: r, expires: 2027-01-01"),
      '"Support IVR" is declared',
    ],
    [
      "a range that is none",
      entry('match: "+15551259..+1555126", reason: r, expires: 2027-01-01'),
      "is no range of numbers",
    ],
    ["a date too far ahead", entry("match: a, reason: r, expires: 2029-01-01"), "more than a year ahead"],
    ["no date", entry("match: a, reason: r, expires: soon"), 'ignore.one.expires: "soon" must be a date'],
    ["no reason", entry("match: a, expires: 2027-01-01"), "ignore.one.reason is missing"],
    [
      "a field too many",
      entry("match: a, reason: r, expires: 2027-01-01, why: x"),
      '2:52: ignore.one has no field "why"',
    ],
    ["no map", "ignore: all\n", "ignore is not what it must be"],
    ["no field", "all: {}\n", "ignore is missing"],
    [
      "a name twice",
      "ignore:\n  a: { match: a, reason: r, expires: 2027-01-01 }\n  a: { match: b, reason: r, expires: 2027-01-01 }\n",
      '3:3: "a" a second time',
    ],
    ["no YAML", "ignore: [\n", "not valid YAML"],
  ])("%s", (_, text, message) => {
    expect(read(text).problems.join("\n")).toContain(message);
    expect(read(text).problems[0]).toMatch(/^stacks\/drift-ignore\.yaml:\d+:\d+: /);
  });
});

test("the file of this repository is in order, and editors get the schema that is checked", () => {
  expect(read(readFileSync(join(stacks, "drift-ignore.yaml"), "utf8")).problems).toEqual([]);
  expect(readFileSync(join(stacks, "drift-ignore.schema.json"), "utf8")).toBe(ignoreFileSchemaText());
});
