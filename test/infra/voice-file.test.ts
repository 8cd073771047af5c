import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { stacksIn } from "../../infra/account.ts";
import { parseVoiceFile, readVoiceFile } from "../../infra/voice-file.ts";
import { voiceSchemaText } from "../../infra/voice-schema.ts";
import { formatProblem } from "../../infra/yaml-source.ts";
import { flows as ourFlows } from "../../src/flows/index.ts";

const flows = ["receptionist", "salesMenu"];
const stacks = join(import.meta.dirname, "..", "..", "stacks");

const parse = (text: string) => parseVoiceFile(text, { file: "stacks/Voice.test.yaml", flows });
const problemsOf = (text: string): string[] =>
  parse(text).problems.map((problem) => formatProblem(problem).replace("stacks/Voice.test.yaml:", ""));

/** A file in which everything is right but the lines that are given. */
const withApplication = (line: string): string =>
  `applications:\n  support: { name: Support, flow: receptionist }\n  ${line}\nroutes: {}\n`;
const withRoute = (line: string): string =>
  `applications:\n  support: { name: Support, flow: receptionist }\nroutes:\n  "+15551240001": support\n  ${line}\n`;

describe("a voice file", () => {
  test("declares applications and routes", () => {
    const { voice, problems } = parse(`# yaml-language-server: $schema=./voice.schema.json
applications:
  support: { name: Support IVR (test), flow: receptionist }
  billing:
    name: Billing
    answerUrl: https://billing.example.com/answer
    webhookUrl: https://billing.example.com/webhook
    adopt: true
routes:
  "+15551240001": support
  '+15551240002': billing
  +15551240009: reject
`);
    expect(problems).toEqual([]);
    expect(voice).toEqual({
      applications: {
        support: { name: "Support IVR (test)", flow: "receptionist" },
        billing: {
          name: "Billing",
          answerUrl: "https://billing.example.com/answer",
          webhookUrl: "https://billing.example.com/webhook",
          adopt: true,
        },
      },
      routes: { "+15551240001": "support", "+15551240002": "billing", "+15551240009": "reject" },
    });
  });

  test("keeps the plus sign and the text of a name that looks like a number", () => {
    const { voice } = parse("applications:\n  a: { name: 0123, flow: salesMenu }\nroutes:\n  +15551240001: a\n");
    expect(voice).toEqual({
      applications: { a: { name: "0123", flow: "salesMenu" } },
      routes: { "+15551240001": "a" },
    });
  });

  test("may be without applications and routes if it says so", () => {
    expect(parse("applications: {}\nroutes: {}\n").voice).toEqual({ applications: {}, routes: {} });
  });

  test("may have Windows line ends and a byte order mark", () => {
    expect(problemsOf("\uFEFFapplications: {}\r\nroutes:\r\n  '+15551240001': reject\r\n")).toEqual([]);
  });

  test("with 20,000 numbers, the last of them wrong, names just that one", () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `  "+1555${1_000_000 + index}": reject`);
    const text = `applications: {}\nroutes:\n${lines.join("\n")}\n  "+15551000000": reject\n`;
    expect(problemsOf(text)).toEqual([
      '20003:3: number "+15551000000" a second time, first on line 3: keep one of them',
    ]);
  });
});

describe("a number", () => {
  const notE164 = (at: string, number: string): string =>
    `${at}: routes: "${number}" is not an E.164 number: write "+" and 7 to 15 digits, the first not 0, such as "+15551230001"`;

  test.each(["15551240002", "+0555124000", "+1 555 124 0002", "+155512", "+1555124000212345", "tel:+15551240002"])(
    "%j is refused, as it is not E.164",
    (number) => expect(problemsOf(withRoute(`"${number}": support`))).toEqual([notE164("5:3", number)]),
  );

  test.each(["+1234567", "+123456789012345"])("%s is as short or long as E.164 allows", (number) => {
    expect(problemsOf(withRoute(`"${number}": support`))).toEqual([]);
  });

  test("twice in one file is an error with both lines, also when only one of them is quoted", () => {
    expect(problemsOf(withRoute("+15551240001: reject"))).toEqual([
      '5:3: number "+15551240001" a second time, first on line 4: keep one of them',
    ]);
  });
});

describe("a route", () => {
  test.each([
    ['"+15551240002":', "5:3"],
    ['"+15551240002": ""', "5:19"],
    ['"+15551240002": # nowhere', "5:3"],
  ])("without a target (%s) is refused: absence never means reject", (line, at) => {
    expect(problemsOf(withRoute(line))).toEqual([
      `${at}: routes."+15551240002" has no target: write one of support, reject`,
    ]);
  });

  test("to an unknown application names the ones that exist", () => {
    expect(problemsOf(withRoute('"+15551240002": suport'))).toEqual([
      '5:19: routes."+15551240002": there is no application "suport": write one of support, reject',
    ]);
  });

  test("with fields of its own is refused", () => {
    expect(problemsOf(withRoute('"+15551240002": { mode: reject }'))).toEqual([
      '5:19: routes."+15551240002" must hold text',
    ]);
  });
});

describe("an application", () => {
  test.each([
    ["sales: { flow: salesMenu }", "3:10: applications.sales.name is missing: it must hold text"],
    [
      "sales: { name: '', flow: salesMenu }",
      '3:18: applications.sales.name: "" must not be empty: give the name that the account shows',
    ],
    ["sales: { name: Sales }", "3:3: applications.sales has neither flow nor answerUrl: nobody would answer its calls"],
    ["sales:", "3:3: applications.sales must hold one field a line"],
    ["sales: { name: [a], flow: salesMenu }", "3:18: applications.sales.name must hold text"],
    [
      "sales: { name: Sales, flow: saelsMenu }",
      '3:31: applications.sales.flow: there is no flow "saelsMenu" in src/flows: write one of receptionist, salesMenu',
    ],
    [
      "sales: { name: Support, flow: salesMenu }",
      '3:18: applications.sales.name: "Support" is the name of support too, on line 2: give each its own name',
    ],
    [
      "support: { name: Other, flow: salesMenu }",
      '3:3: application key "support" a second time, first on line 2: keep one of them',
    ],
    [
      "sales: { name: Sales, flow: salesMenu, flow: receptionist }",
      '3:42: field "flow" a second time, first on line 3: keep one of them',
    ],
    [
      "reject: { name: Sales, flow: salesMenu }",
      '3:3: "reject" takes a number out of service, so no application can have this key: choose another',
    ],
    [
      "a/b: { name: Sales, flow: salesMenu }",
      '3:3: application key "a/b" must begin with a letter, then letters, digits, "-" and "_", at most 40',
    ],
    [
      "sales: { name: Sales, flow: salesMenu, numbers: all }",
      '3:42: applications.sales has no field "numbers": the fields are name, flow, answerUrl, webhookUrl, adopt',
    ],
    [
      "sales: { name: Sales, flow: salesMenu, adopt: yes }",
      '3:49: applications.sales.adopt: "yes" must be true or false',
    ],
    [
      "sales: { name: Sales, flow: salesMenu, answerUrl: https://example.com/a }",
      "3:42: applications.sales has both flow and answerUrl: keep flow if this stack answers its calls, else answerUrl",
    ],
    [
      "sales: { name: Sales, flow: salesMenu, webhookUrl: https://example.com/w }",
      "3:42: applications.sales.webhookUrl goes with answerUrl only: remove it, this stack's own function receives the events",
    ],
  ])("%s is refused", (line, problem) => {
    expect(problemsOf(withApplication(line))).toEqual([problem]);
  });

  test.each([
    ["example.com/answer", /3:32: applications.sales.answerUrl.*"example.com\/answer" is not a URL/],
    ["http://example.com/answer", /3:32: applications.sales.answerUrl.*"http:\/\/example.com\/answer".*https/],
    ["ftp://example.com/answer", /3:32: applications.sales.answerUrl.*ftp.*https/],
    ["https://user:swordfish@example.com/answer", /3:32: applications.sales.answerUrl.*example.com/],
  ])("that is answered at %s is refused", (url, problem) => {
    const problems = problemsOf(withApplication(`sales: { name: S, answerUrl: "${url}" }`));
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).not.toContain("swordfish");
  });

  test.each(["http://127.0.0.1:8080/answer", "http://localhost/answer", "http://[::1]:80/answer"])(
    "may be answered at %s, which is this machine",
    (url) => expect(problemsOf(withApplication(`sales: { name: S, answerUrl: "${url}" }`))).toEqual([]),
  );
});

describe("a file that is not a voice file", () => {
  test.each([
    ["", "1:1: the file must hold the fields applications and routes"],
    ["# nothing yet\n", "1:1: the file must hold the fields applications and routes"],
    ["- support\n", "1:1: the file must hold the fields applications and routes"],
    ["applications: {}\n", "1:1: routes is missing: it must hold one entry a line, or {} for none"],
    ["applications:\nroutes: {}\n", "1:1: applications must hold one entry a line, or {} for none"],
    [
      "applications: {}\nroutes: {}\nroute: {}\n",
      '3:1: the file has no field "route": the fields are applications, routes',
    ],
    ["applications: {}\nroutes:\n\t- a\n", "3:1: this is not valid YAML: Tabs are not allowed as indentation"],
    [
      "applications: {}\nroutes: {}\n---\na: b\n",
      "3:1: this is not valid YAML: a second document begins here, and one is all there can be",
    ],
    ["applications: {}\nroutes: *numbers\n", "2:9: aliases are not supported: write the value of *numbers out"],
    ["applications: {}\nroutes: {}\n? [a]\n: b\n", "3:3: a key must be plain text"],
  ])("%j", (text, problem) => expect(problemsOf(text)).toEqual([problem]));

  test("or does not exist is told by its name", () => {
    expect(readVoiceFile(stacks, "staging", flows).problems.map(formatProblem)).toEqual([
      'stacks/Voice.staging.yaml:1:1: the stack "staging" has no voice file: create it, for example from a copy of another stack\'s',
    ]);
  });
});

test("all problems of a file are told at once, in the order of its lines", () => {
  const text = `applications:
  support: { name: Support, flow: receptionst }
  live: { name: Support, answerUrl: nowhere, colour: red }
routes:
  "15551240001": support
  "+15551240002": sales
  "+15551240003":
`;
  expect(problemsOf(text).map((problem) => /^\d+:\d+/.exec(problem)?.[0])).toEqual([
    "2:35",
    "3:17",
    "3:37",
    "3:46",
    "5:3",
    "6:19",
    "7:3",
  ]);
});

describe("the stacks of this repository", () => {
  test.each(stacksIn(stacks))("%s has a voice file without a problem that names its schema", (stack) => {
    expect(readVoiceFile(stacks, stack, Object.keys(ourFlows)).problems).toEqual([]);
    const text = readFileSync(join(stacks, `Voice.${stack}.yaml`), "utf8");
    expect(text).toContain("# yaml-language-server: $schema=./voice.schema.json");
  });

  test("the JSON Schema for editors is up to date (else: node infra/write-voice-schema.ts)", () => {
    const written = readFileSync(join(stacks, "voice.schema.json"), "utf8");
    expect(written).toBe(voiceSchemaText(Object.keys(ourFlows)));
  });
});
