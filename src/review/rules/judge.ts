import type { RuleFinding, RuleResult } from "../review.ts";
import { rules } from "./index.ts";
import type { JudgedChange, Violation } from "./rule.ts";
import type { Exemption } from "./rule-file.ts";
import { covers } from "./rule-file-schema.ts";

/**
 * Holds a change against every rule. An exemption covers single subjects: what else breaks the rule in the same way
 * still breaks it.
 *
 * @param onUse - told each exemption that was needed.
 */
export function judge(
  change: JudgedChange,
  exemptions: readonly Exemption[],
  onUse: (exemption: Exemption) => void,
): RuleResult[] {
  return rules.flatMap((rule): RuleResult[] => {
    const violations = rule.judge(change);
    if (!violations) return [];
    const own = exemptions.filter((exemption) => exemption.rule === rule.number);
    const findings = violations.flatMap((violation) => findingsOf(violation, own, onUse));
    const { number, name, override } = rule;
    const broken = findings.some(({ exemption }) => exemption === undefined);
    return [
      {
        number,
        name,
        refuses: rule.refuses(change.thresholds),
        override,
        status: broken ? "broken" : findings.length > 0 ? "exempt" : "kept",
        // What is exempt is told after what is not.
        findings: findings.sort(
          (one, other) => Number(one.exemption !== undefined) - Number(other.exemption !== undefined),
        ),
      },
    ];
  });
}

function findingsOf(
  { subjects, amount, describe }: Violation,
  exemptions: readonly Exemption[],
  onUse: (exemption: Exemption) => void,
): RuleFinding[] {
  const isExempt = (exemption: Exemption, subject: string) =>
    amount === undefined ? exemption.subjects.some((named) => covers(named, subject)) : amount <= (exemption.upTo ?? 0);
  const bySubject = Map.groupBy(subjects, (subject) => exemptions.find((exemption) => isExempt(exemption, subject)));
  return [...bySubject].map(([exemption, covered]): RuleFinding => {
    if (exemption) onUse(exemption);
    const { name, reason, expires } = exemption ?? {};
    return {
      message: describe(covered),
      subjects: covered,
      ...(exemption && { exemption: { name, reason, expires } as NonNullable<RuleFinding["exemption"]> }),
    };
  });
}
