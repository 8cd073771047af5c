import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type DidRouteTableOutputs, didRouteTable } from "pulumi-minivoice/lifecycle";
import { answerWith, loseAnswer } from "../../../../src/sandbox/faults.ts";
import { failureOf, inputsOf, partOf, type TestAccount, testAccount } from "./account.ts";

const numbersOf = (count: number) => Array.from({ length: count }, (_, index) => `+1555123${String(1_000 + index)}`);
const all = (numbers: readonly string[], target: string) =>
  Object.fromEntries(numbers.map((number) => [number, target]));
const table = (routes: Record<string, string>, more = {}) => inputsOf(didRouteTable, { routes, ...more });
const forbidden = answerWith(403, JSON.stringify({ error: { code: "forbidden", message: "not this one" } }));

/** An account with a table of numbers that route to an application, and a second application. */
async function routedTable(count: number, more = {}) {
  const numbers = numbersOf(count);
  const account = await testAccount({ numbers });
  const [support, sales] = [await account.create("Support"), await account.create("Sales")] as const;
  const { id, outputs } = await didRouteTable.create(account.run(), table(all(numbers, support), more));
  account.writes();
  const update = (routes: Record<string, string>, options = {}, before = outputs, context = account.run()) =>
    didRouteTable.update(context, id, before, table(routes, { ...more, ...options }));
  const didOf = async (number: string) =>
    (await account.sandbox.control.listNumbers()).find((candidate) => candidate.number === number)?.id ?? "";
  return { account, numbers, support, sales, id, outputs, update, didOf };
}

describe("a table", () => {
  test("writes the changed numbers only, and reads each back", async () => {
    const { account, numbers, support, sales, update, didOf } = await routedTable(5);
    const [first = ""] = numbers;
    const outputs = await update({ ...all(numbers, support), [first]: sales });
    expect(account.writes()).toEqual([`PATCH /v1/dids/${await didOf(first)} 200`]);
    expect(outputs).toEqual({ resourceName: "test", count: 5, routes: { ...all(numbers, support), [first]: sales } });
  });

  test("lists the account a few times where that is cheaper than reading each number", async () => {
    const { account, numbers, sales, update } = await routedTable(60);
    const sent = account.sent("GET /v1/dids?");
    await update(all(numbers, sales));
    // Before and after the writes, for the first twenty and for the others.
    expect(account.sent("GET /v1/dids?") - sent).toBe(4);
    expect(account.writes()).toHaveLength(60);
  });
});

test("a table that ends takes its numbers out of service with one list before the writes and one after them", async () => {
  const { account, id, outputs } = await routedTable(60);
  const sent = account.sent("GET /v1/dids?");
  await didRouteTable.remove(account.run(), id, outputs);
  expect(account.sent("GET /v1/dids?") - sent).toBe(4);
  expect(account.writes()).toHaveLength(60);
  const live = await account.sandbox.control.listNumbers();
  expect(live.filter(({ mode, applicationId }) => mode !== "reject" || applicationId)).toEqual([]);
});

describe("a table of which some numbers fail", () => {
  test("routes all others, names each failure, and the next run writes only what is missing", async () => {
    const { account, numbers, support, sales, update, didOf } = await routedTable(30);
    const refused = [numbers[3] ?? "", numbers[17] ?? ""];
    for (const number of refused) account.arm(`PATCH /v1/dids/${await didOf(number)}`, forbidden);
    const { outputs, reasons } = await partOf(update(all(numbers, sales)));
    expect(reasons.sort()).toEqual(
      refused.map((number) => expect.stringMatching(`^\\${number}: MiniVoice refused PATCH .* 403: not this one`)),
    );
    expect(outputs.routes).toEqual({ ...all(numbers, sales), ...all(refused, support) });
    expect(account.writes()).toHaveLength(30);

    expect((await update(all(numbers, sales), {}, outputs)).routes).toEqual(all(numbers, sales));
    expect(account.writes()).toHaveLength(2);
  });

  test("gives up early when the first twenty all fail for good, and says how many were not tried", async () => {
    const { account, numbers, support, sales, update } = await routedTable(300);
    account.arm("PATCH", forbidden, 300);
    const { outputs, reasons } = await partOf(update(all(numbers, sales)));
    expect(account.writes()).toHaveLength(20);
    expect(reasons.at(-1)).toBe("280 further numbers were not tried, because the first 20 all failed");
    expect(outputs.routes).toEqual(all(numbers, support));
  });

  test("does so too where the account cannot assign, and names the way out", async () => {
    const { account, numbers, sales, update } = await routedTable(100);
    account.arm("PATCH", answerWith(405), 100);
    const { message } = await partOf(update(all(numbers, sales)));
    expect(message).toContain('but minivoice:capabilities says "managed": set it to documented');
    expect(account.writes()).toHaveLength(20);
  });

  test("does so too where the API asks to wait for longer than any request may", async () => {
    const { account, numbers, sales, update } = await routedTable(100);
    account.arm("PATCH", answerWith(429, "", { "retry-after": "86400" }), 100);
    const { reasons } = await partOf(update(all(numbers, sales)));
    expect(account.writes()).toHaveLength(20);
    expect(reasons.at(-1)).toBe("80 further numbers were not tried, because the first 20 all failed");
  });

  test("goes on where the API is only busy, or where one number succeeds", async () => {
    const { account, numbers, sales, update, didOf } = await routedTable(60);
    const good = await didOf(numbers[5] ?? "");
    account.arm(`PATCH /v1/dids/${good}`, ({ answer }) => answer());
    account.arm("PATCH", forbidden, 59);
    const { reasons } = await partOf(update(all(numbers, sales)));
    expect(account.writes()).toHaveLength(60);
    expect(reasons.at(-1)).toContain("9 more");
  });

  test("says so when the account has no list to begin with", async () => {
    const { account, numbers, sales, update } = await routedTable(30);
    account.arm("GET /v1/dids?", answerWith(404, "404 page not found"));
    expect((await failureOf(update(all(numbers, sales)))).message).toContain("this account has no GET /v1/dids");
    expect(account.writes()).toEqual([]);
  });

  test("keeps numbers in the state that could not be taken out of service", async () => {
    const { account, numbers, support, id, update, didOf, outputs } = await routedTable(3);
    const [stuck = "", ...others] = numbers;
    account.arm(`PATCH /v1/dids/${await didOf(stuck)}`, forbidden, 2);
    const part = await partOf(update({}));
    expect(part.outputs).toMatchObject({ count: 1, routes: { [stuck]: support } });
    for (const number of others) expect(await account.live(number)).toBe("reject nobody");
    expect((await failureOf(didRouteTable.remove(account.run(), id, outputs))).message).toContain(
      `${stuck}: MiniVoice`,
    );
    await didRouteTable.remove(account.run(), id, outputs);
    expect(await account.live(stuck)).toBe("reject nobody");
  });
});

describe("a table remembers what it wrote", () => {
  test("for a number that somebody moved away, which a delete then leaves alone", async () => {
    const { account, numbers, support, sales, id, outputs } = await routedTable(2);
    const [moved = "", kept = ""] = numbers;
    await account.sandbox.control.assign(moved, sales);
    const live = (await didRouteTable.read(account.run(), id, outputs))?.outputs as DidRouteTableOutputs;
    expect(live).toMatchObject({ routes: { [moved]: sales, [kept]: support }, written: { [moved]: [support] } });
    await didRouteTable.remove(account.run(), id, live);
    expect(await account.live(moved)).toBe(`webhook ${sales}`);
    expect(await account.live(kept)).toBe("reject nobody");
    expect(account.said.join()).toContain(`${moved} stays as it is: it now routes to ${sales}`);
  });

  test("for a number that somebody set to reject with the application still on it, which it takes back or releases", async () => {
    const { account, numbers, support, id, outputs, update } = await routedTable(2);
    for (const number of numbers) await account.sandbox.control.assign(number, support, "reject");
    const live = (await didRouteTable.read(account.run(), id, outputs))?.outputs as DidRouteTableOutputs;
    const [first = "", other = ""] = numbers;
    expect(live.routes[first]).toBe(`reject, still carrying ${support}`);
    expect(live.written).toBeUndefined();
    await update({ [first]: support }, {}, live);
    expect([await account.live(first), await account.live(other)]).toEqual([`webhook ${support}`, "reject nobody"]);
  });

  test("while nobody knows what came of a write, and the next run looks first", async () => {
    const { account, numbers, support, sales, update, didOf } = await routedTable(2);
    const [lost = "", kept = ""] = numbers;
    account.arm(`PATCH /v1/dids/${await didOf(lost)}`, loseAnswer, 3);
    account.arm(`GET /v1/dids/by-number/${lost}`, ({ answer }) => answer());
    account.arm(`GET /v1/dids/by-number/${lost}`, answerWith(503), 3);
    const { outputs } = await partOf(update({ [lost]: sales, [kept]: sales }));
    expect(outputs).toMatchObject({
      routes: { [lost]: support, [kept]: sales },
      written: { [lost]: [support, sales].sort() },
    });
    account.writes();
    const after = await update({ [lost]: sales, [kept]: sales }, {}, outputs);
    expect(after).toEqual({ resourceName: "test", count: 2, routes: all(numbers, sales) });
    expect(account.writes()).toEqual([]);
  });

  test("and forgets a number that the account has lost", async () => {
    const { account, numbers, support, id, outputs, update } = await routedTable(2);
    const [gone = "", kept = ""] = numbers;
    await account.sandbox.control.releaseNumber(gone);
    const live = (await didRouteTable.read(account.run(), id, outputs))?.outputs as DidRouteTableOutputs;
    expect(live).toMatchObject({ count: 1, routes: { [kept]: support } });
    const { reasons } = await partOf(update(all(numbers, support), {}, live));
    expect(reasons).toEqual([expect.stringContaining(`${gone} is not a number of this account`)]);
  });
});

describe("a table takes no number from a stranger", () => {
  async function withStranger() {
    const setting = await routedTable(3);
    const stranger = await setting.account.create("stranger");
    await setting.account.sandbox.control.addNumber("+15551239999");
    await setting.account.sandbox.control.assign("+15551239999", stranger);
    return {
      ...setting,
      stranger,
      wanted: { ...all(setting.numbers, setting.support), "+15551239999": setting.support },
    };
  }

  test("unless takeover names its application, and does all the rest anyway", async () => {
    const { account, stranger, wanted, numbers, sales, update } = await withStranger();
    const [first = ""] = numbers;
    const { reasons, outputs } = await partOf(update({ ...wanted, [first]: sales }));
    expect(reasons).toEqual([expect.stringContaining(`takeover: "${stranger}"`)]);
    expect(outputs.routes).not.toHaveProperty("+15551239999");
    expect(await account.live(first)).toBe(`webhook ${sales}`);

    await update(wanted, { takeover: ["app_other", stranger] }, outputs);
    expect(await account.live("+15551239999")).not.toContain(stranger);
  });
});

describe("maxChange", () => {
  const confirmed = process.env.MINIVOICE_CONFIRM_CHANGES;
  beforeEach(() => {
    delete process.env.MINIVOICE_CONFIRM_CHANGES;
  });
  afterEach(() => {
    if (confirmed !== undefined) process.env.MINIVOICE_CONFIRM_CHANGES = confirmed;
    else delete process.env.MINIVOICE_CONFIRM_CHANGES;
  });

  test("stops an update that moves, rejects or removes more, until it is confirmed with the exact count", async () => {
    const { account, numbers, support, sales, update } = await routedTable(10, { maxChange: "30%" });
    const [removed = "", rejected = "", ...rest] = numbers;
    const wanted = { ...all(rest, support), [rejected]: "reject", ...all(rest.slice(0, 2), sales) };
    const refuse = async () => (await failureOf(update(wanted))).message;
    expect(await refuse()).toContain(
      "4 of 10 numbers would be moved, rejected or removed, more than maxChange 30% allows. If that is meant, confirm this run with MINIVOICE_CONFIRM_CHANGES=4",
    );
    process.env.MINIVOICE_CONFIRM_CHANGES = "5";
    expect(await refuse()).toContain("MINIVOICE_CONFIRM_CHANGES=4");
    expect(account.writes()).toEqual([]);
    process.env.MINIVOICE_CONFIRM_CHANGES = "4";
    await update(wanted);
    expect(account.writes()).toHaveLength(4);
    expect(await account.live(removed)).toBe("reject nobody");
  });

  test("says nothing of new numbers, of small tables, or of fewer changes", async () => {
    const ten = await routedTable(10, { maxChange: "30%" });
    await ten.update({ ...all(ten.numbers, ten.support), ...all(ten.numbers.slice(0, 3), ten.sales) });
    const three = await routedTable(3, { maxChange: "0%" });
    await three.update(all(three.numbers, three.sales));
    expect([ten.account, three.account].map((account: TestAccount) => account.writes().length)).toEqual([3, 3]);
  });
});

describe("a number that leaves a table", () => {
  test("stays as it is with onDelete leave", async () => {
    const { account, numbers, support, update } = await routedTable(2);
    const [left = "", kept = ""] = numbers;
    await update({ [kept]: support }, { onDelete: "leave" });
    expect(account.writes()).toEqual([]);
    expect(account.said.join()).toContain(`${left} stays as it is (onDelete: leave)`);
  });

  test("stays in service when the program declares it elsewhere, though that is not checked yet", async () => {
    const { account, numbers, support, id, outputs } = await routedTable(2);
    const [leaving = "", kept = ""] = numbers;
    const context = account.run();
    const { inputs } = didRouteTable.check({ resourceName: "test", routes: { [kept]: support } }, () => false);
    context.claims.announce([`number ${leaving}`]);
    expect((await didRouteTable.update(context, id, outputs, inputs)).routes).toEqual({ [kept]: support });
    expect(await account.live(leaving)).toBe(`webhook ${support}`);
    expect(account.writes()).toEqual([]);
  });
});
