import { describe, expect, test } from "@jest/globals";
import { type DeclaredApplication, pendingWork } from "pulumi-minivoice/lifecycle";
import { answerWith } from "../../../../src/sandbox/faults.ts";
import { main, second, testAccount } from "./account.ts";

const third = "+15551230003";
const nothing = { applications: [], routes: [], dropped: [] };

async function setting() {
  const account = await testAccount({ capabilities: "documented", numbers: [main, second, third] });
  const [support, sales] = [await account.create("Support"), await account.create("Sales")] as const;
  const run = () => account.run({ capabilities: "documented" });
  return { account, support, sales, run };
}

const application = (more: Partial<DeclaredApplication>): DeclaredApplication => ({
  inputs: { name: "Support" },
  unknown: [],
  secretChanged: false,
  ...more,
});

describe("what is left to a person", () => {
  test("is every assignment that is not made yet, in order, with the application's name where it has one", async () => {
    const { account, support, sales, run } = await setting();
    await account.sandbox.control.assign(second, support);
    await account.sandbox.control.assign(third, sales);
    const routes = [
      { number: third, entry: "reject" },
      { number: second, entry: support },
      { number: main, entry: "app_elsewhere" },
    ];
    const { steps, problems } = await pendingWork(run(), { ...nothing, routes });
    expect(problems).toEqual([]);
    expect(steps).toEqual([
      { kind: "assign number", object: main, field: "route", from: "unassigned", to: "app_elsewhere" },
      { kind: "take number out of service", object: third, field: "route", from: sales, to: "reject" },
    ]);
    const moved = await pendingWork(run(), { ...nothing, routes: [{ number: second, entry: sales }] });
    expect(moved.steps).toMatchObject([{ object: second, name: "Sales", from: support, to: sales }]);
  });

  test("is a number that left the program, unless somebody else has it by now", async () => {
    const { account, support, sales, run } = await setting();
    await account.sandbox.control.assign(main, support);
    await account.sandbox.control.assign(second, sales);
    const dropped = [main, second, third].map((number) => ({ number, written: [support] }));
    const { steps } = await pendingWork(run(), { ...nothing, dropped });
    expect(steps.map(({ object, to }) => [object, to])).toEqual([
      [main, "reject"],
      [third, "reject"],
    ]);
  });

  test("is each field of an application that is not as declared, and its secret, which nobody can see", async () => {
    const { support, run } = await setting();
    const edited = application({
      id: support,
      inputs: { name: "Support", answerUrl: "https://example.com/answer", webhookUrl: "https://example.com/hook" },
      unknown: ["webhook_url"],
      secretChanged: true,
    });
    const { steps } = await pendingWork(run(), { ...nothing, applications: [edited] });
    const about = { object: support, name: "Support" };
    expect(steps).toEqual([
      { kind: "edit application", ...about, field: "answer_url", from: "nothing", to: "https://example.com/answer" },
      {
        kind: "set webhook secret",
        ...about,
        field: "webhook_secret",
        from: "not shown by the API",
        to: "the secret in the state",
      },
    ]);
  });

  test("is a field that is to be emptied", async () => {
    const { account, support, run } = await setting();
    await account.sandbox.control.editApplication(support, { answerUrl: "https://example.com/old" });
    const { steps } = await pendingWork(run(), { ...nothing, applications: [application({ id: support })] });
    expect(steps).toMatchObject([{ field: "answer_url", from: "https://example.com/old", to: "nothing" }]);
  });

  test("is an edit of one that is to be adopted, but not of one that is still to be created", async () => {
    const { support, run } = await setting();
    const inputs = { name: "Support", answerUrl: "https://example.com/answer" };
    const applications = [application({ inputs }), application({ inputs: { ...inputs, adopt: true } })];
    const { steps } = await pendingWork(run(), { ...nothing, applications });
    expect(steps).toMatchObject([{ kind: "edit application", object: support }]);
  });

  test("is nothing where the API does it all", async () => {
    const { account, support } = await setting();
    const routes = [{ number: main, entry: support }];
    expect(
      await pendingWork(account.run(), { ...nothing, applications: [application({ id: support })], routes }),
    ).toEqual({
      steps: [],
      problems: [],
    });
  });
});

test("what cannot be told is said beside it, and hides nothing else", async () => {
  const { account, support, run } = await setting();
  account.arm(`GET /v1/dids/by-number/${second}`, answerWith(403), Number.POSITIVE_INFINITY);
  const routes = ["+15559999999", second, main].map((number) => ({ number, entry: support }));
  const { steps, problems } = await pendingWork(run(), { ...nothing, routes });
  expect(steps).toMatchObject([{ object: main }]);
  expect(problems.sort()).toEqual([
    expect.stringContaining(`${second} could not be read: MiniVoice refused GET`),
    "+15559999999 is not a number of this account",
  ]);
});
