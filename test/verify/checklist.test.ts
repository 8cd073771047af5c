import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { checkAnswers } from "../../src/verify/answers.ts";
import { openChecklist, type Subject, TITLES } from "../../src/verify/checklist.ts";
import { checkPlacedRecords } from "../../src/verify/local-calls.ts";
import { exitCodeOf, type Point } from "../../src/verify/report.ts";
import { environmentWith, type Sabotage } from "./environment.ts";

const all = TITLES.map((_, index) => index + 1);

async function check(subject: Subject, numbers: number[] = all): Promise<Point[]> {
  const checklist = openChecklist(subject);
  const points: Point[] = [];
  for (const number of numbers) points.push(await checklist.check(number));
  return points;
}

const outcomes = (points: Point[]) => Object.fromEntries(points.map(({ number, outcome }) => [number, outcome]));
const passed = Object.fromEntries(all.map((number) => [number, "passed"]));

/** The findings of one point of a sabotaged environment. */
async function findings(number: number, sabotage: Sabotage) {
  const { subject } = await environmentWith(sabotage);
  const [point] = await check(subject, [number]);
  return point?.findings ?? [];
}

describe("the checklist", () => {
  test("passes a sound environment on every point, and a live account that cannot be called on what was recorded", async () => {
    const { subject, received } = await environmentWith();
    const points = await check(subject);
    expect({ outcomes: outcomes(points), code: exitCodeOf(reportOf(points)) }).toEqual({ outcomes: passed, code: 0 });

    // The three calls of the first run are what a live stack would have recorded.
    const { telephone: _none, ...live } = subject;
    const before = received.length;
    const again = await check(live, [5, 6]);
    expect(outcomes(again)).toEqual({ 5: "passed", 6: "passed" });
    expect(again[1]?.findings.map(({ subject: about }) => about)).toEqual([
      "support, normal",
      "support, invalid",
      "support, timeout",
      "support, digits",
    ]);
    expect(received.length).toBe(before);
  });

  test("leaves no trace but probes: no call record has anything that is not of a call", async () => {
    const { subject, recorded } = await environmentWith();
    await check(subject, [1, 2, 3, 4, 7]);
    expect([...recorded.keys()].every((callId) => callId.startsWith("probe_"))).toBe(true);
    expect([...recorded.values()].flat().every(({ event }) => event === "minivoice.probe")).toBe(true);
  });

  test("asks for what several points need only once", async () => {
    const { subject, received } = await environmentWith();
    await check(subject, [2, 7]);
    expect(received.filter(({ url }) => url.pathname === "/webhook")).toHaveLength(5);
  });
});

describe("what is broken is told with its evidence", () => {
  test("an answer that is no JSON", async () => {
    const [finding] = await findings(1, { answer: () => "<html>Bad gateway</html>" });
    expect(finding).toMatchObject({
      subject: "support",
      outcome: "failed",
      text: "the answer is no JSON",
      evidence: { status: 200, path: "$", expected: "JSON", found: "<html>Bad gateway</html>" },
    });
    expect(finding?.evidence?.request).toMatch(/^GET /);
  });

  test("an answer that breaks the contract, at its place", async () => {
    const answer = () => ({ actions: [{ say: { text: "Hi." } }, { gather: { timeout_seconds: 45 } }] });
    expect(await findings(1, { answer })).toMatchObject([
      { outcome: "failed", evidence: { path: "$.actions[1].gather.timeout_seconds", found: "45" } },
    ]);
  });

  test("an answer that is another one each time", async () => {
    let count = 0;
    const [finding] = await findings(1, { answer: () => ({ actions: [{ say: { text: `Caller ${count++}` } }] }) });
    expect(finding).toMatchObject({ outcome: "failed", evidence: { expected: "the same bytes each time" } });
  });

  test("an answer that comes too late", async () => {
    const { subject } = await environmentWith({ answer: (_, answer) => sleep(30).then(() => answer) });
    const budget = { tries: 2, usualMs: 20, worstMs: 60_000 };
    const found = await checkAnswers(subject.deployed.applications, subject.account, {
      signal: subject.signal,
      budget,
    });
    expect(found).toMatchObject([{ outcome: "failed", evidence: { expected: "within 20 ms when awake" } }]);
  });

  test("an apology, which is valid but not what the flow begins with", async () => {
    const found = await findings(1, { answer: () => ({ actions: [{ say: { text: "We are sorry." } }] }) });
    expect(found).toMatchObject([
      { outcome: "failed", text: "does not begin as its flow does", evidence: { path: "$.actions[0]" } },
    ]);
  });

  test("a function that leads its callers to another host", async () => {
    const found = await findings(1, { answer: (_, answer) => answer.replace("127.0.0.1", "voice.example.com") });
    expect(found).toMatchObject([
      { outcome: "failed", text: expect.stringContaining("voice:publicBaseUrl"), evidence: { path: "$.actions[2]" } },
    ]);
  });

  test("a redirect that leads nowhere", async () => {
    const found = await findings(1, {
      answer: ({ url }, answer) => (url.pathname.endsWith("menu.1") ? 500 : answer),
    });
    expect(found).toMatchObject([
      { outcome: "failed", text: expect.stringContaining("redirect"), evidence: { status: 500 } },
    ]);
  });

  test("a webhook that accepts what nobody signed", async () => {
    const found = await findings(2, { webhook: () => 200 });
    expect(found).toMatchObject([
      { outcome: "failed", text: expect.stringContaining("unsigned: anybody could invent") },
    ]);
  });

  test("a webhook that refuses what MiniVoice signs", async () => {
    const found = await findings(2, { webhook: () => 401 });
    expect(found).toMatchObject([{ outcome: "failed", evidence: { expected: "2xx", status: 401 } }]);
  });

  test("a number that goes elsewhere, and addresses that somebody changed in the account", async () => {
    const { subject, sandbox, application } = await environmentWith();
    const other = await sandbox.control.createApplication({ name: "Sales" });
    await sandbox.control.assign("+15551230001", other.id);
    await sandbox.control.editApplication(application.id, { answerUrl: "https://example.com/a", webhookUrl: null });
    const [answers, webhooks, routes] = await check(subject, [1, 2, 3]);
    expect(answers?.findings).toMatchObject([{ outcome: "failed", evidence: { path: "answer_url" } }]);
    expect(webhooks?.findings).toMatchObject([
      { outcome: "failed", evidence: { path: "webhook_url", found: "nothing" } },
    ]);
    expect(routes?.findings).toMatchObject([
      { subject: "+15551230001", outcome: "failed", evidence: { expected: "support", found: other.id } },
      { subject: "+15551230002", outcome: "passed" },
    ]);
  });

  test("digits that never reach the redirect", async () => {
    const { subject, sandbox } = await environmentWith();
    await sandbox.control.setAssumptions({ digitsName: "dtmf", answerParameters: "none" });
    expect((await check(subject, [6]))[0]?.outcome).toBe("passed");
    // A receiver that drops what the caller pressed.
    const dropped = await environmentWith({
      answer: async ({ url }, answer) =>
        url.searchParams.has("digits") ? (await fetch(`${url.origin}${url.pathname}`)).text() : answer,
    });
    const [paths] = await check(dropped.subject, [6]);
    expect(paths?.findings).toMatchObject([
      { subject: "support, normal", outcome: "failed", text: "answer 2 is not what the flow says there" },
      { subject: "support, invalid", outcome: "failed" },
      { subject: "support, timeout", outcome: "passed" },
    ]);
    const { telephone: _none, ...live } = dropped.subject;
    const [recorded] = await check(live, [6]);
    // What is recorded of such calls could also be a caller who hung up: it is not held against the flow.
    expect(recorded?.findings.at(-1)).toMatchObject({ subject: "support, digits", outcome: "unchecked" });
  });

  test("events that were accepted and are not in the records", async () => {
    const { subject } = await environmentWith();
    const [calls] = await openChecklist(subject).placedCalls();
    if (!calls) throw new Error("there is one application");
    const { signal } = subject;
    const lost = await checkPlacedRecords(calls, async () => [], { signal, withinMs: 0 });
    expect(lost).toMatchObject({
      outcome: "failed",
      text: "events that were accepted are not recorded",
      evidence: { expected: "4 events", found: "0 events" },
    });
  });
});

describe("what cannot be checked is said, and counts as neither", () => {
  test("an account that does not answer leaves the other points as they are", async () => {
    const { subject, sandbox } = await environmentWith();
    await sandbox.close();
    const points = await check(subject, [1, 2, 3, 4]);
    expect(outcomes(points)).toEqual({ 1: "passed", 2: "passed", 3: "unchecked", 4: "unchecked" });
    expect(points[0]?.findings[0]?.note).toContain("whether MiniVoice has this answer_url is not known");
  });

  test("an application that is answered elsewhere, one without a number, and a flow of another version", async () => {
    const { subject } = await environmentWith();
    const [application] = subject.deployed.applications;
    if (!application) throw new Error("there is one");
    const { flow: _flow, sign: _sign, ...elsewhere } = application;
    const variants: [Partial<Subject["deployed"]>, string][] = [
      [{ applications: [elsewhere] }, "answered elsewhere"],
      [{ routes: new Map() }, "no number routes to it"],
      [{ flowDigests: { receptionist: "0123456789ab" }, revision: "abc" }, "is deployed as 0123456789ab"],
    ];
    for (const [deployed, reason] of variants) {
      const [records, paths] = await check({ ...subject, deployed: { ...subject.deployed, ...deployed } }, [5, 6]);
      for (const point of [records, paths])
        expect(point?.findings).toMatchObject([{ outcome: "unchecked", text: expect.stringContaining(reason) }]);
    }
    const unsigned = { ...subject, deployed: { ...subject.deployed, applications: [elsewhere] } };
    expect(outcomes(await check(unsigned, [2, 7]))).toEqual({ 2: "unchecked", 7: "unchecked" });
  });

  test("records that cannot be reached", async () => {
    const { subject } = await environmentWith();
    const records = { problem: "no credentials" };
    const { telephone: _none, ...live } = { ...subject, records };
    expect(outcomes(await check(live, [5, 6]))).toEqual({ 5: "unchecked", 6: "unchecked" });
    expect(exitCodeOf(reportOf(await check(live, [5])))).toBe(1);
  });
});

const reportOf = (points: Point[]) => ({ stack: "local", local: true, at: "", points });
