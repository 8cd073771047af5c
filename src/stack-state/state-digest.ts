import { createHash } from "node:crypto";
import { canonicalJson } from "../call-flow/digest.ts";
import { fieldsOf, isSecret } from "./exported-state.ts";

/** What tells one resource of a state from another, and what is left out: times, and places in the source. */
const told = ["urn", "type", "id", "parent", "delete", "taint", "protect", "external", "inputs", "outputs"] as const;

/**
 * A digest of what a stack's state says, from `pulumi stack export`: the same however the engine has written it down, and
 * whatever it has encrypted it with. That a value is secret counts, what it is does not.
 *
 * @returns 64 hexadecimal digits.
 */
export function stateDigest(exported: unknown): string {
  const { resources = [], pending_operations: pending = [] } = fieldsOf(fieldsOf(exported).deployment);
  const lines = [...listOf(resources).map(resourceText), `pending ${listOf(pending).length}`];
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function resourceText(resource: unknown): string {
  const fields = fieldsOf(resource);
  const kept = told.flatMap((name) => (fields[name] === undefined ? [] : [[name, withoutSecrets(fields[name])]]));
  return canonicalJson(Object.fromEntries(kept));
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
