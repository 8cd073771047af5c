import { describe, expect, test } from "@jest/globals";
import { type DidRouteOutputs, didRoute } from "pulumi-minivoice/lifecycle";
import {
  answerWith,
  type Fault,
  failAfterwards,
  garbleAnswer,
  loseAnswer,
  StaleReads,
} from "../../../../src/sandbox/faults.ts";
import { failureOf, inputsOf, main, partOf, patient, type TestAccount, testAccount } from "./account.ts";

const refused = (status: number, code: string) =>
  answerWith(status, JSON.stringify({ error: { code, message: `${code}, for a test` } }));
const to = (applicationId: string, more = {}) => inputsOf(didRoute, { number: main, applicationId, ...more });

/** An account with a number that routes to an application of this stack, and a second application. */
async function routed() {
  const account = await testAccount();
  const [support, sales] = [await account.create("Support"), await account.create("Sales")] as const;
  const { id, outputs } = await didRoute.create(account.run(), to(support));
  account.writes();
  const move = (context = account.run()) => didRoute.update(context, id, outputs, to(sales));
  return { account, support, sales, id, outputs, move };
}

describe("a move of a number", () => {
  test.each([
    ["one lost answer", loseAnswer, 1],
    ["lost answers until it gives up", loseAnswer, 3],
    ["500 after the fact, until it gives up", failAfterwards(500), 3],
    ["an answer that is no JSON", garbleAnswer, 1],
    ["HTML 502 twice", answerWith(502, "<html></html>"), 2],
    ["429 in seconds", answerWith(429, "", { "retry-after": "0" }), 2],
    ["429 until a date", answerWith(429, "", { "retry-after": new Date(0).toUTCString() }), 2],
    ["429 without a time", answerWith(429), 2],
  ])("succeeds through %s", async (_name, fault, times) => {
    const { account, sales, move } = await routed();
    account.arm("PATCH", fault, times);
    expect(await move()).toMatchObject({ applicationId: sales });
    expect(await account.live(main)).toBe(`webhook ${sales}`);
  });

  test.each([
    ["401", refused(401, "unauthorized"), "Check MINIVOICE_API_KEY"],
    ["403", refused(403, "forbidden"), "with 403: forbidden, for a test (forbidden)"],
    ["409", refused(409, "conflict"), "with 409: conflict, for a test (conflict)"],
    ["422", refused(422, "invalid_request"), "with 422: invalid_request, for a test (invalid_request)"],
    ["429 for a day", answerWith(429, "", { "retry-after": "86400" }), "Lower minivoice:requestsPerSecond"],
  ])("is refused once with %s, and the number stays where it was", async (_name, fault, message) => {
    const { account, support, move } = await routed();
    account.arm("PATCH", fault, 9);
    expect((await failureOf(move())).message).toContain(message);
    expect(account.writes()).toHaveLength(1);
    expect(await account.live(main)).toBe(`webhook ${support}`);
  });

  test.each([
    ["404 without a code", answerWith(404, "404 page not found")],
    ["405", answerWith(405)],
    ["404 with a code, though the number is there", refused(404, "not_found")],
  ])("that the account cannot do (%s) names the capability set and the way out", async (_name, fault) => {
    const { account, move } = await routed();
    account.arm("PATCH", fault);
    expect((await failureOf(move())).message).toMatch(
      /this account has no PATCH \/v1\/dids\/did_\d+ \(it answered 40[45]\), but minivoice:capabilities says "managed": set it to documented/,
    );
  });

  test("of a number that is released meanwhile says that it is gone", async () => {
    const { account, move } = await routed();
    account.arm("PATCH", async ({ answer }) => {
      await account.sandbox.control.releaseNumber(main);
      return answer();
    });
    for (const _time of ["between observing and writing", "before"])
      expect((await failureOf(move())).message).toContain(`${main} is not a number of this account`);
  });

  test("that somebody else has made already is no write", async () => {
    const { account, sales, move } = await routed();
    await account.sandbox.control.assign(main, sales);
    expect(await move()).toMatchObject({ applicationId: sales });
    expect(account.writes()).toEqual([]);
  });

  test("is waited for while reads lag behind, and written once", async () => {
    const { account, sales, move } = await routed();
    const stale = new StaleReads(3);
    account.arm("", (exchange) => stale.meet(exchange), Number.POSITIVE_INFINITY);
    expect(await move(account.run(patient))).toMatchObject({ applicationId: sales });
    expect(account.writes()).toHaveLength(1);
  });
});

test("a number that vanishes after its write was lost is not known to have moved", async () => {
  const { account, move } = await routed();
  const vanish: Fault = async ({ answer, cut }) => {
    await answer();
    await account.sandbox.control.releaseNumber(main);
    return cut();
  };
  account.arm("PATCH", vanish);
  account.arm("PATCH", answerWith(503), Number.POSITIVE_INFINITY);
  expect((await failureOf(move())).message).toContain(`${main} was written, but whether it took effect is not known`);
});

test("a number that vanishes after its write is not as declared", async () => {
  const { account, move } = await routed();
  account.arm("PATCH", async ({ answer }) => {
    const answered = await answer();
    await account.sandbox.control.releaseNumber(main);
    return answered;
  });
  expect((await failureOf(move())).message).toMatch(/wanted app_\S+, found no such number/);
});

describe("a move of which nobody knows what came of it", () => {
  const unknown: [name: string, arm: (account: TestAccount) => void][] = [
    ["no read shows it", (account) => account.arm("GET", frozenReads(), Number.POSITIVE_INFINITY)],
    [
      "no read succeeds after it",
      (account) => {
        account.arm("GET", ({ answer }) => answer());
        account.arm("GET", answerWith(503), Number.POSITIVE_INFINITY);
      },
    ],
    [
      "neither it nor a read is answered",
      (account) => {
        account.arm("PATCH", loseAnswer, 3);
        account.arm("GET", ({ answer }) => answer());
        account.arm("GET", answerWith(503), Number.POSITIVE_INFINITY);
      },
    ],
  ];

  test.each(unknown)("is in the state, and the next run goes on: %s", async (_name, arm) => {
    const { account, sales, id, support, move } = await routed();
    arm(account);
    const { outputs, message } = await partOf(move());
    expect(message).toContain(`${main} was written, but`);
    expect(outputs).toMatchObject({ applicationId: support, written: [support, sales].sort() });

    account.sandbox.faults.clear();
    account.writes();
    const after = await didRoute.update(account.run(), id, outputs, to(sales));
    expect(after).toMatchObject({ applicationId: sales });
    expect(after.written).toBeUndefined();
    expect(account.writes()).toEqual([]);
  });

  test.each(["support", "sales"] as const)("can be taken back by a delete, though it routes to %s", async (holder) => {
    const setting = await routed();
    const { account, id, move } = setting;
    account.arm("GET", frozenReads(), Number.POSITIVE_INFINITY);
    const { outputs } = await partOf(move());
    account.sandbox.faults.clear();
    await account.sandbox.control.assign(main, setting[holder]);
    await didRoute.remove(account.run(), id, outputs);
    expect(await account.live(main)).toBe("reject nobody");
  });

  test("and that came from a stranger leaves the stranger's number alone on delete", async () => {
    const account = await testAccount();
    const [stranger, support] = [await account.create("stranger"), await account.create("Support")];
    await account.sandbox.control.assign(main, stranger);
    account.arm("PATCH", async () => new Response(JSON.stringify({ id: "did_1", number_e164: main })));
    const { id, outputs } = await partOf(didRoute.create(account.run(), to(support, { takeover: stranger })));
    await didRoute.remove(account.run(), id, outputs);
    expect(await account.live(main)).toBe(`webhook ${stranger}`);
    expect(account.said.join()).toContain(`${main} stays as it is: it now routes to ${stranger}`);
  });
});

describe("what is declared and what is live", () => {
  test("are refreshed from a list that the account has, or it says that it has none", async () => {
    const { account, id, outputs } = await routed();
    await account.sandbox.control.setCapabilities("documented");
    const failure = await failureOf(didRoute.read(account.run(), id, outputs));
    expect(failure.message).toContain("this account has no GET /v1/dids (it answered 404)");
    expect(await didRoute.read(account.run({ capabilities: "documented" }), id, outputs)).toEqual({ id, outputs });
  });

  test("can be looked up by id alone, and a number that is gone is gone", async () => {
    const { account, id, support } = await routed();
    const bare = { resourceName: "test" } as DidRouteOutputs;
    expect((await didRoute.read(account.run(), id, bare))?.outputs).toMatchObject({
      number: main,
      applicationId: support,
    });
    expect(await didRoute.read(account.run(), "did_none", bare)).toBeUndefined();
  });

  test("differ in options alone: that is no request", async () => {
    const { account, id, outputs, support } = await routed();
    const before = account.sandbox.requests.length;
    const after = await didRoute.update(account.run(), id, outputs, to(support, { onDelete: "leave" }));
    expect(after).toEqual({ ...outputs, onDelete: "leave" });
    expect(account.sandbox.requests).toHaveLength(before);
    await didRoute.remove(account.run(), id, after);
    expect(account.said.join()).toContain(`${main} stays as it is (onDelete: leave)`);
  });

  test("differ in a mode that nobody has heard of yet: the number is readable, and can be moved", async () => {
    const { account, id, outputs, support } = await routed();
    account.arm("GET", async ({ answer }) => {
      const { data, ...list } = (await (await answer()).json()) as { data: object[] };
      return Response.json({ ...list, data: data.map((did) => ({ ...did, route_mode: "forward" })) });
    });
    const live = await didRoute.read(account.run(), id, outputs);
    expect(live?.outputs).toMatchObject({ mode: "forward", applicationId: support });
    expect(await didRoute.update(account.run(), id, live?.outputs as DidRouteOutputs, to(support))).toEqual(outputs);
  });
});

/** Every read of a path answers as the first one did. */
function frozenReads(): Fault {
  const first = new Map<string, Response>();
  return async ({ request, answer }) => {
    const seen = first.get(request.url) ?? (await answer());
    first.set(request.url, seen);
    return seen.clone();
  };
}
