import { describe, expect, test } from "@jest/globals";
import type { Application, Did } from "pulumi-minivoice/api";
import { parseVoiceFile } from "../../infra/voice-file.ts";
import { importAccount } from "../../src/drift/import-account.ts";

const application = (id: string, name: string, fields: Partial<Application> = {}): Application => ({
  id,
  name,
  answer_url: `https://calls.example.com/${id}`,
  ...fields,
});
const did = (number: string, fields: Partial<Did>): Did => ({
  id: `did_${number}`,
  number_e164: number,
  route_mode: "webhook",
  ...fields,
});
const flows = ["menu"];

describe("an account that was set up by hand", () => {
  const imported = importAccount(
    {
      applications: [
        application("app_1", "Front desk (EU)", { webhook_url: "https://calls.example.com/hooks?tenant=5" }),
        application("app_2", "Bücher & Co: #1"),
        application("app_3", "24/7"),
        application("app_4", "Portal", { answer_url: undefined }),
        application("app_5", "Twin"),
        application("app_6", "Twin"),
        application("app_7", "Old", { answer_url: "http://plain.example.com/" }),
      ],
      numbers: [
        did("+15551230002", { application_id: "app_2" }),
        did("+15551230001", { application_id: "app_1" }),
        did("+15551230003", { route_mode: "reject" }),
        did("+15551230004", {}),
        did("+15551230005", { application_id: "app_5" }),
        did("+15551230006", { route_mode: "reject", application_id: "app_1" }),
      ],
    },
    { flows },
  );

  test("becomes a voice file that adopts it as it is", () => {
    expect(parseVoiceFile(imported.text, { file: "Voice.test.yaml", flows }).voice).toEqual({
      applications: {
        "front-desk-eu": {
          name: "Front desk (EU)",
          answerUrl: "https://calls.example.com/app_1",
          webhookUrl: "https://calls.example.com/hooks?tenant=5",
          adopt: true,
        },
        "bucher-co-1": { name: "Bücher & Co: #1", answerUrl: "https://calls.example.com/app_2", adopt: true },
        application: { name: "24/7", answerUrl: "https://calls.example.com/app_3", adopt: true },
      },
      routes: { "+15551230001": "front-desk-eu", "+15551230002": "bucher-co-1", "+15551230003": "reject" },
    });
  });

  test("and what such a file cannot say is named, there and here", () => {
    expect(imported.left.map(({ object, why }) => `${object}: ${why}`)).toEqual([
      'application "Portal" (app_4): it has no answer_url, so nobody answers its calls',
      expect.stringMatching(/^application "Twin" \(app_5\): another application of the account has the same name/),
      expect.stringMatching(/^application "Twin" \(app_6\)/),
      expect.stringMatching(/^application "Old" \(app_7\): .*https/),
      "+15551230004: no application is assigned to it",
      "+15551230005: it goes to app_5, which is not in the file",
      "+15551230006: it is in mode reject, and still carries app_1",
    ]);
    expect(imported.text).toContain('# Left out: application "Portal" (app_4): it has no answer_url');
  });

  test("and a URL that may hold a secret is pointed out", () => {
    expect(imported.withQuery).toEqual(["front-desk-eu"]);
  });
});

test("names that are written like YAML, or like comments, change nothing else", () => {
  const names = ["a: b", "- x", "{y}", "# z", "true", "multi\nline", "\u202Eevil", "'", '"', "null", " padded "];
  const applications = names.map((name, index) => application(`app_${index}`, name));
  const { text, added } = importAccount({ applications, numbers: [] }, { flows });
  expect(Object.values(added.applications).map(({ name }) => name)).toEqual(names);
  const left = importAccount(
    { applications: [application("app_1", "x\nroutes: {}\n", { answer_url: undefined })], numbers: [] },
    { flows },
  );
  expect(left.text.split("\n").filter((line) => line.startsWith("routes"))).toEqual(["routes: {}"]);
  expect(text).toContain("routes: {}");
});

describe("a voice file that is there already", () => {
  const text = `# ours
applications:
  support: { name: Support, flow: menu }   # the first
  # the second stays out of it
routes:
  "+15551230001": support

  # last comment`;
  const { voice } = parseVoiceFile(text, { file: "Voice.test.yaml", flows });
  if (!voice) throw new Error("the voice file is broken");
  const contents = {
    applications: [application("app_1", "Support"), application("app_2", "Billing"), application("app_3", "Elsewhere")],
    numbers: [
      did("+15551230001", { application_id: "app_2" }),
      did("+15551230002", { application_id: "app_2" }),
      did("+15551230003", { application_id: "app_1" }),
      did("+15551230004", { application_id: "app_3" }),
      did("+15551230005", { route_mode: "reject" }),
    ],
  };
  const elsewhere = { numbers: new Set(["+15551230004"]), applicationNames: new Set(["Elsewhere"]) };
  const ignored = {
    number: (number: string) => (number.endsWith("5") ? { reason: "fax", expires: "2027-01-01" } : undefined),
    application: () => undefined,
  };

  test("gets what it does not declare, and keeps every line that it has", () => {
    const imported = importAccount(contents, { flows, existing: { text, voice }, elsewhere, ignored });
    expect(imported.text).toBe(`# ours
applications:
  support: { name: Support, flow: menu }   # the first
  # Adopted as the account had it. To let a flow answer instead, write flow: (${flows.join(", ")}) in the place of answerUrl and webhookUrl.
  billing:
    name: Billing
    answerUrl: https://calls.example.com/app_2
    adopt: true
  # the second stays out of it
routes:
  "+15551230001": support
  "+15551230002": billing
  "+15551230003": support

  # last comment`);
    expect(imported.left).toEqual([]);
  });

  test("is as it was when it declares all of it", () => {
    const all = { applications: contents.applications.slice(0, 1), numbers: contents.numbers.slice(0, 1) };
    expect(importAccount(all, { flows, existing: { text, voice } }).text).toBe(text);
  });

  test("may be empty", () => {
    const nothing = "applications: {}   # none\nroutes: {}\n";
    const { voice: empty } = parseVoiceFile(nothing, { file: "Voice.test.yaml", flows });
    if (!empty) throw new Error("the voice file is broken");
    const { text: filled } = importAccount(contents, { flows, existing: { text: nothing, voice: empty } });
    expect(parseVoiceFile(filled, { file: "Voice.test.yaml", flows }).voice?.routes).toHaveProperty(
      "+15551230005",
      "reject",
    );
  });

  test("and is written between braces has to be rewritten first", () => {
    const braces = 'applications: { a: { name: A, flow: menu } }\nroutes: { "+15551230001": a }\n';
    const { voice: declared } = parseVoiceFile(braces, { file: "Voice.test.yaml", flows });
    if (!declared) throw new Error("the voice file is broken");
    expect(() => importAccount(contents, { flows, existing: { text: braces, voice: declared } })).toThrow(
      "stands between braces: write one entry a line",
    );
  });
});
