import type { z } from "zod";
import { entriesOf, fieldOf } from "../../infra/voice-rules.ts";
import { formatProblem, type Problem, YamlSource } from "../../infra/yaml-source.ts";
import { covers, rangeProblem } from "../review/rules/rule-file-schema.ts";
import type { Ignored } from "./find-unmanaged.ts";
import { type IgnoreEntry, ignoreFileSchema } from "./ignore-schema.ts";

/** Where it is said what is unmanaged on purpose. */
export const IGNORE_FILE = "stacks/drift-ignore.yaml";

/** What the code declares in the account: none of it may be ignored. */
export interface DeclaredNames {
  numbers: Iterable<string>;
  applicationNames: Iterable<string>;
}

export interface IgnoreFile {
  ignored: Ignored;
  /** Entries that have ended: they ignore nothing any more. */
  notes: string[];
  /** What is wrong with the file, as `file:line:column: message`. */
  problems: string[];
}

const DAY_MS = 86_400_000;

/**
 * Reads what is unmanaged on purpose, and finds all that is wrong with it at once.
 *
 * @param text - of the file; absent where there is none, which is fine
 */
export function readIgnoreFile(text: string | undefined, about: { now: Date; declared: DeclaredNames }): IgnoreFile {
  const source = new YamlSource(text ?? "", IGNORE_FILE);
  const nothing = { number: () => undefined, application: () => undefined };
  const failed = (problems: Problem[]) => ({ ignored: nothing, notes: [], problems: problems.map(formatProblem) });
  if (source.syntaxProblems.length > 0) return failed(source.syntaxProblems);
  // A file of comments alone says nothing.
  const value =
    source.value === "" || source.value === null || source.value === undefined ? { ignore: {} } : source.value;
  const shape = ignoreFileSchema.safeParse(value);
  const duplicates = source.duplicateKeys.map(({ key, first, second }) => ({
    ...second,
    message: `"${key}" a second time, first on line ${first.line}: keep one of them`,
  }));
  const shapeProblems = shape.success ? [] : shape.error.issues.flatMap((issue) => describe(source, issue));
  const entries = shape.success ? Object.entries(shape.data.ignore) : [];
  const problems = [...duplicates, ...shapeProblems, ...entryProblems(source, entries, about)];
  if (problems.length > 0) return failed(problems.sort((a, b) => a.line - b.line || a.column - b.column));

  const today = about.now.toISOString().slice(0, 10);
  const valid = entries.filter(([, { expires }]) => expires >= today);
  const find = (...names: string[]) => {
    const found = valid.find(([, { match }]) => match.some((one) => names.some((name) => covers(one, name))));
    return found && { reason: found[1].reason, expires: found[1].expires };
  };
  return {
    ignored: { number: (number) => find(number), application: ({ id, name }) => find(id, name) },
    notes: entries
      .filter(([, { expires }]) => expires < today)
      .map(
        ([name, { expires }]) =>
          `${IGNORE_FILE}: ignore.${name} ended on ${expires} and ignores nothing any more: renew or remove it`,
      ),
    problems: [],
  };
}

/** What no field can tell alone. */
function entryProblems(
  source: YamlSource,
  entries: readonly [string, IgnoreEntry][],
  { now, declared }: { now: Date; declared: DeclaredNames },
): Problem[] {
  const known = [...declared.numbers, ...declared.applicationNames];
  return entries.flatMap(([name, { match, expires }]) => {
    const found: Problem[] = [];
    const report = (field: "match" | "expires", message: string) =>
      found.push({ ...source.placeOfValue(["ignore", name, field]), message: `ignore.${name}.${field}: ${message}` });
    for (const one of match) {
      const problem = rangeProblem(one);
      if (problem) report("match", problem);
      const declaredHere = known.find((other) => covers(one, other));
      if (declaredHere !== undefined)
        report(
          "match",
          `"${declaredHere}" is declared by the code of this account, so its drift must be seen: remove it here, or there`,
        );
    }
    if (Date.parse(expires) - now.getTime() > 366 * DAY_MS)
      report("expires", `"${expires}" is more than a year ahead: nobody would ever look at it again`);
    return found;
  });
}

/** What the schema found, in words that name the field, the value and the way out. */
function describe(source: YamlSource, issue: z.core.$ZodIssue): Problem[] {
  const field = issue.path.map(String).join(".");
  const value = issue.path.reduce<unknown>((inner, step) => fieldOf(inner, String(step)), source.value);
  const at = (message: string): Problem[] => [{ ...source.placeOfValue(issue.path), message }];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      ...source.placeOfKey([...issue.path, key]),
      message: `${field || "the file"} has no field "${key}": the ${field ? "fields are match, reason and expires" : "field is ignore"}`,
    }));
  if (issue.code === "invalid_type" || issue.code === "invalid_union") {
    if (!field) return at("the file must hold the field ignore");
    const missing = value === undefined ? "is missing: it" : "is not what it must be: it";
    return at(`${field} ${missing} must hold ${wanted[String(issue.path.at(-1))] ?? "match, reason and expires"}`);
  }
  return at(`${field}: "${entriesOf(value).length > 0 ? "…" : value}" ${issue.message}`);
}

const wanted: Readonly<Record<string, string>> = {
  ignore: "entries under names of your choice",
  match: "a number, a range of numbers, or the name or the id of an application",
  reason: "the reason, in words",
  expires: "the last day on which it is ignored, such as 2027-01-31",
};
