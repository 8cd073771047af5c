import { describe, expect, test } from "@jest/globals";
import type { Application } from "pulumi-minivoice/api";
import type { DidFound } from "pulumi-minivoice/lifecycle";
import type { Outcome } from "../../src/http/request.ts";
import { BUDGET, inMilliseconds, judgeTimes } from "../../src/verify/budget.ts";
import type { DeployedApplication } from "../../src/verify/deployed.ts";
import { judgeAnswers } from "../../src/verify/judge-answers.ts";
import { exitCodeOf, type Finding, type Outcome as Found, outcomeOf } from "../../src/verify/report.ts";
import { judgeRoute } from "../../src/verify/routes.ts";
import { checkSeparation } from "../../src/verify/separation.ts";
import { checkSlowWork, judgeAcceptance, judgeProbe } from "../../src/verify/webhooks.ts";

const answered = (status: number, text = "", durationMs = 5): Outcome => ({
  status,
  text,
  durationMs,
  headers: new Headers(),
});
const silent: Outcome = { error: "connection refused: nothing listens there", durationMs: 1 };
const valid = '{"actions":[{"say":{"text":"Hi."}}]}';

describe("an answer", () => {
  test.each<[string, Outcome[], string | undefined]>([
    ["valid and the same each time", [answered(200, valid), answered(200, valid)], undefined],
    ["a cold start", [answered(200, valid, 4_000), answered(200, valid, 10)], undefined],
    ["no answer", [silent], "no answer: connection refused: nothing listens there"],
    ["an error in one of three", [answered(200, valid), answered(503, "Busy"), answered(200, valid)], "status 503"],
    ["an HTTP redirect", [answered(302)], "status 302"],
    ["nothing", [answered(200)], "the answer is no JSON"],
    ["an empty list", [answered(200, '{"actions":[]}')], "the action list is empty: the caller hears nothing"],
    ["a list", [answered(200, "[]")], "answer: must be an object, but is []"],
    [
      "other bytes",
      [answered(200, valid), answered(200, `${valid} `)],
      expect.stringMatching(/different answers/) as never,
    ],
    [
      "always too slow",
      [answered(200, valid, 1_001), answered(200, valid, 2_000)],
      expect.stringMatching(/slowly/) as never,
    ],
    [
      "once far too slow",
      [answered(200, valid, 5_001), answered(200, valid, 1)],
      expect.stringMatching(/slowly/) as never,
    ],
  ])("%s", (_, tries, text) => {
    expect(judgeAnswers(tries)?.text).toEqual(text);
  });

  test.each([
    [{ actions: [{ type: "transfer" }] }, "$.actions[0].destination"],
    [
      { actions: [{ say: { text: "Hi." } }, { gather: { timeout_seconds: 45 } }] },
      "$.actions[1].gather.timeout_seconds",
    ],
    [{ actions: [{ type: "hangup" }] }, "$.actions[0].type"],
    [{ actions: [{ dance: {} }] }, "$.actions[0].dance"],
    [{ actions: ["say"] }, "$.actions[0]"],
    [{ actions: [{ say: "Hi." }] }, "$.actions[0].say"],
    [{ actions: {} }, "$.actions"],
    [{ actions: [], extra: 1 }, "$.extra"],
  ])("%j is wrong at %s", (answer, path) => {
    expect(judgeAnswers([answered(200, JSON.stringify(answer))])?.path).toBe(path);
  });
});

describe("times", () => {
  test.each([
    [[BUDGET.worstMs, BUDGET.usualMs], true],
    [[BUDGET.worstMs + 1, 1], false],
    [[BUDGET.usualMs + 1], false],
  ])("%j ms", (times, fine) => {
    expect(judgeTimes(times) === undefined).toBe(fine);
  });

  test("are listed as people write them", () => {
    expect([inMilliseconds([1]), inMilliseconds([1, 2]), inMilliseconds([1, 2, 3])]).toEqual([
      "1 ms",
      "1 and 2 ms",
      "1, 2 and 3 ms",
    ]);
  });
});

describe("a webhook", () => {
  const probe = (unsigned: Outcome, wrong: Outcome, ...signed: Outcome[]) => ({
    at: "2026-05-29T12:00:00Z",
    url: "https://example.com/webhook?token=hush",
    callId: "probe_1",
    refusals: { unsigned, "wrongly signed": wrong },
    signed,
  });
  const [no, yes] = [answered(401), answered(204)];

  test.each<[string, ReturnType<typeof probe>, Found, string]>([
    [
      "refuses and accepts as it must",
      probe(no, no, yes, yes),
      "passed",
      "signed 204, unsigned 401, wrongly signed 401",
    ],
    ["accepts anything", probe(yes, yes, yes), "failed", "unsigned: anybody could invent calls"],
    ["looks at no signature", probe(no, yes, yes), "failed", "wrongly signed: anybody could invent calls"],
    [
      "fails on what is unsigned",
      probe(answered(500), no, yes),
      "failed",
      "does not refuse an event that is unsigned: status 500",
    ],
    [
      "does not answer",
      probe(silent, silent, silent),
      "failed",
      "does not refuse an event that is unsigned: no answer",
    ],
    [
      "refuses everything",
      probe(no, no, no),
      "failed",
      "does not accept an event that is signed with this stack's secret: status 401",
    ],
    ["refuses a repetition", probe(no, no, yes, answered(409)), "failed", "status 409"],
  ])("that %s", (_, given, outcome, text) => {
    const found = judgeProbe(given);
    expect(found).toMatchObject({ outcome, text: expect.stringContaining(text) });
    expect(JSON.stringify(found)).not.toContain("hush");
  });

  test.each<[string, Outcome[], Found]>([
    ["at once", [answered(200, "", 900)], "passed"],
    ["after the work", [answered(200, "", 1_500), answered(200, "", 1_400)], "failed"],
    ["never", [answered(500, "", 1)], "unchecked"],
  ])("that accepts %s", (_, signed, outcome) => {
    expect(judgeAcceptance(probe(no, no, ...signed)).outcome).toBe(outcome);
  });

  test("without a queue that can be seen behind it is not checked to its end", () => {
    const probes = new Map([["support", probe(no, no, yes)]]);
    const application = { key: "support", id: "app_1", name: "Support", secretUnverified: false };
    const check = (queue?: { name: string; worker: string }) => outcomeOf(checkSlowWork([application], probes, queue));
    expect([check(), check({ name: "events", worker: "worker" })]).toEqual(["unchecked", "passed"]);
  });
});

describe("a number", () => {
  const did = (more: Partial<DidFound>): { found: DidFound } => ({
    found: { didId: "did_1", number: "+15551230001", mode: "webhook", ...more },
  });
  const nameOf = (id: string) => (id === "app_1" ? "support" : id);

  test.each<[string, string, Parameters<typeof judgeRoute>[2], Found]>([
    ["routes as declared", "app_1", did({ applicationId: "app_1" }), "passed"],
    ["rejects as declared", "reject", did({ mode: "reject" }), "passed"],
    ["goes to another application", "app_1", did({ applicationId: "app_2" }), "failed"],
    ["has no application", "app_1", did({}), "failed"],
    ["rejects instead", "app_1", did({ mode: "reject" }), "failed"],
    ["rejects, but still carries the application", "reject", did({ mode: "reject", applicationId: "app_1" }), "failed"],
    ["takes calls instead of rejecting them", "reject", did({ applicationId: "app_1" }), "failed"],
    ["is in a mode that nobody knows", "app_1", did({ mode: "voicemail", applicationId: "app_1" }), "failed"],
    ["is gone", "app_1", { missing: "no such number" }, "failed"],
    ["could not be read", "app_1", { unknown: "429" }, "unchecked"],
  ])("that %s", (_, target, live, outcome) => {
    expect(judgeRoute("+15551230001", target, live, nameOf).outcome).toBe(outcome);
  });

  test("is noted when it is not active", () => {
    const found = judgeRoute("+15551230001", "app_1", did({ applicationId: "app_1", status: "suspended" }), nameOf);
    expect(found).toMatchObject({ outcome: "passed", note: expect.stringContaining("suspended") });
  });
});

describe("test and production", () => {
  const own: DeployedApplication = {
    key: "support",
    id: "app_1",
    name: "Support (test)",
    answerUrl: "https://test.example.com/answer/support",
    webhookUrl: "https://test.example.com/webhook",
    secretUnverified: false,
  };
  const others = [{ stack: "production", applicationNames: ["Support"] }];
  const live = (more: Partial<Application> = {}): { found: Application[] } => ({
    found: [
      { id: "app_1", name: "Support (test)" },
      { id: "app_9", name: "Somebody else's", ...more },
    ],
  });
  const outcomes = (findings: Finding[]) =>
    Object.fromEntries(
      findings.map(({ subject, outcome, note }) => [subject, note ? `${outcome}, with a note` : outcome]),
    );

  test.each<
    [string, Parameters<typeof checkSeparation>[1], Parameters<typeof checkSeparation>[2], Record<string, string>]
  >([
    ["apart", { others, shared: [] }, live(), { "voice files": "passed", addresses: "passed", key: "passed" }],
    [
      "apart by code only",
      { others, shared: [] },
      live({ name: "Support" }),
      { "voice files": "passed", addresses: "passed", key: "passed, with a note" },
    ],
    [
      "with a number in both files",
      { others, shared: ["Voice.test.yaml:7:3: the number"] },
      live(),
      { "voice files": "failed", addresses: "passed", key: "passed" },
    ],
    [
      "with production asking the functions of test",
      { others, shared: [] },
      live({ answer_url: own.answerUrl }),
      { "voice files": "passed", addresses: "failed", key: "passed" },
    ],
    [
      "with production telling the functions of test",
      { others, shared: [] },
      live({ webhook_url: own.webhookUrl }),
      { "voice files": "passed", addresses: "failed", key: "passed" },
    ],
    [
      "with files that cannot be read, in an account that cannot be listed",
      { others: [], shared: [], problem: "no YAML" },
      { unknown: "401" },
      { "voice files": "unchecked", account: "unchecked" },
    ],
  ])("%s", (_, neighbours, account, expected) => {
    expect(outcomes(checkSeparation([own], neighbours, account))).toEqual(expected);
  });

  test("that one key sees are to be separate customers", () => {
    const notes = checkSeparation([own], { others, shared: [] }, live({ name: "Support" })).map(({ note }) => note);
    expect(notes.join()).toContain(
      'separated by code only: this stack\'s key sees "Support" of production; use separate customers',
    );
  });
});

describe("findings together", () => {
  const of = (...outcomes: Found[]): Finding[] => outcomes.map((outcome) => ({ subject: "", outcome, text: "" }));

  test.each<[Found[], Found, number]>([
    [["passed", "passed"], "passed", 0],
    [["passed", "unchecked"], "unchecked", 0],
    [["passed", "unchecked", "failed"], "failed", 2],
    [["unchecked"], "unchecked", 1],
    [[], "unchecked", 1],
  ])("%j", (outcomes, whole, code) => {
    const findings = of(...outcomes);
    expect(outcomeOf(findings)).toBe(whole);
    const point = { number: 1, title: "", outcome: whole, findings };
    expect(exitCodeOf({ stack: "", local: true, at: "", points: [point] })).toBe(code);
  });
});
