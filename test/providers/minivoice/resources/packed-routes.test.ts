import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { DidRouteTable } from "pulumi-minivoice";
import { didRouteTable } from "pulumi-minivoice/provider";

const numbers = Array.from({ length: 200 }, (_, index) => `+1555000${String(index).padStart(4, "0")}`);
const [first = "", second = "", third = ""] = numbers;

/** The same for all: one process is one run of the engine, in which a number is declared once. */
const resourceName = "numbers";

/** What the program sent for each resource. */
let sent: Record<string, { routes: Record<string, unknown> }>;

beforeEach(() => {
  sent = {};
  return pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      sent[name] = inputs;
      return { id: name, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
});
afterAll(() => pulumi.runtime.disconnectSync());

/** What the program sends for a table, and what `check` makes of it. */
async function journey(routes: object, options?: pulumi.CustomResourceOptions) {
  const table = new DidRouteTable(resourceName, { routes: routes as never }, options);
  await new Promise((resolve) => table.urn.apply(resolve));
  const checked = await didRouteTable.check?.({}, { ...sent[resourceName] });
  return { sent: sent[resourceName]?.routes ?? {}, routes: checked?.inputs.routes, failures: checked?.failures ?? [] };
}

const all = (target: unknown) => Object.fromEntries(numbers.map((number) => [number, target]));

describe("a large table", () => {
  test("arrives as it was declared, though each output was sent once", async () => {
    const support = pulumi.output("app_support");
    const routes = { ...all(support), [second]: "reject", [third]: Promise.resolve("app_sales") };
    const { sent, routes: arrived, failures } = await journey(routes);
    expect(sent.others).toHaveLength(2);
    expect(failures).toEqual([]);
    expect(arrived).toEqual({ ...all("app_support"), [second]: "reject", [third]: "app_sales" });
  });

  test("arrives as it was declared as an output, too", async () => {
    const { routes } = await journey(pulumi.output(all("app_support")));
    expect(routes).toEqual(all("app_support"));
  });

  test("names the numbers whose target is undefined, or turns out to be", async () => {
    const routes = { ...all("app_support"), [first]: undefined, [second]: pulumi.output(undefined) };
    const { failures } = await journey(routes);
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(`routes["${first}"] is undefined`),
      expect.stringContaining(`routes["${second}"] is undefined`),
    ]);
  });

  test("is sent number by number where the engine looks for something at a number", async () => {
    const ignoring = await journey(all("app_support"), { ignoreChanges: [`routes["${first}"]`] });
    expect(Object.keys(ignoring.sent)).toEqual(numbers);
    expect(ignoring.failures).toEqual([]);
    const secret = await journey({ ...all("app_support"), [second]: pulumi.secret("app_hidden") });
    expect(JSON.stringify(secret.sent)).toContain(`"${second}":"app_hidden"`);
  });

  test("keeps what is not known yet to the numbers that wait for it", async () => {
    const unknown = pulumi.runtime.unknownValue;
    const packed = {
      plain: JSON.stringify({ [first]: "reject" }),
      others: [{ target: unknown, numbers: `["${second}"]` }],
    };
    const checked = await didRouteTable.check?.({}, { resourceName, routes: packed });
    expect(checked).toMatchObject({ inputs: { routes: { [first]: "reject", [second]: unknown } }, failures: [] });
  });
});

test("a small table is sent as a program says it, for the program's own tests", async () => {
  const { sent } = await journey({ [first]: "app_support", [second]: pulumi.output("reject") });
  expect(sent).toEqual({ [first]: "app_support", [second]: "reject" });
});
