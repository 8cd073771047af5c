import type { IsUnknown, Unchecked } from "./arguments.ts";
import type { Claim } from "./claims.ts";
import type { Context } from "./context.ts";

/** Every resource's inputs and outputs carry the name that the program gave it: the one thing that tells owners of a claim apart. */
export interface Named {
  resourceName: string;
}

/** What `check` makes of the arguments of a program. */
export interface Checked<Inputs> {
  /** In canonical form: no key is absent in value; options at their default are not there. */
  inputs: Inputs;
  problems: string[];
  claims: Claim[];
}

/**
 * The life of one kind of resource, told without an engine. The rules of each verb are in `docs/life-of-a-routing-change.md`.
 *
 * `Outputs` hold what is live and the options, so that everything later can be told from them alone.
 */
export interface Lifecycle<Inputs extends Named, Outputs extends Named> {
  /** Inputs whose change needs another object, e.g. the number of a route. */
  readonly replacedBy: readonly (keyof Inputs & string)[];
  check(args: Unchecked, isUnknown: IsUnknown): Checked<Inputs>;
  /** The inputs that would declare exactly what these outputs show. */
  inputsOf(outputs: Outputs): Inputs;
  /** Whether the inputs ask for anything that the outputs do not show; deep equality with `inputsOf` unless said otherwise. */
  differs?(outputs: Outputs, inputs: Inputs): boolean;
  /** Runs for every resource that the program declares and the state knows, before anything is written. May refuse. */
  beforeUpdate?(
    context: Pick<Context, "claims">,
    id: string,
    outputs: Outputs,
    inputs: Inputs,
    isUnknown?: IsUnknown,
  ): void;
  create(context: Context, inputs: Inputs): Promise<{ id: string; outputs: Outputs }>;
  update(context: Context, id: string, outputs: Outputs, inputs: Inputs): Promise<Outputs>;
  /** `undefined` when the object is gone. */
  read(context: Context, id: string, outputs: Outputs): Promise<{ id: string; outputs: Outputs } | undefined>;
  remove(context: Context, id: string, outputs: Outputs): Promise<void>;
}

/** The object without keys whose value is `undefined`: the engine tells those from absent ones. */
export function compact<Shape extends object>(shape: Shape): { [Key in keyof Shape]: Exclude<Shape[Key], undefined> } {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as never;
}
