import { describe, expect, test } from "@jest/globals";
import { application, didRoute } from "pulumi-minivoice/lifecycle";
import { failureOf, inputsOf, main, testAccount } from "./account.ts";

const declared = { name: "Support", answerUrl: "https://example.com/answer" };
const inputs = inputsOf(application, declared);
const edited = inputsOf(application, { ...declared, answerUrl: "https://example.com/elsewhere" });

describe("what the key of another account cannot show", () => {
  const message = (customer: string) =>
    `belongs to customer ${customer}, but this stack is for cust_ours (the state): is the API key that of another environment?`;

  async function elsewhere() {
    const [ours, theirs] = [
      await testAccount({ customerId: "cust_ours" }),
      await testAccount({ customerId: "cust_theirs" }),
    ];
    return { ours, theirs };
  }

  test("is not gone, neither for a refresh, nor for an update, nor for a delete: an application", async () => {
    const { ours, theirs } = await elsewhere();
    const { id, outputs } = await application.create(ours.run(), inputs);
    for (const operation of [
      application.read(theirs.run(), id, outputs),
      application.update(theirs.run(), id, outputs, edited),
      application.remove(theirs.run(), id, outputs),
    ])
      expect((await failureOf(operation)).message).toContain(
        `the account, which does not have ${id}, ${message("cust_theirs")}`,
      );
    expect(theirs.writes()).toEqual([]);
    expect(await application.read(ours.run(), id, { ...outputs, customerId: "cust_ours" })).toBeDefined();
  });

  test("nor is a number", async () => {
    const { ours, theirs } = await elsewhere();
    const { id, outputs } = await didRoute.create(ours.run(), inputsOf(didRoute, { number: main, mode: "reject" }));
    await theirs.sandbox.control.releaseNumber(main);
    for (const operation of [
      didRoute.read(theirs.run(), id, outputs),
      didRoute.remove(theirs.run({ capabilities: "documented" }), id, outputs),
    ])
      expect((await failureOf(operation)).message).toContain(message("cust_theirs"));
  });

  test("and a number that the other account has is not ours", async () => {
    const { ours, theirs } = await elsewhere();
    const { id, outputs } = await didRoute.create(ours.run(), inputsOf(didRoute, { number: main, mode: "reject" }));
    const failure = await failureOf(didRoute.read(theirs.run(), id, outputs));
    expect(failure.message).toContain(message("cust_theirs"));
  });

  test("but what the right account has lost is gone", async () => {
    const { ours } = await elsewhere();
    const { id, outputs } = await application.create(ours.run(), inputs);
    await ours.sandbox.control.deleteApplication(id);
    expect(await application.read(ours.run(), id, outputs)).toBeUndefined();
  });
});
