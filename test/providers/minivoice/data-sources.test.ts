import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { getApplication, getApplicationOutput, getDid, getDidOutput, getDids, getDidsOutput } from "pulumi-minivoice";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";

const numbers = ["+15551230001", "+15551230002"];
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ numbers, customerId: "cust_1" });
  await beginRun();
});
afterEach(() => sandbox.close());

/** What the engine sets up before it runs a program. */
async function beginRun(config: Record<string, string> = {}): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: ({ inputs }) => inputs,
  });
  pulumi.runtime.setAllConfig({
    "minivoice:apiKey": sandbox.portalKey,
    "minivoice:baseUrl": sandbox.url,
    "minivoice:capabilities": "managed",
    ...config,
  });
}

const resolved = <Value>(output: pulumi.Output<Value>) =>
  new Promise<Value>((resolve) => output.apply((value) => resolve(value)));
const requests = () => sandbox.requests.map(({ method, path }) => `${method} ${path}`);

test("all questions of a run share one list, and the next run asks anew", async () => {
  const { id } = await sandbox.control.createApplication({ name: "Front desk" });
  await sandbox.control.assign("+15551230001", id);
  const [desk, did, { dids }] = await Promise.all([
    getApplication({ name: "Front desk" }),
    getDid({ number: "+15551230001" }),
    getDids(),
  ]);
  expect(desk).toMatchObject({ applicationId: id, customerId: "cust_1" });
  expect(did).toMatchObject({ mode: "webhook", applicationId: id });
  expect(dids.map(({ number }) => number)).toEqual(numbers);
  expect(requests()).toEqual(["GET /v1/applications", "GET /v1/dids?limit=1000"]);

  await beginRun();
  expect((await getDids()).dids).toHaveLength(2);
  expect(requests()).toHaveLength(3);
});

test("a script outside of the engine may ask as well", async () => {
  pulumi.runtime.resetOptions("project", "stack", 1, "", "", false, "organization");
  expect((await getDids()).dids).toHaveLength(2);
  expect((await getDids()).dids).toHaveLength(2);
  expect(requests()).toHaveLength(1);
});

test("each has a form for outputs", async () => {
  const { id } = await sandbox.control.createApplication({ name: "Front desk" });
  const [{ didId = "" } = {}] = (await getDids()).dids;
  expect(await resolved(getApplicationOutput({ name: pulumi.output("Front desk") }))).toMatchObject({
    applicationId: id,
  });
  expect(await resolved(getDidOutput({ id: pulumi.output(didId) }))).toMatchObject({ number: "+15551230001" });
  expect(await resolved(getDidsOutput())).toMatchObject({ dids: [{}, {}] });
});

test.each<[what: string, config: Record<string, string>, ask: () => Promise<unknown>, message: string]>([
  ["nothing is found", {}, () => getApplication({ name: "Nobody" }), "getApplication: the account has no application"],
  ["the account is another customer's", { "minivoice:customerId": "cust_2" }, getDids, "getDids: did_"],
  ["the account cannot list", { "minivoice:capabilities": "documented" }, getDids, "getDids: this account cannot list"],
  [
    "there is no key",
    { "minivoice:apiKey": "" },
    () => getDid({ number: "+15551230001" }),
    "getDid: apiKey is missing",
  ],
  [
    "the key is wrong, which is not shown",
    { "minivoice:apiKey": "mv_test_not_a_real_key" },
    () => getDid({ number: "+15551230001" }),
    "getDid: MiniVoice refused GET /v1/dids?limit=1000 with 401",
  ],
])("when %s, the program ends with one sentence", async (_what, config, ask, message) => {
  await beginRun(config);
  const error = await ask().then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect(error.message).toContain(message);
  expect(error.message).not.toContain("not_a_real_key");
  expect(error.stack).toBe("");
});
