import { createHash } from "node:crypto";
import { canonicalJson } from "../../call-flow/digest.ts";
import { nameOf } from "../../stack-state/exported-state.ts";
import type { PreviewedState, PreviewStep } from "../../stack-state/preview-step.ts";

/** What the engine would do to one resource. No value of it is told, so no secret is. */
export interface PlannedStep {
  urn: string;
  /** Such as `aws:lambda/function:Function`. */
  type: string;
  /** In the program. */
  name: string;
  op: "create" | "update" | "replace" | "delete";
  /** Paths of the properties that differ, such as `routes["+15551230001"]`. */
  changed: string[];
  /** Those that make it a replacement. */
  replaceKeys: string[];
  /** A digest of what the program declares for it, with a mark for each secret; absent for what is deleted. */
  declared?: string;
}

/** The engine's words for a replacement, whose parts it tells one by one. */
const operations: Readonly<Record<string, PlannedStep["op"]>> = {
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

/**
 * What a preview of the engine comes to: one step for each resource that would change, in the order of their URNs. Components
 * and providers are left out; what the engine only reads or keeps is no step.
 *
 * @example plannedSteps(preview.steps) // [{ name: "numbers", op: "update", changed: ['routes["+15551230001"]'], … }]
 */
export function plannedSteps(steps: readonly PreviewStep[]): PlannedStep[] {
  const invented = inventedNames(steps);
  const planned = new Map<string, PlannedStep>();
  for (const { urn, op: told, oldState, newState, detailedDiff, diffReasons, replaceReasons } of steps) {
    const op = operations[told];
    const state = newState ?? oldState;
    if (!op || !state || urn === undefined || !isResource(state)) continue;
    const before = planned.get(urn);
    const declared = newState && told !== "delete-replaced" ? digestOf(newState, invented) : before?.declared;
    planned.set(urn, {
      urn,
      type: state.type,
      name: nameOf({ urn }),
      op: before && before.op !== op ? "replace" : op,
      changed: sorted([
        ...(before?.changed ?? []),
        ...(detailedDiff ? Object.keys(detailedDiff) : (diffReasons ?? [])),
      ]),
      replaceKeys: sorted([...(before?.replaceKeys ?? []), ...(replaceReasons ?? [])]),
      ...(declared !== undefined && { declared }),
    });
  }
  return [...planned.values()].sort((one, other) => (one.urn < other.urn ? -1 : 1));
}

const isResource = ({ type, custom }: PreviewedState): boolean =>
  custom !== false && !type.startsWith("pulumi:providers:") && type !== "pulumi:pulumi:Stack";

const sorted = (words: readonly string[]): string[] => [...new Set(words)].sort();

/** Names that the engine makes up for what is new, other ones in each preview, and what stands for each of them. */
function inventedNames(steps: readonly PreviewStep[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { urn, op, newState } of steps) {
    if (urn === undefined || operations[op] === undefined || op === "update") continue;
    const name = nameOf({ urn });
    for (const value of Object.values(newState?.inputs ?? {}))
      if (
        typeof value === "string" &&
        value.startsWith(`${name}-`) &&
        /^[0-9a-f]{7}$/.test(value.slice(name.length + 1))
      )
        names.set(value, `${name}-*`);
  }
  return names;
}

function digestOf({ inputs = {} }: PreviewedState, invented: ReadonlyMap<string, string>): string {
  let text = canonicalJson(inputs);
  for (const [name, stand] of invented) text = text.replaceAll(name, stand);
  return createHash("sha256").update(text).digest("hex");
}
