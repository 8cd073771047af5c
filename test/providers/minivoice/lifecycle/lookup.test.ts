import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createContext, findApplication, findDid, findDids } from "pulumi-minivoice/lifecycle";
import { type Sandbox, startSandbox } from "../../../../src/sandbox/index.ts";

const numbers = ["+15551230001", "+15551230002", "+15551230003"];
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ numbers, customerId: "cust_1", pageSize: 2 });
});
afterEach(() => sandbox.close());

const account = (options: { capabilities?: "managed" | "documented"; customerId?: string } = {}) =>
  createContext({
    apiKey: sandbox.portalKey,
    baseUrl: sandbox.url,
    capabilities: "managed",
    say: () => undefined,
    ...options,
  });

const requests = () => sandbox.requests.map(({ method, path }) => `${method} ${path}`);

describe("an application is found", () => {
  test("by its name and by its id, without its key", async () => {
    const made = await sandbox.control.createApplication({ name: "Front desk", answerUrl: "https://example.com/desk" });
    const found = {
      applicationId: made.id,
      customerId: "cust_1",
      name: "Front desk",
      answerUrl: "https://example.com/desk",
      createdAt: made.createdAt,
    };
    const context = account();
    expect(await findApplication(context, { name: "Front desk" })).toEqual(found);
    expect(await findApplication(context, { id: made.id })).toEqual(found);
    expect(requests()).toEqual(["GET /v1/applications"]);
  });

  test("never by a name that two have: the error names both, and how to tell them apart", async () => {
    const one = await sandbox.control.createApplication({ name: "Twin" });
    const other = await sandbox.control.createApplication({ name: "Twin" });
    await expect(findApplication(account(), { name: "Twin" })).rejects.toThrow(
      `the account has 2 applications "Twin" (${one.id}, ${other.id}): ask for the one by its id`,
    );
    expect(await findApplication(account(), { id: other.id })).toMatchObject({ applicationId: other.id });
  });

  test("or missed, in words that say what was looked for", async () => {
    await expect(findApplication(account(), { name: "Nobody" })).rejects.toThrow(
      'the account has no application with name "Nobody"',
    );
    await expect(findApplication(account(), { id: "app_0" })).rejects.toThrow("no application with id");
  });

  test("only if it belongs to the customer that the stack is for", async () => {
    const made = await sandbox.control.createApplication({ name: "Front desk" });
    await expect(findApplication(account({ customerId: "cust_2" }), { id: made.id })).rejects.toThrow(
      `${made.id} belongs to customer cust_1, but this stack is for cust_2`,
    );
  });
});

describe.each(["managed", "documented"] as const)("a number of an account that is %s is found", (capabilities) => {
  test("by number and by id, with its application and its mode", async () => {
    await sandbox.control.setCapabilities(capabilities);
    const { id } = await sandbox.control.createApplication({ name: "Front desk" });
    await sandbox.control.assign("+15551230002", id);
    const context = account({ capabilities });
    const found = await findDid(context, { number: "+15551230002" });
    expect(found).toMatchObject({ number: "+15551230002", mode: "webhook", applicationId: id, customerId: "cust_1" });
    expect(await findDid(context, { id: found.didId })).toEqual(found);
    await sandbox.control.assign("+15551230001", null);
    const rejecting = await findDid(account({ capabilities }), { number: "+15551230001" });
    expect(rejecting).toMatchObject({ mode: "reject" });
    expect(rejecting).not.toHaveProperty("applicationId");
  });

  test("or missed, in words that say what was looked for", async () => {
    await sandbox.control.setCapabilities(capabilities);
    const context = account({ capabilities });
    await expect(findDid(context, { number: "+15559999999" })).rejects.toThrow(
      "+15559999999 is not a number of this account",
    );
    await expect(findDid(context, { id: "did_0" })).rejects.toThrow('no number with id "did_0"');
  });

  test("only if it belongs to the customer that the stack is for", async () => {
    await sandbox.control.setCapabilities(capabilities);
    await expect(findDid(account({ capabilities, customerId: "cust_2" }), { number: "+15551230001" })).rejects.toThrow(
      "belongs to customer cust_1, but this stack is for cust_2",
    );
  });
});

describe("all numbers", () => {
  test("are one list, page by page, however many ask at once", async () => {
    const context = account();
    const [all, one, another] = await Promise.all([
      findDids(context),
      findDid(context, { number: "+15551230003" }),
      findDid(context, { number: "+15551230001" }),
    ]);
    expect(all.map(({ number }) => number)).toEqual(numbers);
    expect([one.number, another.number]).toEqual(["+15551230003", "+15551230001"]);
    expect(requests()).toHaveLength(2);
  });

  test("are refused where the account cannot list, with the ways out, before any request", async () => {
    await expect(findDids(account({ capabilities: "documented" }))).rejects.toThrow(
      'minivoice:capabilities is "documented": ask for each with getDid, or set it to "managed"',
    );
    expect(requests()).toEqual([]);
  });

  test("are refused if one belongs to another customer", async () => {
    await expect(findDids(account({ customerId: "cust_2" }))).rejects.toThrow("belongs to customer cust_1");
  });
});

describe("a question without an answer is refused before any request:", () => {
  test.each<[object, string]>([
    [{}, "expected exactly one of name and id, but neither has a value"],
    [{ name: undefined }, "neither has a value"],
    [{ name: "", id: null }, "neither has a value"],
    [{ name: "a", id: "app_1" }, "both have a value"],
    [{ name: 5 }, "name is 5: expected text"],
  ])("%j", async (query, message) => {
    await expect(findApplication(account(), query as never)).rejects.toThrow(message);
    expect(requests()).toEqual([]);
  });

  test("a number that is not E.164", async () => {
    await expect(findDid(account(), { number: "0555 123" })).rejects.toThrow('number "0555 123" is not E.164');
    expect(requests()).toEqual([]);
  });
});
