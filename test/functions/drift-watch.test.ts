/** The watch over drift, with the real client against the sandbox. */
import { describe, expect, test } from "@jest/globals";
import { pictureText } from "../../src/drift/expected-picture.ts";
import { createDriftWatch } from "../../src/functions/drift-watch-handler.ts";
import { answerWith, reset } from "../../src/sandbox/faults.ts";
import { failureOf, type TestAccount, testAccount } from "../providers/minivoice/lifecycle/account.ts";
import { recordedCounts, recordedLog } from "./delivery.ts";

const main = "+15551230001";
const closed = "+15551230002";

/** An account with an application and two numbers, as a stack has deployed it, and a watch over it. */
async function watched(options: Parameters<TestAccount["run"]>[0] = {}) {
  const account = await testAccount({ numbers: [main, closed] });
  const { control } = account.sandbox;
  const { id } = await control.createApplication({
    name: "Support",
    answerUrl: "https://abc.example.com/answer/support",
    webhookUrl: "https://abc.example.com/webhook",
  });
  await control.assign(main, id);
  await control.assign(closed, null, "reject");
  const textWith = (routes: Record<string, string>) =>
    pictureText({
      version: 1,
      applications: {
        support: {
          id,
          name: "Support",
          answerUrl: "https://abc.example.com/answer/support",
          webhookUrl: "https://abc.example.com/webhook",
          customerId: "cust_sandbox",
        },
      },
      routes,
    });
  const log = recordedLog();
  const { sums, count } = recordedCounts();
  const state = {
    ...{ account, control, id, log, sums, textWith },
    pictures: [{ text: textWith({ [main]: id, [closed]: "reject" }), version: "first" }],
    picturesRead: 0,
  };
  const watch = createDriftWatch({
    stack: "test",
    readPicture: async () => {
      const read = Math.min(state.picturesRead++, state.pictures.length - 1);
      return state.pictures[read] ?? { text: "", version: "none" };
    },
    openAccount: async () => account.run({ readOnly: true, ...options }),
    count,
    log,
  });
  account.writes();
  return Object.assign(state, { watch });
}

const counted = ({ drifted = 0, missing = 0, unknown = 0 } = {}) => ({
  DriftChecks: 1,
  ObjectsChecked: 3,
  ObjectsDrifted: drifted,
  ObjectsMissing: missing,
  ObjectsUnknown: unknown,
});

test("an account as it was deployed counts as checked, and nothing else is said of it", async () => {
  const state = await watched();
  expect(await state.watch()).toEqual(counted());
  expect(state.sums).toEqual(counted());
  expect(state.log.lines.map(({ level, message }) => [level, message])).toEqual([["INFO", "checked"]]);
  expect(state.picturesRead).toBe(1);
});

test("a number that somebody moves counts, and the log says where it goes and since when; nothing is written", async () => {
  const state = await watched();
  const other = await state.control.createApplication({ name: "Somebody else" });
  await state.control.assign(main, other.id);
  expect(await state.watch()).toEqual(counted({ drifted: 1 }));
  expect(state.log.lines[0]).toMatchObject({
    level: "WARN",
    message: "drifted",
    kind: "number",
    key: main,
    fields: [{ field: "route", expected: "Support", live: "Somebody else" }],
    changed_at: expect.stringMatching(/^\d{4}-/),
  });
  expect(state.account.writes()).toEqual([]);
});

test("an answer URL that somebody edits is told without its host", async () => {
  const state = await watched();
  await state.control.editApplication(state.id, { answerUrl: "https://evil.example.com/answer/support" });
  expect(await state.watch()).toEqual(counted({ drifted: 1 }));
  expect(JSON.stringify(state.log.lines)).not.toContain("example.com");
  expect(state.log.lines[0]).toMatchObject({
    kind: "application",
    fields: [{ field: "answer_url", live: expect.stringMatching(/^host-[0-9a-f]{8}\/answer\/support$/) }],
  });
});

test("an application and a number that somebody deletes are missing", async () => {
  const state = await watched();
  await state.control.createApplication({ name: "Another, so that the key shows more than its own" });
  await state.control.assign(main, null, "reject");
  await state.control.deleteApplication(state.id);
  await state.control.releaseNumber(closed);
  expect(await state.watch()).toEqual(counted({ drifted: 1, missing: 2 }));
});

test("a number that cannot be read is unknown, and hides nothing else", async () => {
  const state = await watched({ capabilities: "documented" });
  await state.control.assign(closed, state.id);
  state.account.arm(`GET /v1/dids/by-number/${main}`, answerWith(500), Number.POSITIVE_INFINITY);
  expect(await state.watch()).toEqual(counted({ drifted: 1, unknown: 1 }));
});

describe("a deployment while the account is read", () => {
  test("is no drift: what was written meanwhile is compared with", async () => {
    const state = await watched();
    await state.control.assign(closed, state.id);
    state.pictures.push({ text: state.textWith({ [main]: state.id, [closed]: state.id }), version: "second" });
    expect(await state.watch()).toEqual(counted());
    expect(state.sums).toEqual(counted());
  });

  test("that changed something else hides no drift", async () => {
    const state = await watched();
    await state.control.assign(main, null, "reject");
    await state.control.assign(closed, state.id);
    state.pictures.push({ text: state.textWith({ [main]: state.id, [closed]: state.id }), version: "second" });
    expect(await state.watch()).toEqual(counted({ drifted: 1 }));
  });
});

describe("what cannot be checked fails, says why without a secret, and counts as no check:", () => {
  test.each([
    {
      because: "a wrong key",
      options: { apiKey: "mv_live_not_a_key" },
      reason: expect.stringContaining("MINIVOICE_API_KEY"),
    },
    {
      because: "another customer's key",
      options: { customerId: "cust_ours" },
      reason: expect.stringContaining("cust_ours"),
    },
    {
      because: "settings that make no sense",
      options: { requestsPerSecond: 0 },
      reason: expect.stringContaining("requestsPerSecond is 0"),
    },
  ])("$because", async ({ options, reason }) => {
    const state = await watched(options);
    const failure = await failureOf(state.watch());
    expect(failure.message).toEqual(reason);
    expect(state.log.lines).toEqual([
      expect.objectContaining({ level: "ERROR", message: "could not check", error: "ExplainedError", reason }),
    ]);
    expect(JSON.stringify(state.log.lines)).not.toContain("mv_live");
    expect(state.sums).toEqual({});
  });

  test("an API that does not answer", async () => {
    const state = await watched({ retries: 0 });
    state.account.arm("GET", reset, Number.POSITIVE_INFINITY);
    expect((await failureOf(state.watch())).message).toContain("did not answer");
    expect(state.sums).toEqual({});
  });

  test("a picture that is not one", async () => {
    const state = await watched();
    state.pictures = [{ text: '{"version":2}', version: "newer" }];
    expect((await failureOf(state.watch())).message).toBe(
      "the expected picture is malformed: version must be 1, and is 2: deploy the stack again",
    );
    expect(state.sums).toEqual({});
  });

  test("an account that takes longer than the function has", async () => {
    const state = await watched();
    state.account.arm("GET /v1/applications", () => new Promise(() => undefined), 1);
    const invocation = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 5_001 };
    const failure = await failureOf(state.watch({}, invocation as never));
    expect(failure.message).toContain("the time limit of the function is near");
    expect(state.log.lines[0]).toMatchObject({ request_id: "request-1" });
  });
});

test("of a table that somebody emptied the log tells a hundred numbers, and how many more there are", async () => {
  const numbers = Array.from({ length: 150 }, (_, index) => `+1555123${String(index).padStart(4, "0")}`);
  const state = await watched();
  state.pictures = [
    { text: state.textWith(Object.fromEntries(numbers.map((number) => [number, state.id]))), version: "1" },
  ];
  expect(await state.watch()).toMatchObject({ ObjectsChecked: 151, ObjectsMissing: 148, ObjectsDrifted: 1 });
  expect(state.log.lines).toHaveLength(101);
  expect(state.log.lines.at(-1)).toMatchObject({ message: "checked", not_told: 49 });
});
