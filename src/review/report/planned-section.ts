import type { PlannedChange, PlannedChanges } from "../changes/planned-changes.ts";
import { counted, joined, ours, type Phrase, say } from "./phrase.ts";
import { type Block, cell, type Section } from "./report.ts";

/** What the engine would do beyond what the two versions of the code tell: endpoints, secrets, functions, and the rest. */
export function plannedSection(planned: PlannedChanges | undefined): Section | undefined {
  const summary = planned && plannedSummary(planned);
  if (!planned || !summary) return undefined;
  const { changes } = planned;
  const rest = otherPhrase(planned);
  const table: Block = {
    kind: "table",
    columns: ["Resource", "Change", "What it comes to"],
    rows: changes.map(({ kind, name, op, changes: fields, consequences }) => [
      cell(say`${ours(kind)} ${name}`),
      cell(...(op === "update" ? fields : [ours(words[op]), ...fields])),
      cell(...consequences),
    ]),
  };
  return {
    title: ours("What else the engine would change"),
    summary,
    blocks: [...(changes.length > 0 ? [table] : []), ...(rest ? [{ kind: "text", text: rest } as const] : [])],
  };
}

const words: Readonly<Record<PlannedChange["op"], string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** @example "2 functions, 1 webhook secret, 3 other resources"; nothing where the engine plans nothing more */
export function plannedSummary({ changes, other }: PlannedChanges): Phrase | undefined {
  const counts = [...Map.groupBy(changes, ({ kind }) => kind)].map(([kind, same]) =>
    kind === "numbers" ? counted(same.length, "table of numbers", "tables of numbers") : counted(same.length, kind),
  );
  const rest = other.create + other.update;
  const parts = [...counts, ...(rest > 0 ? [counted(rest, "other resource")] : [])];
  return parts.length > 0 ? joined(parts, ", ") : undefined;
}

function otherPhrase({ other: { create, update } }: PlannedChanges): Phrase | undefined {
  const parts = [...(create > 0 ? [say`${create} created`] : []), ...(update > 0 ? [say`${update} updated`] : [])];
  return parts.length > 0 ? say`Other infrastructure: ${joined(parts, ", ")}.` : undefined;
}
