import type * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../api/duration.ts";
import type { OnDelete } from "../lifecycle/route.ts";
import { declare, declaredElsewhere } from "./declarations.ts";
import { DynamicResource, keepUndefined } from "./dynamic-resource.ts";

export interface RouteOptionArgs {
  /** The id of the application outside this stack, or applications, that numbers are knowingly taken from. */
  takeover?: pulumi.Input<pulumi.Input<string>[] | string | undefined>;
  /** What becomes of a number that leaves the program: out of service (default), or as it is. It is never released. */
  onDelete?: pulumi.Input<OnDelete | undefined>;
  /** How long to wait for an assignment by hand, where the API cannot assign. Default: not at all. */
  assignmentTimeout?: pulumi.Input<Duration | undefined>;
}

/** Exactly one of `applicationId` and `mode`: nobody takes a number out of service by leaving a field out. */
export type DidRouteArgs = RouteOptionArgs & {
  /** E.164, e.g. `+15551230001`. */
  number: pulumi.Input<string>;
} & ({ applicationId: pulumi.Input<string>; mode?: never } | { mode: pulumi.Input<"reject">; applicationId?: never });

/**
 * Where the calls to one number go. For many numbers, a {@link DidRouteTable} is faster.
 *
 * @example
 * new DidRoute("main-line", { number: "+15551230001", applicationId: support.applicationId });
 * new DidRoute("old-line", { number: "+15551230009", mode: "reject" });
 */
export class DidRoute extends DynamicResource {
  declare readonly number: pulumi.Output<string>;
  declare readonly mode: pulumi.Output<string | undefined>;
  declare readonly applicationId: pulumi.Output<string | undefined>;
  /** The carrier, e.g. `didww`. */
  declare readonly carrier: pulumi.Output<string | undefined>;
  declare readonly status: pulumi.Output<string | undefined>;
  declare readonly customerId: pulumi.Output<string | undefined>;

  constructor(name: string, args: DidRouteArgs, options?: pulumi.CustomResourceOptions) {
    const self = Symbol(name);
    if (typeof args.number === "string") declare(self, [`number ${args.number}`]);
    const targets = Object.entries(args)
      .filter(([key]) => key === "applicationId" || key === "mode")
      .map(([key, value]) => [key, keepUndefined(value as pulumi.Input<string>)] as const);
    super(
      {
        type: "DidRoute",
        handler: "didRoute",
        outputs: ["number", "mode", "applicationId", "carrier", "status", "customerId"],
        secretOutputs: [],
      },
      name,
      { ...args, ...Object.fromEntries(targets), declaredElsewhere: declaredElsewhere(self, "application") },
      options,
    );
  }

  /** The vendor's id of the number, e.g. `did_123`; the resource's own id. */
  get didId(): pulumi.Output<string> {
    return this.id;
  }
}
