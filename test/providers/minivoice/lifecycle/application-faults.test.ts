import { describe, expect, test } from "@jest/globals";
import { application } from "pulumi-minivoice/lifecycle";
import {
  answerWith,
  type Exchange,
  failAfterwards,
  garbleAnswer,
  halveAnswer,
  loseAnswer,
  reset,
  StaleReads,
} from "../../../../src/sandbox/faults.ts";
import { failureOf, inputsOf, partOf, patient, testAccount } from "./account.ts";

const declared = { name: "Support", answerUrl: "https://example.com/answer" };
const inputs = inputsOf(application, declared);
const edited = inputsOf(application, { ...declared, answerUrl: "https://example.com/elsewhere" });
const unavailable = answerWith(503, "<html>busy</html>");

describe("an application whose creation is not answered", () => {
  test.each([
    ["the connection is reset after it", loseAnswer],
    ["half an answer", halveAnswer],
    ["an answer that is no JSON", garbleAnswer],
    ["500 after the fact", failAfterwards(500)],
  ])("is found instead of created twice: %s", async (_name, fault) => {
    const account = await testAccount();
    account.arm("POST", fault);
    const { id, outputs } = await application.create(account.run(), inputs);
    expect(await account.named("Support")).toEqual([id]);
    expect(outputs).toMatchObject({ applicationId: id, ...declared });
    expect(outputs.apiKey).toBeUndefined();
    expect(account.said.join()).toContain(`it was created as ${id}. Its API key is lost with the answer`);
    expect(account.sent("POST")).toBe(1);
  });

  test("is found when it lands late", async () => {
    const account = await testAccount();
    const { promise, resolve } = Promise.withResolvers<void>();
    account.arm("POST", ({ answer, cut }) => {
      void promise.then(answer);
      return cut();
    });
    account.arm("GET /v1/applications", ({ answer }) => answer(), 2);
    account.arm("GET /v1/applications", async ({ answer }) => {
      resolve();
      return answer();
    });
    const { id } = await application.create(account.run(), inputs);
    expect(await account.named("Support")).toEqual([id]);
    expect(account.sent("POST")).toBe(1);
  });

  test("is not sent again when the list never shows it; the next run looks first", async () => {
    const account = await testAccount();
    account.arm("POST", reset);
    const failure = await failureOf(application.create(account.run(), inputs));
    expect(failure.message).toMatch(/the answer was lost .* It was not sent again, because two would be created/);
    expect(account.sent("POST")).toBe(1);
    await application.create(account.run(), inputs);
    expect(await account.named("Support")).toHaveLength(1);
  });

  test("is not given up for lost when even the list fails", async () => {
    const account = await testAccount();
    account.arm("POST", loseAnswer);
    account.arm("GET /v1/applications", ({ answer }) => answer());
    account.arm("GET /v1/applications", unavailable, 3);
    const failure = await failureOf(application.create(account.run(), inputs));
    expect(failure.message).toContain("It was not sent again");
    const { id } = await application.create(account.run(), inputs);
    expect(await account.named("Support")).toEqual([id]);
  });

  test("stops and names both when two appear", async () => {
    const account = await testAccount();
    account.arm("POST", async ({ answer, cut }) => {
      await account.create("Support");
      await answer();
      return cut();
    });
    const failure = await failureOf(application.create(account.run(), inputs));
    const [first, other] = await account.named("Support");
    expect(failure.message).toContain(`would be called "Support" (${first}, ${other})`);
    expect(failure.message).toContain("rename or delete all but one in the account setup");
  });

  test("of an earlier run that lands beside its own is named, and its own is kept with its key", async () => {
    const account = await testAccount();
    account.arm("POST", async ({ answer }) => {
      const answered = await answer();
      await account.create("Support");
      return answered;
    });
    const { id, outputs, reasons } = await partOf(application.create(account.run(), inputs));
    const [ours, other] = await account.named("Support");
    expect(id).toBe(ours);
    expect(outputs.apiKey).toMatch(/^mv_/);
    expect(reasons.join()).toContain(`(${ours}, ${other})`);
  });
});

describe("an application that was created", () => {
  test("goes into the state with its key when the read after it fails", async () => {
    const account = await testAccount();
    account.arm("GET", ({ answer }) => answer());
    account.arm("GET", unavailable, 3);
    const { id, outputs, message } = await partOf(application.create(account.run(), inputs));
    expect(outputs).toMatchObject({ applicationId: id, ...declared, apiKey: expect.stringMatching(/^mv_/) });
    expect(message).toContain("whether it took effect is not known");
    expect(await application.update(account.run(), id, outputs, inputs)).toMatchObject(declared);
    expect(account.writes()).toHaveLength(1);
  });

  test("goes into the state when reads never show it", async () => {
    const account = await testAccount();
    lag(account, 1_000);
    const { id, message } = await partOf(application.create(account.run(), inputs));
    expect(message).toContain(
      `(${id}) was written, but does not show it: wanted to be listed, found no such application`,
    );
  });

  test("is waited for while reads lag behind", async () => {
    const account = await testAccount();
    lag(account, 3);
    const { outputs } = await application.create(account.run(patient), inputs);
    expect(outputs).toMatchObject(declared);
    expect(account.sent("POST")).toBe(1);
  });
});

describe("an edit of an application", () => {
  async function existing(args = {}) {
    const account = await testAccount();
    const before = inputsOf(application, { ...declared, ...args });
    const { id, outputs } = await application.create(account.run(), before);
    account.writes();
    return { account, id, outputs };
  }

  test("whose answers are all lost is looked up, and succeeded if it shows", async () => {
    const { account, id, outputs } = await existing();
    account.arm("PATCH", loseAnswer, 3);
    expect(await application.update(account.run(), id, outputs, edited)).toMatchObject({
      answerUrl: "https://example.com/elsewhere",
    });
  });

  test("whose answers are all lost, and that does not show, is not known to have happened", async () => {
    const { account, id, outputs } = await existing();
    account.arm("PATCH", reset, 3);
    const { message } = await partOf(application.update(account.run(), id, outputs, edited));
    expect(message).toContain(`(${id}) was written, but whether it took effect is not known: MiniVoice at`);
  });

  test("that fills an empty field and does not show it says so", async () => {
    const { account, id, outputs } = await existing();
    const filled = inputsOf(application, { ...declared, webhookUrl: "https://example.com/hook" });
    account.arm("PATCH", async () => new Response(JSON.stringify({ id, name: "Support" })));
    const { message } = await partOf(application.update(account.run(), id, outputs, filled));
    expect(message).toContain("wanted webhook_url https://example.com/hook, found webhook_url absent");
  });

  test("that the account cannot do names the way out, also where it says that there is no such thing", async () => {
    const { account, id, outputs } = await existing();
    account.arm("PATCH", answerWith(404, JSON.stringify({ error: { code: "not_found", message: "route not found" } })));
    const failure = await failureOf(application.update(account.run(), id, outputs, edited));
    expect(failure.message).toContain(`this account has no PATCH /v1/applications/${id} (it answered 404)`);
  });

  test("of the secret is not taken for done without an answer, because nothing shows it", async () => {
    const { account, id, outputs } = await existing();
    const secret = inputsOf(application, { ...declared, webhookSecret: "not-a-real-secret" });
    account.arm("PATCH", loseAnswer, 3);
    const failure = await failureOf(application.update(account.run(), id, outputs, secret));
    expect(failure.message).toContain("did not answer PATCH");
    expect(failure.message).not.toContain("not-a-real-secret");
    await application.update(account.run(), id, outputs, secret);
    expect(account.sandbox.requests.filter(({ method }) => method === "PATCH")).toHaveLength(4);
  });

  test("that does not show sets the secret again the next time", async () => {
    const { account, id, outputs } = await existing();
    const both = inputsOf(application, { ...edited, webhookSecret: "not-a-real-secret" });
    account.arm("PATCH", async () => new Response(JSON.stringify({ id, name: "Support" })));
    const part = await partOf(application.update(account.run(), id, outputs, both));
    expect(part.message).toContain(
      "wanted answer_url https://example.com/elsewhere, found answer_url https://example.com/answer",
    );
    const bodies: unknown[] = [];
    account.arm("PATCH", async ({ request, answer }) => {
      bodies.push(await request.clone().json());
      return answer();
    });
    await application.update(account.run(), id, part.outputs, both);
    expect(bodies).toEqual([{ answer_url: edited.answerUrl, webhook_secret: "not-a-real-secret" }]);
  });

  test("of one that somebody deleted says how to create it anew", async () => {
    const { account, id, outputs } = await existing();
    account.arm("PATCH", async ({ answer }) => {
      await account.sandbox.control.deleteApplication(id);
      return answer();
    });
    for (const _time of ["between observing and writing", "before"]) {
      const failure = await failureOf(application.update(account.run(), id, outputs, edited));
      expect(failure.message).toContain(`(${id}) is not in the account any more: run up --refresh to create it anew`);
    }
  });

  test("writes only what somebody else did not write already", async () => {
    const { account, id, outputs } = await existing();
    await account.sandbox.control.editApplication(id, { answerUrl: edited.answerUrl ?? null });
    expect(await application.update(account.run(), id, outputs, edited)).toMatchObject({ answerUrl: edited.answerUrl });
    expect(account.writes()).toEqual([]);
  });

  test("refused with 422 says so in the vendor's words, and changes nothing", async () => {
    const { account, id, outputs } = await existing();
    const body = JSON.stringify({ error: { code: "invalid_request", message: "answer_url must be reachable" } });
    account.arm("PATCH", answerWith(422, body));
    const failure = await failureOf(application.update(account.run(), id, outputs, edited));
    expect(failure.message).toContain("with 422: answer_url must be reachable (invalid_request)");
    expect(account.writes()).toHaveLength(1);
  });
});

describe("two applications that change names", () => {
  test("swap them, in whichever order", async () => {
    const account = await testAccount();
    const [a, b] = ["a", "b"].map((name) => inputsOf(application, { resourceName: name, name }));
    const run = account.run();
    const first = await application.create(run, a as never);
    const other = await application.create(run, b as never);
    const swap = account.run();
    const [toB, toA] = ["b", "a"].map((name, index) => inputsOf(application, { resourceName: "ab"[index], name }));
    application.beforeUpdate?.(swap, first.id, first.outputs, toB as never);
    application.beforeUpdate?.(swap, other.id, other.outputs, toA as never);
    await application.update(swap, first.id, first.outputs, toB as never);
    await application.update(swap, other.id, other.outputs, toA as never);
    expect([await account.named("a"), await account.named("b")]).toEqual([[other.id], [first.id]]);
  });

  test("are never taken for one: a new one gets a name once another one has given it up", async () => {
    const account = await testAccount();
    const old = await application.create(account.run(), inputs);
    const renamed = inputsOf(application, { ...declared, name: "Sales" });
    const run = account.run();
    application.beforeUpdate?.(run, old.id, old.outputs, renamed);
    const failure = await failureOf(application.create(run, { ...inputs, resourceName: "other" }));
    expect(failure.message).toContain(`pending: the application ${old.id} is still called "Support"`);
    const [anew] = await Promise.all([
      application.create(run, { ...inputs, resourceName: "other" }),
      application.update(run, old.id, old.outputs, renamed),
    ]);
    expect([await account.named("Support"), await account.named("Sales")]).toEqual([[anew.id], [old.id]]);
  });

  test("are noticed where a new one took over the other one before the program had said that it is renamed", async () => {
    const account = await testAccount();
    const old = await application.create(account.run(), inputs);
    const renamed = inputsOf(application, { ...declared, name: "Sales" });
    const tooEarly = account.run();
    const found = await application.create(tooEarly, { ...inputs, resourceName: "third" });
    expect(() => application.beforeUpdate?.(tooEarly, found.id, old.outputs, renamed)).toThrow(
      `"third" and "test" both stand for the application ${found.id}: remove one of them`,
    );
  });

  test("where a person renames, the second waits for the first", async () => {
    const account = await testAccount({ capabilities: "documented" });
    const old = await application.create(account.run(), inputs);
    const run = account.run({ capabilities: "documented" });
    application.beforeUpdate?.(run, old.id, old.outputs, inputsOf(application, { ...declared, name: "Sales" }));
    const failure = await failureOf(application.create(run, { ...inputs, resourceName: "other" }));
    expect(failure.message).toContain(`pending: the application ${old.id} is still called "Support"`);
    expect(account.sent("POST")).toBe(1);
  });
});

describe("the deletion of an application", () => {
  test("that is in use names the numbers", async () => {
    const account = await testAccount();
    const { id, outputs } = await application.create(account.run(), inputs);
    await account.sandbox.control.assign("+15551230002", id, "reject");
    const failure = await failureOf(application.remove(account.run(), id, outputs));
    expect(failure.message).toContain(`${id} is still carried by +15551230002: route them elsewhere`);
  });

  test("that very many numbers carry names the first ten", async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => `+155512310${String(index).padStart(2, "0")}`);
    const account = await testAccount({ numbers });
    const { id, outputs } = await application.create(account.run(), inputs);
    for (const number of numbers) await account.sandbox.control.assign(number, id);
    const failure = await failureOf(application.remove(account.run(), id, outputs));
    expect(failure.message).toContain(`still carried by ${numbers.slice(0, 10).join(", ")} and 2 more: route`);
  });

  test("whose answer is lost, or that somebody else did, is success", async () => {
    const account = await testAccount();
    const { id, outputs } = await application.create(account.run(), inputs);
    account.arm("DELETE", loseAnswer, 3);
    await application.remove(account.run(), id, outputs);
    expect(await account.named("Support")).toEqual([]);
    await application.remove(account.run(), id, outputs);
  });

  test("that the list does not confirm is no success", async () => {
    const account = await testAccount();
    const { id, outputs } = await application.create(account.run(), inputs);
    account.arm(
      "DELETE",
      answerWith(404, JSON.stringify({ error: { code: "not_found", message: "route not found" } })),
    );
    const failure = await failureOf(application.remove(account.run(), id, outputs));
    expect(failure.message).toContain(`the deletion of the application "Support" (${id})`);
  });
});

test("a key of another customer's account is noticed before anything is created there", async () => {
  const account = await testAccount({ customerId: "cust_other" });
  const failure = await failureOf(application.create(account.run({ customerId: "cust_mine" }), inputs));
  expect(failure.message).toContain("belongs to customer cust_other, but this stack is for cust_mine");
  expect(account.writes()).toEqual([]);
});

function lag(account: Awaited<ReturnType<typeof testAccount>>, reads: number): void {
  const stale = new StaleReads(reads);
  account.arm("", (exchange: Exchange) => stale.meet(exchange), Number.POSITIVE_INFINITY);
}
