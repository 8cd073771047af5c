import { expect, test } from "@jest/globals";
import { didRouteTable, webhookSecret } from "pulumi-minivoice/lifecycle";
import { answerWith } from "../../../../src/sandbox/faults.ts";
import { failureOf, inputsOf, testAccount } from "./account.ts";

test("a list that fails after the writes is made up for number by number", async () => {
  const numbers = Array.from({ length: 40 }, (_, index) => `+1555123${String(1_000 + index)}`);
  const account = await testAccount({ numbers });
  const support = await account.create("Support");
  account.arm("GET /v1/dids?", ({ answer }) => answer());
  account.arm("GET /v1/dids?", answerWith(503), Number.POSITIVE_INFINITY);
  const routes = Object.fromEntries(numbers.map((number) => [number, support]));
  const { outputs } = await didRouteTable.create(account.run(), inputsOf(didRouteTable, { routes }));
  expect(outputs).toEqual({ resourceName: "test", count: 40, routes });
});

test("what only a state knows is not looked up by an id", async () => {
  const account = await testAccount();
  const bare = { resourceName: "test" } as never;
  expect((await failureOf(didRouteTable.read(account.run(), "did-routes:numbers", bare))).message).toContain(
    "a table of numbers cannot be looked up by an id, because the account knows no such thing: ask for each number",
  );
  expect((await failureOf(webhookSecret.read(account.run(), "some-id", bare))).message).toContain(
    "a webhook secret cannot be looked up by an id",
  );
});
