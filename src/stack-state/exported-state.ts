import { z } from "zod";

const fieldsSchema = z.record(z.string(), z.unknown());
/** Of a resource, as the engine keeps them; secrets among them are marked. */
export type Fields = z.infer<typeof fieldsSchema>;

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  /** Being replaced: what counts is its successor. */
  delete: z.boolean().optional(),
  inputs: fieldsSchema.default({}),
  outputs: fieldsSchema.default({}),
  /** What the last `up` could not finish of it, such as an edit that waits for a person. */
  initErrors: z.array(z.unknown()).nullish(),
});
const stateSchema = z.object({
  deployment: z.object({
    resources: z.array(resourceSchema).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

/** One resource as the state of a stack holds it. */
export type StateResource = Omit<z.output<typeof resourceSchema>, "delete">;

/** What a stack's state holds. */
export interface ExportedState {
  /** Without those that are being replaced. */
  resources: StateResource[];
  /** Operations of a run that was cut off, or that is under way. */
  pendingOperations: number;
}

/** What {@link exportedState} could not read. */
export class StateUnreadable extends Error {}

/** The type of a dynamic resource of the provider begins with this, such as `…minivoice:Application`. */
export const MINIVOICE = "pulumi-nodejs:dynamic/minivoice:";

/**
 * Reads what `pulumi stack export` has written. Commands read the resources and not the stack's outputs, which are old or
 * absent after an `up` that failed.
 *
 * @throws StateUnreadable when this is no exported state.
 * @example exportedState(JSON.parse(stdout)).resources.filter(({ type }) => type === `${MINIVOICE}Application`)
 */
export function exportedState(exported: unknown): ExportedState {
  const state = stateSchema.safeParse(exported);
  if (!state.success) throw new StateUnreadable("this is no state as `pulumi stack export` writes it");
  const { resources, pending_operations: pending } = state.data.deployment;
  return {
    resources: (resources ?? []).filter((resource) => !resource.delete),
    pendingOperations: pending?.length ?? 0,
  };
}

/** The name of a resource in the program. */
export const nameOf = ({ urn }: Pick<StateResource, "urn">): string => urn.split("::").at(-1) ?? urn;

/** The component that a voice file is made into. */
export const VOICE_ENVIRONMENT = "voice:index:VoiceEnvironment";

/** Whether a resource is made from the voice file, rather than by other code of the program. */
export const isOfVoiceFile = (urn: string): boolean => urn.includes(`${VOICE_ENVIRONMENT}$`);

/** The fields of an object, and none of anything else. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A text that says something. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** The engine's mark on a value that it keeps as a secret. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** Whether the engine keeps a value as a secret. */
export const isSecret = (value: unknown): boolean => Object.hasOwn(fieldsOf(value), SECRET_MARK);

/** The value of a secret that was exported in the open, absent where it is closed; any other value is itself. */
export function opened(value: unknown): unknown {
  if (!isSecret(value)) return value;
  const { plaintext } = fieldsOf(value);
  try {
    return typeof plaintext === "string" ? JSON.parse(plaintext) : undefined;
  } catch {
    return undefined;
  }
}
