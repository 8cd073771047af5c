import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { accountOf, stacksIn } from "../../../infra/account.ts";
import { readVoiceFile } from "../../../infra/voice-file.ts";
import { entriesOf, fieldOf } from "../../../infra/voice-rules.ts";
import { formatProblem, YamlSource } from "../../../infra/yaml-source.ts";
import type { Flow } from "../../call-flow/flow.ts";
import { configuredValue } from "../changes/configuration-changes.ts";
import { destinationsOf } from "../changes/flow-actions.ts";
import { CouldNotReview } from "../could-not-review.ts";
import type { ConfiguredValue, OtherStack, StackReading } from "../reading.ts";
import { RULE_FILE } from "../rules/rule-file.ts";
import { type EvaluatedFlows, evaluateFlows, type Limits } from "./flow-process/evaluate-flows.ts";

/** One version of the project, as much of it as concerns the review of one stack. */
export interface Version {
  /** Absent where this version has no voice file for the stack: it is not born yet. */
  reading?: StackReading;
  /** The other stacks, without what they were at the base. */
  others: Omit<OtherStack, "numbersBefore">[];
  /** The text of the rule file, where there is one. */
  rules?: string;
}

export interface ReadOptions {
  stack: string;
  /** The base is read for what it said; the head has to be right, other stacks included. */
  side: "base" | "head";
  limits?: Limits | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Reads a version from its folder. Its flow modules run in a process of their own.
 *
 * @throws CouldNotReview with everything that is wrong with it.
 */
export async function readVersion(directory: string, options: ReadOptions): Promise<Version> {
  const { stack, side, limits, signal } = options;
  const stacks = join(directory, "stacks");
  const names = existsSync(stacks) ? stacksIn(stacks) : [];
  const others = names.filter((name) => name !== stack);
  const wanted = side === "head" ? names : names.filter((name) => name === stack);
  const evaluated: EvaluatedFlows =
    wanted.length === 0
      ? { stacks: new Map() }
      : await evaluateFlows(
          directory,
          wanted.map((name) => ({ stack: name, local: accountOf(stacks, name).local })),
          { ...(limits && { limits }), signal },
        );
  const flows = flowsOf(evaluated, side);
  const rules = textOf(join(directory, RULE_FILE));
  return {
    ...(names.includes(stack) && { reading: readStack(stacks, stack, flows.get(stack) ?? {}, side) }),
    others: others.map((name) => readOther(stacks, name, flows.get(name) ?? {}, side)),
    ...(rules !== undefined && { rules }),
  };
}

/** Where a version cannot be read, what to do depends on which it is. */
const wayOut = {
  head: "mend it, and review again",
  base: "name another base with --base, such as the commit that mended it",
};

function flowsOf(evaluated: EvaluatedFlows, side: ReadOptions["side"]): Map<string, Record<string, Flow>> {
  if (evaluated.error !== undefined)
    throw new CouldNotReview(`the flows of the ${side} cannot be evaluated: ${evaluated.error}: ${wayOut[side]}`);
  const failed = [...evaluated.stacks].flatMap(([name, { error }]) =>
    error === undefined
      ? []
      : [`the flows of the stack "${name}" cannot be evaluated at the ${side}: ${error}: ${wayOut[side]}`],
  );
  if (failed.length > 0) throw new CouldNotReview(...failed);
  return new Map([...evaluated.stacks].map(([name, { flows = {} }]) => [name, flows]));
}

function readStack(
  directory: string,
  stack: string,
  flows: Record<string, Flow>,
  side: ReadOptions["side"],
): StackReading {
  const { voice, problems } = readVoiceFile(directory, stack, Object.keys(flows));
  if (!voice) {
    const found = problems.map(formatProblem);
    throw new CouldNotReview(
      ...(side === "head" ? found : found.map((problem) => `at the base, ${problem}: ${wayOut.base}`)),
    );
  }
  const configuration = readConfiguration(directory, stack);
  const capabilities = configuration["minivoice:capabilities"];
  return {
    stack,
    voice,
    flows,
    account: accountOf(directory, stack),
    capabilities: capabilities && "plain" in capabilities ? capabilities.plain : "documented",
    configuration,
  };
}

/** Of another stack everything counts that can be read, whatever else is wrong with it. */
function readOther(
  directory: string,
  stack: string,
  flows: Record<string, Flow>,
  side: ReadOptions["side"],
): Omit<OtherStack, "numbersBefore"> {
  const { claims, problems } = readVoiceFile(directory, stack, []);
  if (!claims && side === "head")
    throw new CouldNotReview(
      ...problems.map((problem) => `${formatProblem(problem)}: nobody can tell which numbers are "${stack}"'s`),
    );
  const valuesOf = (wanted: string) => (claims ?? []).flatMap(({ kind, value }) => (kind === wanted ? [value] : []));
  return {
    stack,
    account: accountOf(directory, stack),
    numbers: valuesOf("number"),
    applicationNames: valuesOf("application name"),
    destinations: [...new Set(Object.values(flows).flatMap(destinationsOf))],
  };
}

/** What the stack's configuration file holds; a stack without one has the defaults. */
function readConfiguration(directory: string, stack: string): Record<string, ConfiguredValue> {
  const text = textOf(join(directory, `Pulumi.${stack}.yaml`)) ?? "";
  const { value } = new YamlSource(text, `stacks/Pulumi.${stack}.yaml`);
  return Object.fromEntries(
    entriesOf(fieldOf(value, "config")).map(([key, configured]) => [key, configuredValue(key, configured, digestOf)]),
  );
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

const textOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
