import { describe, expect, test } from "@jest/globals";
import { application } from "pulumi-minivoice/lifecycle";
import { answerWith, loseAnswer } from "../../../../src/sandbox/faults.ts";
import { failureOf, inputsOf, partOf, type TestAccount, testAccount } from "./account.ts";

const declared = { name: "Support", answerUrl: "https://example.com/answer" };
const inputs = inputsOf(application, declared);
const edited = inputsOf(application, { ...declared, answerUrl: "https://example.com/elsewhere" });

describe("an application of which a run could not see whether it is settled", () => {
  test("is looked up by the next one, though the program and the state agree", async () => {
    const account = await testAccount();
    account.arm("POST", async ({ answer }) => {
      const answered = await answer();
      await account.create("Support");
      return answered;
    });
    const { id, outputs } = await partOf(application.create(account.run(), inputs));
    expect(application.differs?.(outputs, inputs)).toBe(true);
    const failure = await failureOf(application.update(account.run(), id, outputs, inputs));
    const [, other = ""] = await account.named("Support");
    expect(failure.message).toContain(`would be called "Support" (${id}, ${other})`);
    const refreshed = (await application.read(account.run(), id, outputs))?.outputs ?? outputs;
    expect(application.differs?.(refreshed, inputs)).toBe(true);

    await account.sandbox.control.deleteApplication(other);
    const settled = await application.update(account.run(), id, refreshed, inputs);
    expect(settled).not.toHaveProperty("unsettled");
    expect(application.differs?.(settled, inputs)).toBe(false);
    expect((await application.read(account.run(), id, settled))?.outputs).toEqual(settled);
  });

  test.each([
    ["nobody could read", (account: TestAccount) => account.arm("GET", answerWith(503), 3)],
    ["nobody was told of", (account: TestAccount) => account.arm("PATCH", loseAnswer, 3)],
  ])("is put back by a program that goes back: a write that %s", async (_name, arm) => {
    const account = await testAccount();
    const { id, outputs } = await application.create(account.run(), inputs);
    account.arm("GET", ({ answer }) => answer());
    arm(account);
    account.arm("GET", answerWith(503), 3);
    const { outputs: lost } = await partOf(application.update(account.run(), id, outputs, edited));
    account.sandbox.faults.clear();

    expect(await application.update(account.run(), id, lost, inputs)).toEqual(outputs);
    const [live] = (await account.sandbox.control.listApplications()).filter((candidate) => candidate.id === id);
    expect(live?.answerUrl).toBe(declared.answerUrl);
  });

  test("gets the secret again that the program goes back to", async () => {
    const account = await testAccount();
    const secret = (value: string) => inputsOf(application, { ...declared, webhookSecret: value });
    const { id, outputs } = await application.create(account.run(), secret("not-a-real-secret"));
    account.arm("PATCH", loseAnswer, 3);
    const { outputs: lost } = await partOf(application.update(account.run(), id, outputs, secret("another-one")));
    const sent: unknown[] = [];
    account.arm("PATCH", async ({ request, answer }) => {
      sent.push(await request.clone().json());
      return answer();
    });
    expect(await application.update(account.run(), id, lost, secret("not-a-real-secret"))).toEqual(outputs);
    expect(sent).toEqual([{ webhook_secret: "not-a-real-secret" }]);
  });
});

describe("a webhook secret that a person is to set", () => {
  const withSecret = inputsOf(application, { ...declared, webhookSecret: "not-a-real-secret" });

  test("is asked for once, and written once the API can, because nobody saw it set", async () => {
    const account = await testAccount();
    const documented = () => account.run({ capabilities: "documented" });
    const { id, outputs } = await application.create(documented(), inputs);
    const asked = await application.update(documented(), id, outputs, withSecret);
    const forgotten = { ...asked, webhookSecret: undefined } as never;
    const again = await application.update(documented(), id, forgotten, withSecret);
    expect(again).toEqual(asked);
    expect(account.said.filter((line) => line.startsWith("unverified"))).toHaveLength(1);
    account.writes();

    const written = await application.update(account.run(), id, asked, withSecret);
    expect(account.writes()).toEqual([`PATCH /v1/applications/${id} 200`]);
    expect(written).not.toHaveProperty("webhookSecretHash");
  });
});

test("an application that is to be adopted with its key is not created under a misspelt name", async () => {
  const account = await testAccount();
  const adopted = inputsOf(application, { name: "Suport", adopt: true, apiKey: "mv_test_not_a_real_key" });
  const failure = await failureOf(application.create(account.run(), adopted));
  expect(failure.message).toContain('no application "Suport", so there is none that the given apiKey could belong to');
  expect(failure.message).not.toContain("mv_test");
  expect(account.writes()).toEqual([]);
});
