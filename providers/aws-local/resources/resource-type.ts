/** What the plugin knows about one AWS resource type, without talking to anything: enough for a preview of any stack. */
import type { z } from "zod";

/** The engine's sign for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Inputs or outputs of a resource, secrets unwrapped. */
export type Properties = Readonly<Record<string, unknown>>;

/** The account, as far as values depend on it. */
export interface AwsContext {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** One AWS resource type. */
export interface ResourceType {
  /** Pulumi's type token, such as `aws:lambda/function:Function`. */
  readonly token: string;
  /** Every input that is implemented; any other is refused in preview. Unknown values pass at any depth. */
  readonly inputs: z.ZodObject;
  /**
   * The property that gets a generated name when the program gives none, the longest name that AWS takes, and whether it
   * takes small letters alone.
   */
  readonly autoName?: { readonly property: string; readonly maxLength: number; readonly smallLetters?: true };
  /** Values that AWS uses when the program gives none. */
  readonly defaults?: Properties;
  /** Brings equivalent forms of an input into the one that AWS stores, before it is checked. */
  readonly normalize?: Readonly<Record<string, (value: unknown) => unknown>>;
  /** Rules over several inputs: what is wrong, one sentence each. Values may be {@link UNKNOWN}. */
  readonly rules?: (inputs: Properties) => string[];
  /** Inputs that are secret whatever the program says of them. */
  readonly secrets?: readonly string[];
  /** Outputs that only AWS knows: unknown in the preview of a creation. */
  readonly computed: readonly string[];
  /** Outputs that follow from the inputs, so that a preview shows them. */
  readonly derived?: (inputs: Properties, context: AwsContext) => Properties;
  /** Computed outputs that change when these inputs change: unknown in the preview of an update. */
  readonly stale?: (changed: ReadonlySet<string>) => readonly string[];
  /** Inputs that cannot be changed in place. */
  readonly replaceOnChange: readonly string[];
  /** Forms in which two values of a property are compared, where different texts mean the same to AWS. */
  readonly canonical?: Readonly<Record<string, (value: unknown) => unknown>>;
  /** What AWS knows the resource by. When a replacement has the same one, the old resource must go first. */
  readonly identity: (inputs: Properties) => string;
}

/** True when the value can be judged in a preview. */
export function isKnown(value: unknown): boolean {
  return value !== UNKNOWN;
}
