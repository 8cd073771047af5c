import { describe, expect, test } from "@jest/globals";
import { application, didRoute, didRouteTable, pendingWork } from "pulumi-minivoice/lifecycle";
import { failureOf, inputsOf, main, partOf, second, testAccount } from "./account.ts";

/** An account in which a person assigns numbers and edits applications, and a run that knows it. */
async function byHand() {
  const account = await testAccount({ capabilities: "documented" });
  const support = await account.create("Support");
  return { account, support, run: () => account.run({ capabilities: "documented" }) };
}

describe("an assignment by hand", () => {
  const waiting = { assignmentTimeout: "5 seconds" };

  test("is waited for when the program says so, and noticed as soon as it is made", async () => {
    const { account, support, run } = await byHand();
    account.arm(`GET /v1/dids/by-number/${main}`, ({ answer }) => answer(), 2);
    account.arm(`GET /v1/dids/by-number/${main}`, async ({ answer }) => {
      await account.sandbox.control.assign(main, support);
      return answer();
    });
    const { outputs } = await didRoute.create(
      run(),
      inputsOf(didRoute, { number: main, applicationId: support, ...waiting }),
    );
    expect(outputs).toMatchObject({ applicationId: support });
    expect(account.said.join()).toContain(`pending: assign ${main} to application ${support} in the account setup`);
    expect(account.writes()).toEqual([]);
  });

  test("is pending when it is not made in time, or when nobody waits", async () => {
    const { support, run } = await byHand();
    for (const assignmentTimeout of ["50 milliseconds", undefined]) {
      const args = inputsOf(didRoute, { number: main, applicationId: support, assignmentTimeout });
      const { outputs, message } = await partOf(didRoute.create(run(), args));
      expect(message).toContain(
        `pending: assign ${main} to application ${support} in the account setup (now: unassigned)`,
      );
      expect(outputs).toMatchObject({ didId: expect.any(String), number: main });
      expect(outputs).not.toHaveProperty("applicationId");
    }
  });

  test("of a number that is released while it is waited for is still said to be missing", async () => {
    const { account, support, run } = await byHand();
    account.arm(`GET /v1/dids/by-number/${main}`, async ({ answer }) => {
      const live = await answer();
      await account.sandbox.control.releaseNumber(main);
      return live;
    });
    const args = inputsOf(didRoute, { number: main, applicationId: support, assignmentTimeout: "50 milliseconds" });
    expect((await partOf(didRoute.create(run(), args))).message).toContain(`assign ${main}`);
  });

  test("is listed for each number of a table, and taken for done when it is", async () => {
    const { account, support, run } = await byHand();
    const args = inputsOf(didRouteTable, { routes: { [main]: support, [second]: "reject" } });
    const { id, outputs, reasons } = await partOf(didRouteTable.create(run(), args));
    expect(reasons.sort()).toEqual([
      expect.stringContaining(
        `pending: assign ${main} to application ${support} in the account setup (now: unassigned)`,
      ),
      expect.stringContaining(`pending: set ${second} to reject, with no application, in the account setup`),
    ]);
    await account.sandbox.control.assign(main, support);
    await account.sandbox.control.assign(second, null);
    const done = await didRouteTable.update(run(), id, outputs, args);
    expect(done).toMatchObject({ routes: { [main]: support, [second]: "reject" } });
    await didRouteTable.remove(run(), id, done);
    expect(account.said.join()).toContain(
      `${main} stays as it is (${support}): take it out of service in the account setup`,
    );
    expect(account.writes()).toEqual([]);
  });
});

describe("an application that a person edits", () => {
  test("is created by the API, and every edit of it is said field by field, also one that clears a field", async () => {
    const { account, run } = await byHand();
    const before = inputsOf(application, {
      name: "Sales",
      answerUrl: "https://example.com/a",
      webhookUrl: "https://example.com/w",
    });
    const { id, outputs } = await application.create(run(), before);
    const args = inputsOf(application, { name: "Sales EU", answerUrl: "https://example.com/b" });
    const { message, outputs: pending } = await partOf(application.update(run(), id, outputs, args));
    expect(message).toBe(
      "pending: in the account setup, change name from Sales to Sales EU and answer_url from https://example.com/a to https://example.com/b " +
        `and webhook_url from https://example.com/w to nothing of the application "Sales" (${id}), then run up again`,
    );
    await account.sandbox.control.editApplication(id, {
      name: "Sales EU",
      answerUrl: "https://example.com/b",
      webhookUrl: null,
    });
    expect(await application.update(run(), id, pending, args)).toMatchObject({ name: "Sales EU" });
  });

  test("has a field that is empty so far", async () => {
    const { account, run } = await byHand();
    const { id, outputs } = await application.create(run(), inputsOf(application, { name: "Sales" }));
    const args = inputsOf(application, { name: "Sales", webhookUrl: "https://example.com/w" });
    const { message } = await partOf(application.update(run(), id, outputs, args));
    expect(message).toContain("change webhook_url from nothing to https://example.com/w of the application");
    expect(account.writes()).toHaveLength(1);
  });

  test("has a webhook secret that is said to be unverified, set, changed or removed", async () => {
    const { account, run } = await byHand();
    const withSecret = (webhookSecret?: string) => inputsOf(application, { name: "Sales", webhookSecret });
    const { id, outputs } = await application.create(run(), withSecret("not-a-real-secret"));
    const changed = await application.update(run(), id, outputs, withSecret("not-a-real-secret-either"));
    expect(changed.webhookSecretHash).toMatch(/^[0-9a-f]{64}$/);
    const removed = await application.update(run(), id, changed, withSecret());
    expect(removed).not.toHaveProperty("webhookSecretHash");
    expect(account.said.join("\n")).toMatch(
      /unverified: .* set the webhook secret[\s\S]*unverified: .* remove the webhook secret/,
    );
    expect(account.said.join("\n")).not.toContain("not-a-real-secret");
  });

  test("stays when it leaves the program, and so does one whose key is in use", async () => {
    const { account, run } = await byHand();
    const { id, outputs } = await application.create(run(), inputsOf(application, { name: "Sales" }));
    await application.remove(run(), id, outputs);
    expect(account.said.join()).toContain(`"Sales" (${id}) stays in the account: the documented API cannot delete it`);
    const own = account.run({ apiKey: outputs.apiKey ?? "" });
    await application.remove(own, id, outputs);
    expect(account.said.join()).toContain(`(${id}) stays: its API key is the one that this run works with [own-key]`);
    expect(await account.named("Sales")).toEqual([id]);
  });

  test("that is in use cannot name numbers where the account cannot list them", async () => {
    const { account, support } = await byHand();
    await account.sandbox.control.setCapabilities("managed");
    await account.sandbox.control.assign(main, support);
    const context = account.run();
    const deletes = { ...context, capabilities: { ...context.capabilities, listDids: false } };
    const failure = await failureOf(
      application.remove(deletes, support, { resourceName: "test", applicationId: support, name: "Support" }),
    );
    expect(failure.message).toContain("is still carried by numbers that this account cannot list");
  });
});

test("the query of a URL is in no message, but in the list of what is to be done, as far as the program declares it", async () => {
  const { account, run } = await byHand();
  const declared = (token: string) =>
    inputsOf(application, { name: "Tokens", answerUrl: `https://example.com/answer?token=${token}` });
  const { id, outputs } = await application.create(run(), declared("before"));
  const { message } = await partOf(application.update(run(), id, outputs, declared("after")));
  expect(message).toContain("change answer_url from https://example.com/answer?… to https://example.com/answer?…");
  expect(message).toContain("what ?… stands for is in the program, and in the list of `minivoice pending`");
  expect(message).not.toContain("token");
  const edited = { id, inputs: declared("after"), unknown: [], secretChanged: false };
  const { steps } = await pendingWork(run(), { applications: [edited], routes: [], dropped: [] });
  expect(steps).toMatchObject([{ from: "https://example.com/answer?…", to: "https://example.com/answer?token=after" }]);
  expect(account.writes()).toHaveLength(1);
});
