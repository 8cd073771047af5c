import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readRuleFile } from "../../../src/review/rules/rule-file.ts";
import { covers, ruleFileSchemaText } from "../../../src/review/rules/rule-file-schema.ts";
import { now } from "../versions.ts";

const exemption = (fields: string): string => `exemptions:\n  closed:\n${fields.replaceAll(/^/gm, "    ")}\n`;
const complete = 'rule: R2\nstack: test\nfor: "+15551240001"\nreason: closed\nexpires: 2027-03-31';
const read = (text: string | undefined, base?: string) => readRuleFile(text, { stack: "test", now, base });
const problemsOf = (text: string): string[] =>
  read(text).problems.map((problem) => problem.replace("stacks/review-rules.yaml:", ""));

describe("the rule file", () => {
  test("may be absent, empty or without anything in it: then the defaults hold", () => {
    for (const text of [undefined, "", "# nothing yet\n", "exemptions: {}\n"])
      expect(read(text)).toEqual({
        thresholds: { tooManyNumbers: { share: "30%", least: 10 } },
        exemptions: [],
        problems: [],
      });
  });

  test("sets thresholds, each by itself", () => {
    expect(read("thresholds:\n  too-many-numbers: { share: 12.5% }\n").thresholds).toEqual({
      tooManyNumbers: { share: "12.5%", least: 10 },
    });
    expect(read("thresholds:\n  too-many-numbers: { least: 100 }\n").thresholds).toEqual({
      tooManyNumbers: { share: "30%", least: 100 },
    });
  });

  test("exempts single things, ranges and amounts, in the stack that is named", () => {
    const text = `exemptions:
  closed: { rule: R2, stack: test, for: ["+15551240001", "+15551240100..+15551240199"], reason: closed, expires: 2027-03-31 }
  grows: { rule: R1, stack: test, upTo: 4812, reason: new carrier, expires: 2027-02-01 }
  other: { rule: R7, stack: production, for: sip:a@example.com, reason: same desk, expires: 2027-03-31 }
`;
    expect(read(text)).toMatchObject({
      problems: [],
      exemptions: [
        { name: "closed", rule: "R2", subjects: ["+15551240001", "+15551240100..+15551240199"], brought: true },
        { name: "grows", rule: "R1", upTo: 4812, expires: "2027-02-01" },
      ],
    });
  });

  test("tells which exemptions the change itself brings or edits", () => {
    const text = exemption(complete);
    const brought = (base: string | undefined) => read(text, base).exemptions.map((found) => found.brought);
    expect(brought(text)).toEqual([false]);
    expect(brought(text.replace("2027-03-31", "2027-02-15"))).toEqual([true]);
    expect(brought("exemptions: {}")).toEqual([true]);
    expect(brought("this: [is no rule file")).toEqual([true]);
  });

  test.each([
    [
      "an exemption that has ended",
      complete.replace("2027-03-31", "2027-01-31"),
      "7:14: exemptions.closed.expires: it ended on 2027-01-31: remove the exemption, or renew it with its reason",
    ],
    [
      "one that ends too late to be looked at again",
      complete.replace("2027-03-31", "2099-12-31"),
      '7:14: exemptions.closed.expires: "2099-12-31" is more than a year ahead: nobody would ever look at it again',
    ],
    [
      "a day that there is not",
      complete.replace("2027-03-31", "2027-02-30"),
      '7:14: exemptions.closed.expires: "2027-02-30" must be a date such as 2027-01-31',
    ],
    [
      "one without a day",
      complete.replace("\nexpires: 2027-03-31", ""),
      "3:5: exemptions.closed.expires is missing: it must hold the last day on which it holds, such as 2027-01-31",
    ],
    [
      "one without a reason",
      complete.replace("reason: closed\n", ""),
      "3:5: exemptions.closed.reason is missing: it must hold the reason, in words",
    ],
    [
      "one with an empty reason",
      complete.replace("reason: closed", 'reason: " "'),
      '6:13: exemptions.closed.reason: " " must not be empty',
    ],
    [
      "a rule that there is not",
      complete.replace("R2", "R99"),
      /^3:11: exemptions\.closed\.rule: there is no rule "R99": write one of R1 \(too-many-numbers\), R2/,
    ],
    [
      "a field that there is not",
      `${complete}\nuntil: never`,
      '8:5: exemptions.closed has no field "until": the fields are rule, stack, for, upTo, reason, expires',
    ],
    [
      "a range that is none",
      complete.replace("+15551240001", "+15551240009..+15551240001"),
      /^5:10: exemptions\.closed\.for: "\+15551240009\.\.\+15551240001" is no range of numbers/,
    ],
    [
      "a rule about single things without any",
      complete.replace('for: "+15551240001"', "upTo: 3"),
      "2:3: exemptions.closed: R2 is about single things: write for with what is exempt, and no upTo",
    ],
    [
      "a rule about an amount without one",
      complete.replace("R2", "R1"),
      "2:3: exemptions.closed: R1 is about an amount: write upTo with the count that was approved, and no for",
    ],
  ])("refuses %s with line and column", (_, fields, message) => {
    const problems = problemsOf(exemption(fields));
    expect(problems[0]).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });

  test.each([
    ["what is no YAML", "exemptions: [", "1:14: this is not valid YAML"],
    [
      "a second exemption of the same name",
      `${exemption(complete)}  closed: {}`,
      '8:3: "closed" a second time, first on line 2',
    ],
    [
      "a threshold that is no share",
      "thresholds:\n  too-many-numbers: { share: many }\n",
      '2:30: thresholds.too-many-numbers.share: "many" must be a percentage such as "30%"',
    ],
    [
      "a threshold of another rule",
      "thresholds:\n  number-rejected: { share: 3% }\n",
      'has no field "number-rejected": the fields are too-many-numbers',
    ],
    ["a list in place of fields", "- exemptions\n", "the file must hold the fields thresholds and exemptions"],
  ])("refuses %s", (_, text, message) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(message));
  });

  test("of another stack may end without stopping this one", () => {
    expect(problemsOf(exemption(complete.replace("test", "production").replace("2027-03-31", "2026-01-31")))).toEqual(
      [],
    );
  });

  test("has a schema for editors that is up to date", () => {
    const file = join(import.meta.dirname, "..", "..", "..", "stacks", "review-rules.schema.json");
    expect(readFileSync(file, "utf8")).toBe(ruleFileSchemaText());
  });
});

describe("an exemption for a range", () => {
  test.each([
    ["+15551240000", true],
    ["+15551240050", true],
    ["+15551240099", true],
    ["+15551240100", false],
    ["+155512400500", false],
    ["support", false],
  ])("covers %s: %s", (subject, covered) => {
    expect(covers("+15551240000..+15551240099", subject)).toBe(covered);
  });
});
