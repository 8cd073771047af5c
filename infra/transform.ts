import type * as pulumi from "@pulumi/pulumi";

/**
 * How a program changes what one underlying resource is made with, where no typed argument does: the arguments to
 * replace, or a function that gets all of them, with the resource's options, and changes them or returns others.
 *
 * @example { memorySize: 1024 }
 * @example (args, options) => { options.ignoreChanges = ["tags"]; }
 */
export type Transform<Args> =
  | Partial<Args>
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that changes its argument returns nothing.
  | ((args: Args, options: pulumi.CustomResourceOptions, name: string) => Args | void);

/**
 * The arguments of a resource's constructor, after the program's own transform.
 *
 * @example new aws.sqs.Queue(...transformed(args.transform?.queue, name, { sqsManagedSseEnabled: true }, { parent: this }))
 */
export function transformed<Args extends object>(
  transform: Transform<Args> | undefined,
  name: string,
  args: Args,
  options: pulumi.CustomResourceOptions,
): [string, Args, pulumi.CustomResourceOptions] {
  if (typeof transform !== "function") return [name, { ...args, ...transform }, options];
  const own = { args: { ...args }, options: { ...options } };
  return [name, transform(own.args, own.options, name) ?? own.args, own.options];
}
