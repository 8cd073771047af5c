/** What a refresh keeps in mind beside what it finds: which fields of an application somebody else has changed. */
import { expect, test } from "@jest/globals";
import { type ApplicationOutputs, application } from "pulumi-minivoice/lifecycle";
import { type TestAccount, testAccount } from "./account.ts";

const inputs = { resourceName: "support", name: "Support", answerUrl: "https://voice.example.com/answer/support" };

async function refreshed(account: TestAccount, id: string, outputs: ApplicationOutputs): Promise<ApplicationOutputs> {
  const live = await application.read(account.run(), id, outputs);
  if (!live) throw new Error("it is gone");
  return live.outputs;
}

test("a field that somebody changed is remembered, however often it is refreshed, until an update makes it as declared", async () => {
  const account = await testAccount();
  const { id, outputs } = await application.create(account.run(), inputs);
  expect(await refreshed(account, id, outputs)).toEqual(outputs);

  await account.sandbox.control.editApplication(id, { answerUrl: "https://elsewhere.example.com/" });
  const once = await refreshed(account, id, outputs);
  expect(once).toEqual({ ...outputs, answerUrl: "https://elsewhere.example.com/", changedOutside: ["answer_url"] });
  await account.sandbox.control.editApplication(id, { name: "Helpdesk" });
  const twice = await refreshed(account, id, once);
  expect(twice).toEqual({ ...once, name: "Helpdesk", changedOutside: ["name", "answer_url"] });

  expect(await application.update(account.run(), id, twice, inputs)).toEqual(outputs);
});

test("what the program takes over costs no update: then it differs in nothing that is declared", async () => {
  const account = await testAccount();
  const { id, outputs } = await application.create(account.run(), inputs);
  await account.sandbox.control.editApplication(id, { name: "Helpdesk" });
  const found = await refreshed(account, id, outputs);
  expect(application.differs?.(found, { ...inputs, name: "Helpdesk" })).toBe(false);
});

test("a write that nobody saw the end of is not taken for somebody else's", async () => {
  const account = await testAccount();
  const { id, outputs } = await application.create(account.run(), inputs);
  await account.sandbox.control.editApplication(id, { name: "Helpdesk", answerUrl: "https://elsewhere.example.com/" });
  const unsettled = { ...outputs, unsettled: ["name"] };
  expect(await refreshed(account, id, unsettled)).toMatchObject({ changedOutside: ["answer_url"] });
});

test("an application that is imported was left by nobody, so nobody has changed it since", async () => {
  const account = await testAccount();
  const { id } = await application.create(account.run(), inputs);
  const bare = { resourceName: "support" } as ApplicationOutputs;
  expect(await refreshed(account, id, bare)).not.toHaveProperty("changedOutside");
});
