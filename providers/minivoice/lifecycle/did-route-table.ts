import { milliseconds } from "../api/duration.ts";
import { Arguments, duration, e164, type IsUnknown, percentage } from "./arguments.ts";
import {
  type DidRouteTableInputs,
  type DidRouteTableOutputs,
  isKnownToRoute,
  lastWritten,
  type Routes,
  tableOutputs,
  type Written,
} from "./did-route-table-state.ts";
import { NotDeleted, NotReadable, PartialFailure } from "./errors.ts";
import { compact, type Lifecycle } from "./lifecycle.ts";
import { assertMaxChange, looksOnly } from "./max-change.ts";
import { guarded } from "./ownership.ts";
import { inParallel } from "./parallel.ts";
import { reconcileRoutes, releaseRoutes } from "./route-batch.ts";
import { describeLive } from "./target.ts";
import { writtenOnceRead } from "./written.ts";

const known = ["resourceName", "routes", "takeover", "onDelete", "maxChange", "assignmentTimeout"];

/** Many numbers as one resource: the state costs a line a number, and an update writes only what changed. */
export const didRouteTable: Lifecycle<DidRouteTableInputs, DidRouteTableOutputs> = {
  replacedBy: [],

  check(values, isUnknown) {
    const args = new Arguments(values, known, isUnknown);
    const inputs = compact({
      resourceName: args.required("resourceName", "pass the name of the resource"),
      routes: routesOf(args, values.routes, isUnknown),
      takeover: args.texts("takeover"),
      onDelete: args.choice("onDelete", ["reject", "leave"], "reject"),
      maxChange: args.text("maxChange", percentage),
      assignmentTimeout: args.text("assignmentTimeout", duration),
    }) as DidRouteTableInputs;
    const numbers = isUnknown(inputs.routes) ? [] : Object.keys(inputs.routes);
    return { inputs, problems: args.problems, claims: numbers.map((number) => `number ${number}` as const) };
  },

  inputsOf({ count: _count, written: _written, ...declared }) {
    return declared;
  },

  beforeUpdate({ claims }, _id, outputs, inputs, isUnknown) {
    if (!looksOnly()) assertMaxChange(outputs.routes, inputs, isUnknown);
    for (const [number, entry] of Object.entries(inputs.routes))
      if (isKnownToRoute(outputs, number, entry)) claims.settle(`number ${number}`, entry);
  },

  async create(context, inputs) {
    // The table has no counterpart in the account, so its id is its own: it only has to stay the same.
    const id = `did-routes:${inputs.resourceName}`;
    return { id, outputs: await this.update(context, id, { ...inputs, routes: {}, count: 0 }, inputs) };
  },

  async update(context, id, outputs, inputs) {
    assertMaxChange(outputs.routes, inputs);
    const wanted = Object.entries(inputs.routes).filter(
      ([number, entry]) => context.claims.wasLetGo(`number ${number}`) || !isKnownToRoute(outputs, number, entry),
    );
    const dropped = Object.keys(outputs.routes).filter((number) => !Object.hasOwn(inputs.routes, number));

    const timeout = milliseconds(inputs.assignmentTimeout ?? "0 seconds") as number;
    const routed = await reconcileRoutes(context, wanted, outputs, inputs.takeover ?? [], timeout);
    const released = await releaseRoutes(context, dropped, outputs, inputs.onDelete ?? "reject");

    const routes = { ...outputs.routes, ...routed.routes, ...released.routes };
    const written = { ...outputs.written, ...routed.written, ...released.written };
    for (const number of released.done) delete routes[number];
    for (const number of [...routed.done, ...released.done]) delete written[number];
    const after = tableOutputs(inputs, routes, written);
    const reasons = [...routed.reasons, ...released.reasons];
    if (reasons.length > 0) throw new PartialFailure(id, after, reasons);
    return after;
  },

  async read(context, id, outputs) {
    if (!outputs.routes)
      throw new NotReadable("a table of numbers", "ask for each number with getDid, or declare the table");
    const routes: Routes = {};
    const written: Written = {};
    await inParallel(Object.keys(outputs.routes), async (number) => {
      const live = guarded(context, await context.inventory.did(number));
      if (!live) return;
      routes[number] = describeLive(live);
      const beside = writtenOnceRead(live, lastWritten(outputs, number));
      if (beside) written[number] = beside;
    });
    return { id, outputs: tableOutputs(outputs, routes, written) };
  },

  async remove(context, _id, outputs) {
    const numbers = Object.keys(outputs.routes);
    const { done, written, reasons } = await releaseRoutes(context, numbers, outputs, outputs.onDelete ?? "reject");
    // A number that is out of service is no work the next time.
    if (reasons.length > 0) throw new NotDeleted(reasons, done.length + Object.keys(written).length > 0);
  },
};

function routesOf(args: Arguments, value: unknown, isUnknown: IsUnknown): Routes {
  if (isUnknown(value)) return value as Routes;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    args.report(
      'routes is missing or no table: expected numbers with their targets, such as { "+15551230001": support.applicationId }',
    );
    return {};
  }
  const routes: Routes = {};
  for (const [number, target] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const problem = e164(number);
    if (problem) args.report(`routes: ${problem}`);
    if (typeof target !== "string" || target === "")
      args.report(
        `routes["${number}"] is ${target === "" ? "empty" : "undefined"}: give the id of an application, or "reject"`,
      );
    else routes[number] = target;
  }
  return routes;
}
