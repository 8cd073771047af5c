import * as pulumi from "@pulumi/pulumi";
import { declare, declaredElsewhere } from "./declarations.ts";
import type { RouteOptionArgs } from "./did-route.ts";
import { DynamicResource, keepUndefined } from "./dynamic-resource.ts";
import { packRoutes } from "./packed-routes.ts";

export interface DidRouteTableArgs extends RouteOptionArgs {
  /** Number in E.164 → id of an application, or `"reject"`. */
  routes: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * The share of a table of at least ten numbers that one run may move, reject or remove, such as `"30%"`. Default: no limit.
   * Exceeded: an error in preview, confirmed for one run by `MINIVOICE_CONFIRM_CHANGES=<count>`.
   */
  maxChange?: pulumi.Input<string | undefined>;
}

/**
 * Where the calls to many numbers go, as one resource: previews and drift show each number, and an update writes only
 * those that changed.
 *
 * @example
 * new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId, "+15551230009": "reject" } });
 */
export class DidRouteTable extends DynamicResource {
  /** What is live: number → id of an application, or `reject`. */
  declare readonly routes: pulumi.Output<Record<string, string>>;
  declare readonly count: pulumi.Output<number>;

  constructor(name: string, args: DidRouteTableArgs, options?: pulumi.CustomResourceOptions) {
    const self = Symbol(name);
    if (isPlainTable(args.routes))
      declare(
        self,
        Object.keys(args.routes).map((number) => `number ${number}` as const),
      );
    super(
      { type: "DidRouteTable", handler: "didRouteTable", outputs: ["routes", "count"], secretOutputs: [] },
      name,
      { ...args, routes: targetsOf(args.routes, options), declaredElsewhere: declaredElsewhere(self, "anything") },
      options,
    );
  }
}

/** From so many numbers on. */
const worthPacking = 100;

const isPlainTable = (routes: unknown): routes is Record<string, pulumi.Input<string>> =>
  typeof routes === "object" && routes !== null && !pulumi.Output.isInstance(routes) && !(routes instanceof Promise);

/**
 * Each target on its own, so that one application that is not created yet leaves the other numbers known in a preview.
 * A table that is an output as a whole cannot be told apart.
 */
function targetsOf(
  routes: DidRouteTableArgs["routes"],
  options: pulumi.CustomResourceOptions | undefined,
): pulumi.Input<unknown> {
  if (pulumi.Output.isInstance(routes) || routes instanceof Promise)
    return keepUndefined(pulumi.output(routes).apply((table) => table && targetsOf(table, options)));
  if (!isPlainTable(routes)) return routes;
  const separate = () =>
    Object.fromEntries(Object.entries(routes).map(([number, target]) => [number, keepUndefined(target)]));
  // The engine looks for what it is to ignore, and for what is secret, at the number itself. And in a small table, a test of
  // the program with mocks should see what the program says.
  if (options?.ignoreChanges?.length || Object.keys(routes).length < worthPacking) return separate();
  const outputs = new Set(Object.values(routes).filter((target) => pulumi.Output.isInstance<string>(target)));
  return Promise.all([...outputs].map((output) => pulumi.isSecret(output))).then((secrets) =>
    secrets.includes(true) ? separate() : packRoutes(routes),
  );
}
