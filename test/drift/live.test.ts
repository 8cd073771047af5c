import { describe, expect, test } from "@jest/globals";
import { compare } from "../../src/drift/compare.ts";
import { CouldNotCheck, readLive } from "../../src/drift/live.ts";
import { answerWith, delay, type Fault, reset } from "../../src/sandbox/faults.ts";
import { failureOf, type TestAccount, testAccount } from "../providers/minivoice/lifecycle/account.ts";

const numbers = Array.from({ length: 200 }, (_, index) => `+1555123${String(index).padStart(4, "0")}`);
const [first = "", second = ""] = numbers;

const reading = (account: TestAccount, overrides: Parameters<TestAccount["run"]>[0] = {}) =>
  account.run({ readOnly: true, ...overrides });
const always = (account: TestAccount, request: string, fault: Fault) =>
  account.arm(request, fault, Number.POSITIVE_INFINITY);

describe("an account that lists its numbers", () => {
  test("is read with one request for the applications and one for each page", async () => {
    const account = await testAccount({ numbers, pageSize: 50 });
    const live = await readLive(reading(account), { numbers });
    expect(account.sent("GET")).toBe(1 + 4);
    expect(live.numbers.size).toBe(200);
    expect(live.all).toHaveLength(200);
  });

  test("is asked once more for a number that the list does not show, before anybody calls it gone", async () => {
    const account = await testAccount({ numbers: [first, second] });
    const live = await readLive(reading(account), { numbers: [first, "+15559990000"] });
    expect(live.numbers.get("+15559990000")).toEqual({ absent: true });
    expect(account.sent("GET /v1/dids/by-number/+15559990000")).toBe(1);
    expect(account.sent("GET")).toBe(3);
  });

  test("is read number by number while its list fails, and nobody claims to know all of it", async () => {
    const account = await testAccount({ numbers: [first, second] });
    always(account, "GET /v1/dids?", answerWith(503));
    const live = await readLive(reading(account), { numbers: [first, second] });
    expect([...live.numbers.values()]).toEqual([
      { found: expect.objectContaining({ number_e164: first }) },
      { found: expect.objectContaining({ number_e164: second }) },
    ]);
    expect(live.all).toEqual({ unknown: expect.stringContaining("503"), expected: false });
  });

  test("that turns out to have no such list says what to set", async () => {
    const account = await testAccount({ numbers: [first], capabilities: "documented" });
    const live = await readLive(reading(account, { capabilities: "managed" }), { numbers: [first] });
    expect(live.all).toEqual({ unknown: expect.stringContaining("set it to documented"), expected: false });
    expect(live.numbers.get(first)).toHaveProperty("found");
  });
});

describe("an account that does not list its numbers", () => {
  const documented = { numbers, capabilities: "documented" } as const;

  test("is read number by number", async () => {
    const account = await testAccount(documented);
    const live = await readLive(reading(account, { capabilities: "documented" }), { numbers });
    expect(account.sent("GET")).toBe(1 + 200);
    expect(live.all).toEqual({ unknown: expect.stringContaining("does not list"), expected: true });
  });

  test("and fails for one of 200 leaves that one unknown, and tells the others", async () => {
    const account = await testAccount(documented);
    always(account, `GET /v1/dids/by-number/${second}`, answerWith(500));
    const live = await readLive(reading(account, { capabilities: "documented" }), { numbers });
    const unknown = [...live.numbers].filter(([, read]) => "unknown" in read);
    expect(unknown).toEqual([[second, { unknown: expect.stringContaining("500") }]]);
  });

  test("and answers some reads late or with 429 is read to the end", async () => {
    const account = await testAccount(documented);
    account.arm("GET /v1/dids", answerWith(429, "", { "retry-after": "0" }), 3);
    account.arm(`GET /v1/dids/by-number/${first}`, reset, 1);
    const live = await readLive(reading(account, { capabilities: "documented", retries: 4 }), { numbers });
    expect([...live.numbers.values()].filter((read) => "found" in read)).toHaveLength(200);
  });

  test("and lets one of them wait too long leaves that one unknown", async () => {
    const account = await testAccount({ ...documented, numbers: [first, second] });
    always(account, `GET /v1/dids/by-number/${second}`, delay(2_000));
    const once = reading(account, { capabilities: "documented", timeout: "1 second", retries: 0 });
    const live = await readLive(once, { numbers: [first, second] });
    expect(live.numbers.get(first)).toHaveProperty("found");
    expect(live.numbers.get(second)).toEqual({ unknown: expect.stringContaining("no answer within 1 second") });
  });

  test("and answers no number at all is not asked ten thousand times", async () => {
    const account = await testAccount(documented);
    always(account, "GET /v1/dids", answerWith(500));
    const live = await readLive(reading(account, { capabilities: "documented", retries: 0 }), { numbers });
    expect(live.numbers.get(numbers.at(-1) ?? "")).toEqual({ unknown: expect.stringContaining("not tried") });
    expect(account.sent("GET /v1/dids")).toBeLessThan(100);
  });
});

describe("what makes a check impossible", () => {
  const attempt = async (
    account: TestAccount,
    overrides: Parameters<TestAccount["run"]>[0],
    customers: string[] = [],
  ) => {
    const failure = await failureOf(readLive(reading(account, overrides), { numbers: [first], customers }));
    expect(failure).toBeInstanceOf(CouldNotCheck);
    return failure.message;
  };

  test("is a wrong key, which is not shown", async () => {
    const account = await testAccount({ numbers: [first] });
    const message = await attempt(account, { apiKey: "mv_live_not_a_key" });
    expect(message).toContain("MINIVOICE_API_KEY");
    expect(message).not.toContain("mv_live_not_a_key");
  });

  test("is the key of another customer, whether the configuration or the state knows ours", async () => {
    const account = await testAccount({ numbers: [first], customerId: "cust_theirs" });
    expect(await attempt(account, { customerId: "cust_ours" })).toContain("cust_ours (minivoice:customerId)");
    expect(await attempt(account, {}, ["cust_ours"])).toContain("cust_ours (the state)");
  });

  test("is an API that answers nothing", async () => {
    const account = await testAccount({ numbers: [first] });
    always(account, "GET", reset);
    expect(await attempt(account, { retries: 0 })).toContain("did not answer");
  });
});

test("an application that is not as documented hides no other, and is never called gone", async () => {
  const account = await testAccount({ numbers: [first] });
  const ids = [await account.create("One"), await account.create("Other"), await account.create("Third")];
  const names = ["One", undefined, "Third"];
  const answer = (third: object) =>
    answerWith(
      200,
      JSON.stringify({ data: [...ids.slice(0, 2).map((id, index) => ({ id, name: names[index] })), third] }),
    );
  const look = async (third: object) => {
    account.arm("GET /v1/applications", answer(third));
    const live = await readLive(reading(account), { numbers: [first] });
    const recorded = {
      applications: new Map(ids.map((id, index) => [`app-${index}`, { id, name: names[index] ?? "Other" }])),
      routes: new Map(),
    };
    const { objects, incomplete } = compare(undefined, recorded, live, { stack: "test", checkedAt: new Date(0) });
    const managed = objects.filter(({ kind, status }) => kind === "application" && status !== "unmanaged");
    return { statuses: Object.fromEntries(managed.map(({ key, status }) => [key, status])), incomplete };
  };
  expect(await look({ id: ids[2], name: "Third" })).toEqual({
    statuses: { "app-0": "inSync", "app-1": "unknown", "app-2": "inSync" },
    incomplete: [],
  });
  expect(await look({ name: "Third" })).toEqual({
    statuses: { "app-0": "inSync", "app-1": "unknown", "app-2": "unknown" },
    incomplete: [expect.stringContaining("an application of the account (without id) cannot be read")],
  });
});

test("applications that cannot be listed are unknown, and the numbers are told all the same", async () => {
  const account = await testAccount({ numbers: [first, second] });
  always(account, "GET /v1/applications", answerWith(502));
  const live = await readLive(reading(account), { numbers: [first] });
  expect(live.applications).toEqual({ unknown: expect.stringContaining("502") });
  expect(live.numbers.get(first)).toHaveProperty("found");
});

test("a check can write nothing: the client refuses before the request leaves the machine", async () => {
  const account = await testAccount({ numbers: [first] });
  const { client } = reading(account);
  const { id } = (await client.dids.byNumber(first)) ?? { id: "" };
  const writes = [
    client.dids.update(id, { application_id: null, route_mode: "reject" }),
    client.applications.create({ name: "Anything" }),
    client.applications.update("app_1", { name: "Anything" }),
    client.applications.delete("app_1"),
  ];
  for (const write of writes) await expect(write).rejects.toMatchObject({ code: "read_only" });
  expect(account.writes()).toEqual([]);
});
