import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { entriesOf, fieldOf } from "../../../infra/voice-rules.ts";
import { formatProblem, type Problem, YamlSource } from "../../../infra/yaml-source.ts";
import { rules } from "./index.ts";
import {
  type DeclaredExemption,
  defaultThresholds,
  rangeProblem,
  ruleFileSchema,
  type Thresholds,
} from "./rule-file-schema.ts";

/** Where thresholds and exemptions are kept. */
export const RULE_FILE = "stacks/review-rules.yaml";

/** What may break a rule in the stack that is reviewed. */
export interface Exemption {
  /** Its key in the file. */
  name: string;
  rule: string;
  /** What is exempt; empty for a rule about an amount. */
  subjects: string[];
  /** The most of an amount that is exempt. */
  upTo?: number;
  reason: string;
  /** The last day on which it holds, `2027-01-31`, UTC. */
  expires: string;
  /** The reviewed change itself brings it, or changes it. */
  brought: boolean;
}

/** The rules of the repository for one stack. */
export interface RuleFile {
  thresholds: Thresholds;
  exemptions: Exemption[];
}

const DAY_MS = 86_400_000;

/**
 * Reads thresholds and exemptions, and finds all that is wrong with them at once.
 *
 * @param text - of the file; absent where there is none, which is fine.
 * @param about - `base`: the text at the base, to see what the reviewed change brings itself.
 * @returns what is wrong with the file as lines `file:line:column: message`, none when the rules are usable.
 */
export function readRuleFile(
  text: string | undefined,
  about: { stack: string; now: Date; base?: string | undefined },
): RuleFile & { problems: string[] } {
  const parsed = parse(text);
  const base = parse(about.base);
  const before = new Map(base.exemptions.map(({ name, declared }) => [name, declared]));
  const own = parsed.exemptions.filter(({ declared }) => declared.stack === about.stack);
  const expired = own.flatMap(({ name, declared }) => expiryProblems(parsed.source, name, declared, about.now));
  return {
    thresholds: parsed.thresholds,
    exemptions: own.map(({ name, declared: { rule, for: subjects = [], upTo, reason, expires }, declared }) => ({
      name,
      rule,
      subjects,
      ...(upTo !== undefined && { upTo }),
      reason,
      expires,
      brought: !isDeepStrictEqual(before.get(name), declared),
    })),
    problems: [...parsed.problems, ...expired]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map(formatProblem),
  };
}

interface Parsed {
  source: YamlSource;
  thresholds: Thresholds;
  exemptions: { name: string; declared: DeclaredExemption }[];
  problems: Problem[];
}

function parse(text = ""): Parsed {
  const source = new YamlSource(text, RULE_FILE);
  const nothing = { source, thresholds: defaultThresholds, exemptions: [] };
  if (source.syntaxProblems.length > 0) return { ...nothing, problems: source.syntaxProblems };
  // A file of comments alone says nothing, and so does an empty list of exemptions.
  const value = source.value === "" || source.value === null || source.value === undefined ? {} : source.value;
  const shape = ruleFileSchema.safeParse(value);
  const problems = [...duplicates(source), ...exemptionProblems(source)];
  if (!shape.success)
    return { ...nothing, problems: [...shape.error.issues.flatMap((issue) => describe(source, issue)), ...problems] };
  const { thresholds = {}, exemptions = {} } = shape.data;
  const amounts = Object.entries(thresholds["too-many-numbers"] ?? {}).filter(([, amount]) => amount !== undefined);
  return {
    source,
    thresholds: { tooManyNumbers: { ...defaultThresholds.tooManyNumbers, ...Object.fromEntries(amounts) } },
    exemptions: Object.entries(exemptions).map(([name, declared]) => ({ name, declared })),
    problems,
  };
}

const duplicates = (source: YamlSource): Problem[] =>
  source.duplicateKeys.map(({ key, first, second }) => ({
    ...second,
    message: `"${key}" a second time, first on line ${first.line}: keep one of them`,
  }));

/** What no field can tell alone. */
function exemptionProblems(source: YamlSource): Problem[] {
  return entriesOf(fieldOf(source.value, "exemptions")).flatMap(([name, exemption]) => {
    const path = ["exemptions", name];
    const label = path.join(".");
    const { rule, for: named, upTo } = Object.fromEntries(entriesOf(exemption));
    const found: Problem[] = [];
    if (rule === "R1" && (named !== undefined || upTo === undefined))
      found.push({
        ...source.placeOfKey(path),
        message: `${label}: R1 is about an amount: write upTo with the count that was approved, and no for`,
      });
    if (typeof rule === "string" && rule !== "R1" && (named === undefined || upTo !== undefined))
      found.push({
        ...source.placeOfKey(path),
        message: `${label}: ${rule} is about single things: write for with what is exempt, and no upTo`,
      });
    for (const subject of [named].flat()) {
      const problem = typeof subject === "string" ? rangeProblem(subject) : undefined;
      if (problem) found.push({ ...source.placeOfValue([...path, "for"]), message: `${label}.for: ${problem}` });
    }
    return found;
  });
}

function expiryProblems(source: YamlSource, name: string, { expires }: DeclaredExemption, now: Date): Problem[] {
  const field = `exemptions.${name}.expires`;
  const place = source.placeOfValue(["exemptions", name, "expires"]);
  const days = (Date.parse(expires) - Date.parse(now.toISOString().slice(0, 10))) / DAY_MS;
  if (days < 0)
    return [
      { ...place, message: `${field}: it ended on ${expires}: remove the exemption, or renew it with its reason` },
    ];
  if (days > 366)
    return [
      { ...place, message: `${field}: "${expires}" is more than a year ahead: nobody would ever look at it again` },
    ];
  return [];
}

/** What the schema found, in words that name the field, the value and the way out. */
function describe(source: YamlSource, issue: z.core.$ZodIssue): Problem[] {
  const field = issue.path.map(String).join(".");
  const value = issue.path.reduce<unknown>((inner, step) => fieldOf(inner, String(step)), source.value);
  const at = (message: string): Problem[] => [{ ...source.placeOfValue(issue.path), message }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        ...source.placeOfKey([...issue.path, key]),
        message: `${field || "the file"} has no field "${key}": the fields are ${fieldsOf(issue.path)}`,
      }));
    case "invalid_value": {
      const known = rules.map(({ number, name }) => `${number} (${name})`).join(", ");
      return at(`${field}: there is no rule "${value}": write one of ${known}`);
    }
    case "invalid_type":
    case "invalid_union": {
      if (!field) return at("the file must hold the fields thresholds and exemptions");
      const missing = value === undefined ? "is missing" : "is not what it must be";
      return at(`${field} ${missing}: it must hold ${wanted[String(issue.path.at(-1))] ?? "one field a line"}`);
    }
    default:
      return at(`${field}: "${value}" ${issue.message}`);
  }
}

const wanted: Readonly<Record<string, string>> = {
  rule: "a rule's number, such as R2",
  stack: "the name of a stack",
  for: "what is exempt, or a list of it",
  upTo: "a whole number",
  reason: "the reason, in words",
  expires: "the last day on which it holds, such as 2027-01-31",
  share: 'a percentage such as "30%"',
  least: "a whole number",
};

const fieldsOf = (path: readonly PropertyKey[]): string =>
  ({
    "": "thresholds, exemptions",
    thresholds: "too-many-numbers",
    "thresholds.too-many-numbers": "share, least",
  })[path.join(".")] ?? "rule, stack, for, upTo, reason, expires";
