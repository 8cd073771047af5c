import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type * as pulumi from "@pulumi/pulumi";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";

type Provider = typeof import("pulumi-minivoice/provider");

const secret = "not-a-real-secret";
const main = "+15551230001";
const __provider = 'exports.handler = () => require("pulumi-minivoice/provider").didRoute';

/** One process of the engine's is one instance of the module. */
async function startProvider(): Promise<Provider> {
  jest.resetModules();
  return import("pulumi-minivoice/provider");
}

const configured = (values: Record<string, string | undefined>) => ({
  config: { get: (key: string) => values[key] } as unknown as pulumi.dynamic.Config,
});

const failureOf = async (operation: Promise<unknown> | undefined) =>
  (await operation?.catch((error) => error)) as Error & { id?: string; properties?: object; reasons?: string[] };

let sandbox: Sandbox;
let account: Record<string, string>;
const said: string[] = [];

beforeEach(async () => {
  for (const name of ["MINIVOICE_API_KEY", "MINIVOICE_BASE_URL"]) delete process.env[name];
  sandbox = await startSandbox({ numbers: [main] });
  account = {
    "minivoice:apiKey": sandbox.portalKey,
    "minivoice:baseUrl": sandbox.url,
    "minivoice:capabilities": "managed",
  };
  said.length = 0;
  jest.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await sandbox.close();
});

describe("what the engine asks is answered", () => {
  test("through the whole life of a resource", async () => {
    const { didRoute } = await startProvider();
    await didRoute.configure?.(configured(account));
    const { id: support } = await sandbox.control.createApplication({ name: "Support" });
    const args = { resourceName: "main", number: main, applicationId: support, __provider };

    const checked = await didRoute.check?.({}, { ...args, declaredElsewhere: ["application named Support"] });
    expect(checked).toEqual({ inputs: { resourceName: "main", number: main, applicationId: support }, failures: [] });
    const { id, outs } = await didRoute.create(args);
    expect(outs).toMatchObject({ didId: id, number: main, applicationId: support });
    expect(await didRoute.diff?.(id, { ...outs, __provider }, args)).toEqual({ changes: false });
    const moved = await didRoute.diff?.(id, outs, { ...args, number: "+15551230002" });
    expect(moved).toEqual({ replaces: ["number"], deleteBeforeReplace: false });

    const rejecting = { resourceName: "main", number: main, mode: "reject" };
    const updated = await didRoute.update?.(id, outs, rejecting);
    expect(updated?.outs).toMatchObject({ mode: "reject" });
    expect(await didRoute.read?.(id, updated?.outs)).toEqual({ id, props: updated?.outs, inputs: rejecting });
    expect((await didRoute.read?.(id))?.props).toMatchObject({ number: main, mode: "reject" });
    expect(await didRoute.read?.("did_none")).toEqual({});

    const { didRoute: later } = await startProvider();
    await later.configure?.(configured(account));
    await later.delete?.(id, { ...outs, onDelete: "leave" });
    expect(said.join("")).toBe(`minivoice: ${main} stays as it is (onDelete: leave)\n`);
  });

  test("with what is live where a part was done, and with the line that loads this file, or the next refresh could not", async () => {
    const { didRoute } = await startProvider();
    await didRoute.configure?.(configured({ ...account, "minivoice:capabilities": "documented" }));
    const { id: support } = await sandbox.control.createApplication({ name: "Support" });
    const failure = await failureOf(
      didRoute.create({ resourceName: "main", number: main, applicationId: support, __provider }),
    );
    expect(failure.message).toContain(`pending: assign ${main} to application ${support}`);
    expect(failure).toMatchObject({ stack: "", id: expect.stringMatching(/^did_/), reasons: [failure.message] });
    expect(failure.properties).toMatchObject({ number: main, __provider });
  });

  test("with one configuration, the first, however often and however early it comes", async () => {
    const { application } = await startProvider();
    expect((await failureOf(application.create({ resourceName: "a", name: "a" }))).message).toBe(
      "the provider was not configured",
    );
    await application.configure?.(configured({}));
    await application.configure?.(configured(account));
    const { failures } = (await application.check?.({}, { resourceName: "a", name: "a" })) ?? {};
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining("apiKey is missing") }]);
    expect((await failureOf(application.create({ resourceName: "a", name: "a" }))).message).toContain(
      "apiKey is missing",
    );
  });

  test("but not where the state alone knows what is asked for", async () => {
    const { didRouteTable } = await startProvider();
    await didRouteTable.configure?.(configured(account));
    const failure = await failureOf(didRouteTable.read?.("did-routes:numbers"));
    expect(failure).toMatchObject({ stack: "", message: expect.stringContaining("cannot be looked up by an id") });
  });

  test("but not where reading the configuration fails for a reason of the engine's own", async () => {
    const { application } = await startProvider();
    const broken = { config: { get: () => JSON.parse("{") } as unknown as pulumi.dynamic.Config };
    expect(await failureOf(application.configure?.(broken))).toBeInstanceOf(SyntaxError);
  });
});

describe("a difference", () => {
  const settled = { resourceName: "support", applicationId: "app_1", name: "Support" };
  const declared = { resourceName: "support", name: "Support" };

  test("is told where no field differs that the engine could see, because something is not settled", async () => {
    const { application } = await startProvider();
    const diff = (outputs: object, inputs: object) => application.diff?.("app_1", outputs, inputs);
    expect(await diff(settled, declared)).toEqual({ changes: false });
    expect(await diff({ ...settled, unsettled: ["name"] }, declared)).toMatchObject({ changes: true, replaces: [] });
    expect(await diff(settled, { ...declared, name: "Sales" })).not.toHaveProperty("changes");
  });

  test("is refused where it is too great, once the program has declared the resource", async () => {
    const { didRouteTable } = await startProvider();
    const numbers = Array.from({ length: 10 }, (_, index) => `+1555123000${index}`);
    const routed = (target: string) => Object.fromEntries(numbers.map((number) => [number, target]));
    const outputs = { resourceName: "numbers", count: 10, routes: routed("app_1"), maxChange: "10%" };
    const args = { resourceName: "numbers", routes: routed("reject"), maxChange: "10%" };
    expect(await didRouteTable.diff?.("id", outputs, args)).not.toHaveProperty("changes");
    await didRouteTable.check?.({}, args);
    const failure = await failureOf(didRouteTable.diff?.("id", outputs, args));
    expect(failure.message).toContain("10 of 10 numbers would be moved, rejected or removed");
  });

  test("is looked for where another resource gives up the same number", async () => {
    const { didRoute, didRouteTable } = await startProvider();
    await didRoute.configure?.(configured(account));
    const { id: support } = await sandbox.control.createApplication({ name: "Support" });
    const args = { resourceName: "main", number: main, applicationId: support };
    const { id, outs } = await didRoute.create(args);
    await didRoute.check?.({}, args);
    expect(await didRoute.diff?.(id, outs, args)).toEqual({ changes: false });
    await didRouteTable.delete?.("id", { resourceName: "numbers", count: 1, routes: { [main]: support } });
    expect(await didRoute.diff?.(id, outs, args)).toMatchObject({ changes: true });
  });

  test("between two resources that declare one number is a mistake of the program", async () => {
    const { didRoute } = await startProvider();
    const args = (resourceName: string) => ({ resourceName, number: main, mode: "reject" });
    await didRoute.check?.({}, args("one"));
    const { failures } = (await didRoute.check?.({}, args("other"))) ?? {};
    expect(failures?.map(({ reason }) => reason)).toEqual([
      `number ${main} is declared by DidRoute "one" already: declare it once`,
    ]);
  });
});

describe("no secret is shown", () => {
  test("of an argument that quotes one", async () => {
    const { application } = await startProvider();
    const args = { resourceName: "quoting", name: "Quoting", answerUrl: `nowhere/${secret}`, webhookSecret: secret };
    const { failures } = (await application.check?.({}, args)) ?? {};
    expect(failures).toEqual([{ property: "", reason: expect.stringContaining('answerUrl "nowhere/[redacted]"') }]);
  });

  test("of what the API says of one", async () => {
    const { application } = await startProvider();
    await application.configure?.(configured(account));
    const error = { code: "invalid_request", message: `webhook_secret ${secret} is too short` };
    sandbox.faults.arm(
      ({ method }) => method === "POST",
      () => Response.json({ error }, { status: 422 }),
    );
    const creation = application.create({ resourceName: "short", name: "Short", webhookSecret: secret });
    await expect(creation).rejects.toThrow("with 422: webhook_secret [redacted] is too short");
  });
});
