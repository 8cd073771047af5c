import { describe, expect, test } from "@jest/globals";
import { application } from "pulumi-minivoice/lifecycle";
import { failureOf, inputsOf, testAccount } from "./account.ts";

const apiKey = "mv_test_not_a_real_key";
const adopting = inputsOf(application, {
  name: "Support",
  answerUrl: "https://example.com/answer",
  adopt: true,
  apiKey,
});

describe("an application that was there before the program", () => {
  test("is taken over with the key that is given for it, and brought in line field by field", async () => {
    const account = await testAccount();
    const support = await account.create("Support");
    const { id, outputs } = await application.create(account.run(), adopting);
    expect(id).toBe(support);
    expect(outputs).toMatchObject({ apiKey, apiKeyGiven: true, answerUrl: "https://example.com/answer" });
    expect(account.said).toEqual([]);
    expect(account.writes()).toEqual([`PATCH /v1/applications/${support} 200`]);
    expect(application.differs?.(outputs, adopting)).toBe(false);

    const another = { ...adopting, apiKey: "mv_test_another_key" };
    expect(application.differs?.(outputs, another)).toBe(true);
    const after = await application.update(account.run(), id, outputs, another);
    expect(after).toMatchObject({ apiKey: "mv_test_another_key", apiKeyGiven: true });
    expect(account.writes()).toEqual([]);
  });

  test("is one of several of its name: then none is taken, and all are named", async () => {
    const account = await testAccount();
    const [first, other] = [await account.create("Support"), await account.create("Support")];
    const failure = await failureOf(application.create(account.run(), adopting));
    expect(failure.message).toContain(`would be called "Support" (${first}, ${other})`);
    expect(account.writes()).toEqual([]);
  });

  test("differs from the declaration: without adopt that is refused, with its id and the way out", async () => {
    const account = await testAccount();
    const support = await account.create("Support");
    const { adopt: _adopt, apiKey: _key, ...declared } = adopting;
    const failure = await failureOf(application.create(account.run(), declared));
    expect(failure.message).toContain(`already has an application "Support" (${support}) that differs`);
    expect(failure.message).toContain("adopt: true");
    expect(account.writes()).toEqual([]);
  });
});
