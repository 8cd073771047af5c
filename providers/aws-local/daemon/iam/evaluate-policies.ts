/** Evaluates identity policies: an explicit Deny wins, and what nothing allows is denied. */
import type { IdentityStatement } from "../../resources/policy-document.ts";

/** What identity policies say about one action on one resource. */
export type Decision = "allow" | "explicit deny" | "implicit deny";

/** What somebody wants to do. */
export interface Permission {
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
}

/**
 * Decides about one action on one resource.
 *
 * @param statements All statements of all policies of the identity.
 * @example
 * evaluatePolicies([{ Effect: "Allow", Action: "sqs:*", Resource: "*" }], {
 *   action: "sqs:SendMessage",
 *   resource: "arn:aws:sqs:us-east-1:000000000000:events",
 * }); // "allow"
 */
export function evaluatePolicies(statements: readonly IdentityStatement[], wanted: Permission): Decision {
  const matching = statements.filter((statement) => matches(statement, wanted));
  if (matching.some(({ Effect }) => Effect === "Deny")) return "explicit deny";
  return matching.length > 0 ? "allow" : "implicit deny";
}

function matches(statement: IdentityStatement, { action, resource }: Permission): boolean {
  const isAction = (pattern: string) => matchesGlob(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string) => matchesArn(pattern, resource);
  const { Action, NotAction = [], Resource, NotResource = [] } = statement;
  const applies = Action === undefined ? !listOf(NotAction).some(isAction) : listOf(Action).some(isAction);
  if (!applies) return false;
  return Resource === undefined ? !listOf(NotResource).some(isResource) : listOf(Resource).some(isResource);
}

/** Part by part, so that a wildcard does not reach over a colon; parts that are left out are wildcards. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const wanted = partsOf(arn);
  const given = partsOf(pattern);
  return wanted.every((part, index) => matchesGlob(given[index] ?? "*", part));
}

/** The six parts of an ARN; the last one is the rest, colons included. */
function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** `*` stands for any characters, `?` for one. */
function matchesGlob(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
