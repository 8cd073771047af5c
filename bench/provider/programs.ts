/** The programs that are measured against each other; each routes `numbers` to one application of the account. */
export interface Contender {
  name: string;
  /** What it stands for, in the report. */
  what: string;
  /** More takes too long to be worth waiting for: it grows with the square. */
  most: number;
  /** All of `index.ts`. */
  program(numbers: readonly string[], targets: Targets): string;
}

/** Application ids: of all numbers, and of the first one, so that a change of one number can be measured. */
export interface Targets {
  first: string;
  others: string;
}

const table = (numbers: readonly string[]) => `const numbers: string[] = ${JSON.stringify(numbers)};`;
/** As an application's id reaches a route in a real program: as an output. */
const targetOf = ({ first, others }: Targets) => `
const first = pulumi.output("${first}");
const others = pulumi.output("${others}");
const targetOf = (number: string) => (number === numbers[0] ? first : others);`;

/** (a) What any run of the engine costs. */
export const floor: Contender = {
  name: "empty program",
  what: "the floor: the engine, the language host, the numbers in a program without resources",
  most: 100_000,
  program: (numbers) => `${table(numbers)}\nexport const count = numbers.length;`,
};

/** What Pulumi itself takes for one dynamic resource that holds all numbers: a process for the provider, and the numbers through it. */
export const idleResource: Contender = {
  name: "idle resource",
  what: "Pulumi's own share: one dynamic resource that holds the same numbers, and whose provider does nothing",
  most: 100_000,
  program: (numbers, targets) => `import * as pulumi from "@pulumi/pulumi";
${table(numbers)}
${targetOf(targets)}
const provider: pulumi.dynamic.ResourceProvider = {
  create: async (inputs) => ({ id: "idle", outs: inputs }),
  update: async (_id, _olds, news) => ({ outs: news }),
};
class Idle extends pulumi.dynamic.Resource {
  constructor(name: string, args: { routes: pulumi.Input<Record<string, string>> }) {
    super(provider, name, args);
  }
}
new Idle("numbers", {
  routes: pulumi.all([first, others]).apply(() => Object.fromEntries(numbers.map((number) => [number, "${targets.others}"]))),
});`,
};

/** (b) As Pulumi's documentation of dynamic providers teaches it: a provider object in the program, one resource a number. */
const documentation: Contender = {
  name: "dynamic resource",
  what: "an inline provider as Pulumi's documentation of dynamic providers shows it, one resource a number",
  most: 1_000,
  program: (numbers, targets) => `import * as pulumi from "@pulumi/pulumi";
${table(numbers)}
${targetOf(targets)}
const api = async (method: string, path: string, body?: object) => {
  const response = await fetch(process.env.MINIVOICE_BASE_URL + path, {
    method,
    headers: { authorization: "Bearer " + process.env.MINIVOICE_API_KEY, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(method + " " + path + " " + response.status);
  return response.json() as Promise<{ id: string; application_id: string }>;
};
interface RouteInputs { number: string; applicationId: string }
const provider: pulumi.dynamic.ResourceProvider<RouteInputs, RouteInputs> = {
  async create({ number, applicationId }) {
    const { id } = await api("GET", "/v1/dids/by-number/" + number);
    await api("PATCH", "/v1/dids/" + id, { application_id: applicationId, route_mode: "webhook" });
    return { id, outs: { number, applicationId } };
  },
  async update(id, _olds, { number, applicationId }) {
    await api("PATCH", "/v1/dids/" + id, { application_id: applicationId, route_mode: "webhook" });
    return { outs: { number, applicationId } };
  },
  async read(id, { number } = { number: "", applicationId: "" }) {
    const live = await api("GET", "/v1/dids/" + id);
    return { id, props: { number, applicationId: live.application_id } };
  },
  async delete(id) {
    await api("PATCH", "/v1/dids/" + id, { application_id: null, route_mode: "reject" });
  },
};
class Route extends pulumi.dynamic.Resource {
  constructor(name: string, args: { number: string; applicationId: pulumi.Input<string> }) {
    super(provider, name, args);
  }
}
for (const number of numbers) new Route(number, { number, applicationId: targetOf(number) });`,
};

/** (c) One of our resources a number. */
const didRoute: Contender = {
  name: "DidRoute",
  what: "this package, one resource a number",
  most: 1_000,
  program: (numbers, targets) => `import * as pulumi from "@pulumi/pulumi";
import { DidRoute } from "pulumi-minivoice";
${table(numbers)}
${targetOf(targets)}
for (const number of numbers)
  new DidRoute(number, { number, applicationId: targetOf(number), takeover: ["${targets.first}", "${targets.others}"] });`,
};

/** (d) All numbers in one resource. */
export const didRouteTable: Contender = {
  name: "DidRouteTable",
  what: "this package, one table",
  most: 100_000,
  program: (numbers, targets) => `import * as pulumi from "@pulumi/pulumi";
import { DidRouteTable } from "pulumi-minivoice";
${table(numbers)}
${targetOf(targets)}
new DidRouteTable("numbers", {
  routes: Object.fromEntries(numbers.map((number) => [number, targetOf(number)])),
  takeover: ["${targets.first}", "${targets.others}"],
});`,
};

export const contenders: readonly Contender[] = [floor, idleResource, documentation, didRoute, didRouteTable];
