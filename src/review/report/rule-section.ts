import type { RuleFinding, RuleResult } from "../review.ts";
import { RULE_FILE } from "../rules/rule-file.ts";
import { counted, ours, type Phrase, say } from "./phrase.ts";
import { cell, type Section } from "./report.ts";

/** What breaks a rule, or would but for an exemption: what a reader has to see first. */
export function brokenSection(rules: readonly RuleResult[]): Section | undefined {
  const concerned = rules.filter(({ status }) => status !== "kept");
  if (concerned.length === 0) return undefined;
  const broken = concerned.filter(({ status }) => status === "broken");
  return {
    title: ours(broken.length > 0 ? "Rules broken" : "Rules broken, with an exemption"),
    summary: counted(concerned.length, "rule"),
    blocks: [
      {
        kind: "table",
        columns: ["Rule", "Why", "If it is meant"],
        rows: concerned.flatMap((rule) =>
          rule.findings.map((finding) => [
            cell(say`${ours(rule.number)} ${ours(rule.name)}`),
            cell(finding.message),
            cell(wayOn(rule, finding)),
          ]),
        ),
      },
      ...(broken.length > 0 ? [{ kind: "text", text: howToExempt } as const] : []),
    ],
  };
}

const howToExempt = ours(`Exemptions are in ${RULE_FILE}, each with a reason and an expiry date (docs/reviewing.md).`);

function wayOn({ override }: RuleResult, { exemption }: RuleFinding): Phrase {
  if (!exemption) return ours(override);
  const { name, reason, expires } = exemption;
  return say`exempt until ${ours(expires)} by ${name}: ${reason}`;
}

/** Every rule, with its threshold. */
export function ruleSection(rules: readonly RuleResult[]): Section {
  const kept = rules.filter(({ status }) => status === "kept").length;
  return {
    title: ours("All rules"),
    summary: say`${counted(rules.length, "rule")}, ${kept} kept`,
    aside: true,
    blocks: [
      {
        kind: "table",
        columns: ["Rule", "Refuses", "Here"],
        rows: rules.map(({ number, name, refuses, status }) => [
          cell(say`${ours(number)} ${ours(name)}`),
          cell(ours(refuses)),
          cell(ours(status)),
        ]),
      },
    ],
  };
}
