import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { z } from "zod";
import { entriesOf, fieldOf, ruleProblems } from "./voice-rules.ts";
import { type VoiceFile, voiceSchema } from "./voice-schema.ts";
import { type Place, type Problem, YamlSource } from "./yaml-source.ts";

/** Something that no two stacks of one account may share, and where this file uses it. */
export interface Claim extends Place {
  kind: "number" | "application name";
  value: string;
}

/** A voice file that was read, whatever is wrong with it. */
export interface ParsedVoiceFile {
  /** What the file declares; absent when there is a problem. */
  voice?: VoiceFile;
  /** Everything that is wrong with the file, in the order of its lines. */
  problems: Problem[];
  /** The numbers and application names that it uses; absent when it is not even YAML. */
  claims?: Claim[];
}

/**
 * Reads `Voice.<stack>.yaml`. Nothing is thrown for what is wrong with it, nor for its absence: that is in `problems`.
 *
 * @param directory - the folder of the voice files, usually `stacks`.
 * @param flows - the names of the call flows that exist.
 */
export function readVoiceFile(directory: string, stack: string, flows: readonly string[]): ParsedVoiceFile {
  const name = `Voice.${stack}.yaml`;
  const file = join(basename(directory), name);
  if (!existsSync(join(directory, name))) {
    const message = `the stack "${stack}" has no voice file: create it, for example from a copy of another stack's`;
    return { problems: [{ file, line: 1, column: 1, message }] };
  }
  return parseVoiceFile(readFileSync(join(directory, name), "utf8"), { file, flows });
}

/**
 * Parses the text of a voice file and finds all that is wrong with it at once.
 *
 * @example
 * const { voice, problems } = parseVoiceFile(text, { file: "stacks/Voice.test.yaml", flows: Object.keys(flows) });
 */
export function parseVoiceFile(text: string, about: { file: string; flows: readonly string[] }): ParsedVoiceFile {
  const source = new YamlSource(text, about.file);
  if (source.syntaxProblems.length > 0) return { problems: source.syntaxProblems };

  const shape = voiceSchema(about.flows).safeParse(source.value);
  const shapeProblems = shape.success ? [] : shape.error.issues.flatMap((issue) => describe(source, issue));
  const problems = [...shapeProblems, ...ruleProblems(source)].sort((a, b) => a.line - b.line || a.column - b.column);
  return { ...(shape.success && problems.length === 0 && { voice: shape.data }), problems, claims: claimsOf(source) };
}

function claimsOf(source: YamlSource): Claim[] {
  const names = entriesOf(fieldOf(source.value, "applications")).map(([key, application]): Claim => {
    const place = source.placeOfValue(["applications", key, "name"]);
    return { kind: "application name", value: String(fieldOf(application, "name") ?? ""), ...place };
  });
  const numbers = entriesOf(fieldOf(source.value, "routes")).map(
    ([number]): Claim => ({ kind: "number", value: number, ...source.placeOfKey(["routes", number]) }),
  );
  return [...names, ...numbers].filter(({ value }) => value !== "");
}

/** What the schema found, in words that name the field, the value and the way out. */
function describe(source: YamlSource, issue: z.core.$ZodIssue): Problem[] {
  const field = issue.path.map((step) => (/^[\w-]+$/.test(String(step)) ? step : `"${String(step)}"`)).join(".");
  const value = issue.path.reduce<unknown>((inner, step) => fieldOf(inner, String(step)), source.value);
  const at = (message: string): Problem[] => [{ ...source.placeOfValue(issue.path), message }];

  switch (issue.code) {
    case "unrecognized_keys": {
      const known = issue.path.length === 0 ? "applications, routes" : "name, flow, answerUrl, webhookUrl, adopt";
      return issue.keys.map((key) => ({
        ...source.placeOfKey([...issue.path, key]),
        message: `${field || "the file"} has no field "${key}": the fields are ${known}`,
      }));
    }
    case "invalid_value": {
      const flows = issue.values.join(", ");
      return at(`${field}: there is no flow "${value}" in src/flows: write one of ${flows}`);
    }
    case "invalid_type": {
      if (!field) return at("the file must hold the fields applications and routes");
      if (issue.expected === "boolean") return at(`${field}: "${value}" ${issue.message}`);
      const wanted = {
        string: "text",
        record: "one entry a line, or {} for none",
      }[issue.expected as string];
      const missing = value === undefined ? "is missing: it " : "";
      return at(`${field} ${missing}must hold ${wanted ?? "one field a line"}`);
    }
    // A route without target: the rules know which targets there are, and say so.
    case "too_small":
      return [];
    default:
      return at(`${field}: "${value}" ${issue.message}`);
  }
}
