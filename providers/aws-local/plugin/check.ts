/** Inputs as the program gives them become inputs as the engine stores them, or a list of what is wrong. */
import type { z } from "zod";
import type { Properties, ResourceType } from "../resources/resource-type.ts";
import { isKnown } from "../resources/resource-type.ts";
import { autoName } from "./auto-name.ts";
import type { Path, Unwrapped } from "./values.ts";
import { isSecret, valueAt } from "./values.ts";

/** The property in which the AWS provider remembers which inputs it filled in itself. */
export const FILLED_IN = "__defaults";

/** What the engine asks to have checked. */
export interface CheckRequest {
  readonly type: ResourceType;
  /** The resource's name in the program. */
  readonly name: string;
  readonly seed: Uint8Array;
  readonly olds: Properties;
  readonly news: Unwrapped;
}

/** Checked inputs, or the reasons to refuse them. */
export interface Checked {
  readonly inputs: Properties;
  readonly secrets: readonly Path[];
  readonly failures: string[];
}

/**
 * Fills in names and defaults and refuses everything that is not implemented. Unknown values pass at any depth.
 *
 * @example checkInputs({ type: role, name: "answer", seed, olds: {}, news }).failures // []
 */
export function checkInputs({ type, name, seed, olds, news }: CheckRequest): Checked {
  const given: Record<string, unknown> = { ...news.plain };
  delete given[FILLED_IN];
  for (const [property, normalize] of Object.entries(type.normalize ?? {})) {
    if (property in given && isKnown(given[property])) given[property] = normalize(given[property]);
  }
  const filledIn = Object.fromEntries(Object.entries(type.defaults ?? {}).filter(([property]) => !(property in given)));
  if (type.autoName && !(type.autoName.property in given)) {
    const { property, maxLength, smallLetters } = type.autoName;
    const base = smallLetters ? name.toLowerCase() : name;
    // A generated name stays as long as the resource lives: a new one would replace it.
    filledIn[property] = wasFilledIn(olds, property) ? olds[property] : autoName(base, seed, maxLength);
  }
  const inputs = { ...filledIn, ...given };
  // What was an object may be a text now: a secret in it makes all of it secret.
  const said = news.secrets.map((path) => (String(path[0]) in (type.normalize ?? {}) ? path.slice(0, 1) : path));
  const secrets = [...said, ...alwaysSecret(type, inputs)];
  const failures = [...schemaProblems(type, inputs, secrets), ...(type.rules?.(inputs) ?? [])];
  return { inputs: { ...inputs, [FILLED_IN]: Object.keys(filledIn).sort() }, secrets, failures };
}

/** True when the provider, not the program, chose the value of `property`. */
export function wasFilledIn(inputs: Properties, property: string): boolean {
  const list = inputs[FILLED_IN];
  return Array.isArray(list) && list.includes(property);
}

/** Paths of what is secret by its type, as far as it is there. */
export function alwaysSecret(type: ResourceType, properties: Properties): Path[] {
  return (type.secrets ?? []).filter((property) => property in properties).map((property) => [property]);
}

/** The inputs without the provider's own note. */
export function withoutNote(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([property]) => property !== FILLED_IN));
}

function schemaProblems(type: ResourceType, inputs: Properties, secrets: readonly Path[]): string[] {
  const result = type.inputs.safeParse(inputs);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const value = valueAt(inputs, issue.path);
    return isKnown(value) ? explain(type, issue, value, isSecret(issue.path as Path, secrets)) : [];
  });
}

function explain(type: ResourceType, issue: z.core.$ZodIssue, value: unknown, secret: boolean): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key].join(".");
      return (
        `property "${path}" of ${type.token} is not implemented by the local AWS. ` +
        `Implemented: ${Object.keys(type.inputs.shape).join(", ")} (providers/aws-local/README.md).`
      );
    });
  }
  const path = issue.path.join(".");
  if (value === undefined) return [`property "${path}" of ${type.token} is needed by the local AWS, but missing.`];
  const shown = secret ? "a secret" : JSON.stringify(value);
  return [`property "${path}" of ${type.token} is ${shown}: ${issue.message}`];
}
