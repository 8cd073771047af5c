import { describe, expect, test } from "@jest/globals";
import { application, didRoute, didRouteTable } from "pulumi-minivoice/lifecycle";
import type { Fault } from "../../../../src/sandbox/faults.ts";
import type { SandboxOptions } from "../../../../src/sandbox/index.ts";
import { inputsOf, main, second, testAccount } from "./account.ts";

/** Adds to each object of an answer what an API may add one day. */
const moreFields: Fault = async ({ answer }) => {
  const answered = await answer();
  if (answered.status === 204) return answered;
  const more = (object: object) => ({ ...object, labels: [{ x: 1 }], region: null });
  const body = (await answered.json()) as { data?: object[] };
  return Response.json(more(body.data ? { ...body, data: body.data.map(more) } : body), { status: answered.status });
};

/** Leaves out what the contract does not promise, and begins each list with an empty page. */
const bareAnswers: Fault = async ({ request, answer }) => {
  const { searchParams } = new URL(request.url);
  if (request.method === "GET" && request.url.includes("/v1/dids?") && !searchParams.has("cursor"))
    return Response.json({ data: [], next_cursor: Buffer.from("from:0").toString("base64url") });
  const answered = await answer();
  if (answered.status === 204) return answered;
  const bare = ({ customer_id, created_at, updated_at, provider, status, count, ...rest }: Record<string, unknown>) =>
    rest;
  const body = (await answered.json()) as { data?: Record<string, unknown>[] };
  const shown = body.data ? { ...body, data: body.data.map(bare) } : body;
  return Response.json(bare(shown), { status: answered.status });
};

/** Changes nothing. */
const asItIs: Fault = ({ answer }) => answer();

const dialects: [name: string, options: SandboxOptions, fault: Fault][] = [
  ["as documented", {}, asItIs],
  ["200 for 201", { assumptions: { createStatus: "200" } }, asItIs],
  ['"" for what is absent', { assumptions: { absentFields: "empty" } }, asItIs],
  ["null for what is absent", { assumptions: { absentFields: "null" } }, asItIs],
  ["a list without count", { assumptions: { listCount: "omit" } }, asItIs],
  ["pages of one", { pageSize: 1 }, asItIs],
  ["new fields everywhere", {}, moreFields],
  ["no optional field, and an empty page that is not the last", { pageSize: 1 }, bareAnswers],
];

describe("the life of an application and its numbers is the same with an API that answers", () => {
  test.each(dialects)("%s", async (_name, options, fault) => {
    const account = await testAccount(options);
    account.arm("", fault, Number.POSITIVE_INFINITY);
    const declared = { name: "Support", answerUrl: "https://example.com/a", webhookSecret: "not-a-real-secret" };
    const support = await application.create(account.run(), inputsOf(application, declared));
    const other = await application.create(account.run(), inputsOf(application, { name: "Sales" }));
    expect(support.outputs).toMatchObject({ ...declared, apiKey: expect.stringMatching(/^mv_/) });

    const route = await didRoute.create(account.run(), inputsOf(didRoute, { number: main, applicationId: support.id }));
    const table = await didRouteTable.create(
      account.run(),
      inputsOf(didRouteTable, { routes: { [second]: support.id } }),
    );
    const edited = await application.update(
      account.run(),
      support.id,
      support.outputs,
      inputsOf(application, { name: "Support" }),
    );
    expect(edited).not.toHaveProperty("answerUrl");

    const run = account.run();
    for (const [lifecycle, made] of [
      [application, { id: support.id, outputs: edited }],
      [didRoute, route],
      [didRouteTable, table],
    ] as const)
      expect(await lifecycle.read(run, made.id, made.outputs as never)).toEqual(made);

    const rejected = await didRoute.update(
      account.run(),
      route.id,
      route.outputs,
      inputsOf(didRoute, { number: main, mode: "reject" }),
    );
    expect(rejected).toMatchObject({ mode: "reject", number: main });
    expect(rejected).not.toHaveProperty("applicationId");
    const moved = await didRouteTable.update(
      account.run(),
      table.id,
      table.outputs,
      inputsOf(didRouteTable, { routes: { [second]: other.id } }),
    );
    await didRouteTable.remove(account.run(), table.id, moved);
    await application.remove(account.run(), support.id, edited);
    await application.remove(account.run(), other.id, other.outputs);
    for (const number of [main, second]) expect(await account.live(number)).toBe("reject nobody");
    expect(await account.sandbox.control.listApplications()).toHaveLength(1);
  });
});
