/** One step of `pulumi preview --json`, as much of it as is looked at here. Secrets in it are closed. */
export interface PreviewStep {
  op: string;
  urn?: string;
  oldState?: PreviewedState;
  newState?: PreviewedState;
  /** Fields that make it a replacement. */
  replaceReasons?: string[] | null;
  /** Fields that differ, where the engine looked at them itself. */
  diffReasons?: string[] | null;
  /** The same, with the path to each value. */
  detailedDiff?: Record<string, unknown> | null;
}

/** A resource before or after a step. */
export interface PreviewedState {
  type: string;
  /** Whether a provider manages it; a component is only a name for others. */
  custom?: boolean;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** The URNs of the resources that each input is made from. */
  propertyDependencies?: Record<string, string[] | null> | null;
}

/** How the engine writes a value that only an `up` can tell. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** How it writes one that it does not show. */
export const secretValue = "[secret]";
