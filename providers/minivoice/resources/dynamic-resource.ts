import * as pulumi from "@pulumi/pulumi";

/** The handlers that `pulumi-minivoice/provider` exports. */
export type Handler = "application" | "didRoute" | "didRouteTable" | "webhookSecret";

/**
 * A resource whose provider is found by module reference.
 *
 * Pulumi's own dynamic resources put a serialised closure into the state; this puts one line there that loads the installed
 * package, so that refresh and delete run today's code, and the state stays small. The line must never change: the engine
 * would see a changed input in every resource.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  constructor(
    kind: { type: string; handler: Handler; secretOutputs: string[]; outputs: string[] },
    name: string,
    args: pulumi.Inputs,
    options: pulumi.CustomResourceOptions = {},
  ) {
    const outputs = Object.fromEntries(kind.outputs.map((output) => [output, undefined]));
    super(
      `pulumi-nodejs:dynamic/minivoice:${kind.type}`,
      name,
      {
        ...outputs,
        ...args,
        resourceName: placeOf(name, options.parent),
        __provider: `exports.handler = () => require("pulumi-minivoice/provider").${kind.handler}`,
      },
      { ...options, additionalSecretOutputs: [...(options.additionalSecretOutputs ?? []), ...kind.secretOutputs] },
    );
  }
}

/**
 * What tells a resource from every other one of its kind in a program: as in its URN, the types of its parents and its name.
 * Two components of different types may each have a child of the same name.
 */
function placeOf(name: string, parent: pulumi.Resource | undefined): string {
  const types: string[] = [];
  for (let above = parent as Parent | undefined; above; above = above.__parentResource)
    if (above.__pulumiType && above.__pulumiType !== pulumi.runtime.rootPulumiStackTypeName)
      types.unshift(above.__pulumiType);
  return [...(types.length > 0 ? [types.join("$")] : []), name].join("::");
}

/** What the SDK remembers of a resource. */
interface Parent {
  __pulumiType?: string;
  __parentResource?: Parent;
}

/**
 * The SDK drops keys whose value is `undefined`, and with them the mistake: a route whose application was misspelt would
 * look like one without a target. As `null` it reaches `check`, which refuses it.
 */
export function keepUndefined<Value>(value: pulumi.Input<Value> | undefined): pulumi.Input<Value> {
  // Each output costs the SDK a stack trace, or three: ten thousand would take longer than everything else.
  if (typeof value === "string") return value;
  return pulumi.output(value).apply((known) => (known === undefined ? null : known) as Value) as pulumi.Input<Value>;
}
