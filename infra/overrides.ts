import * as pulumi from "@pulumi/pulumi";

/**
 * The setting `voice:allow`: rules that this stack may break, each with the reason, which every run prints.
 *
 * @param rules - the names of the rules that exist.
 * @throws RunError, which the engine shows without a stack trace, for a name that is no rule or a reason that is none.
 * @example
 * // voice:allow: { stacks-apart: the main line moves to the new account on Friday }
 */
export function allowedViolations(given: unknown, rules: readonly string[]): Record<string, string> {
  if (given === undefined) return {};
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new pulumi.RunError(`voice:allow ${wanted}, but is ${JSON.stringify(given)}`);
  for (const [rule, reason] of Object.entries(given)) {
    if (!rules.includes(rule))
      throw new pulumi.RunError(`voice:allow: there is no rule "${rule}": write one of ${rules.join(", ")}`);
    if (typeof reason !== "string" || reason.trim() === "")
      throw new pulumi.RunError(
        `voice:allow.${rule} must say why, for whoever reads it next, but is ${JSON.stringify(reason)}`,
      );
  }
  return given as Record<string, string>;
}

const wanted = "must hold the names of rules and why each may be broken, such as `stacks-apart: <the reason>`";
