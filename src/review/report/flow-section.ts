import type { CallDifference, FlowChange } from "../changes/flow-changes.ts";
import { pressesPhrase } from "../changes/turn-phrases.ts";
import { counted, joined, ours, type Phrase, say } from "./phrase.ts";
import { namesPhrase } from "./phrases.ts";
import { type Block, cell, type Section } from "./report.ts";

/** What callers hear, flow by flow. */
export function flowSection(flows: readonly FlowChange[], callsKnown: boolean): Section | undefined {
  if (flows.length === 0) return undefined;
  return {
    title: ours("What callers hear"),
    summary: counted(flows.length, "flow"),
    blocks: flows.flatMap((flow) => flowBlocks(flow, callsKnown)),
  };
}

function flowBlocks(flow: FlowChange, callsKnown: boolean): Block[] {
  const { differences, diagram, to } = flow;
  const isNew = differences.every(({ before }) => before === undefined);
  const remarks = remarksOn(flow);
  return [
    { kind: "heading", text: headingOf(flow, callsKnown) },
    ...(remarks.length > 0 ? [{ kind: "list", items: remarks } as const] : []),
    ...(differences.length > 0
      ? [
          {
            kind: "table",
            columns: isNew ? ["The caller", "Hears"] : ["The caller", "Before", "After"],
            rows: differences.map((difference) => [
              cell(placeOf(difference)),
              ...(isNew ? [] : [cell(...(difference.before ?? []))]),
              cell(...(difference.after ?? [])),
            ]),
          } as const,
        ]
      : []),
    ...(diagram !== undefined && to !== undefined
      ? [{ kind: "diagram", title: say`Diagram of ${to}`, mermaid: diagram } as const]
      : []),
  ];
}

function headingOf({ from, to, applications, numbers, calls }: FlowChange, callsKnown: boolean): Phrase {
  const how = callsKnown ? say`, ${counted(calls ?? 0, "call")} in 7 days` : undefined;
  const of = say`${namesPhrase(applications)}, ${counted(numbers, "number")}${how}`;
  if (from === to) return say`${to}: ${of}`;
  if (from === undefined) return say`${to}, new: ${of}`;
  return to === undefined ? say`${from} → answered elsewhere: ${of}` : say`${from} → ${to}: ${of}`;
}

function remarksOn({ from, to, differences, destinations, unknown, incomplete }: FlowChange): Phrase[] {
  const list = (values: readonly string[]) =>
    joined(
      values.map((value) => say`${value}`),
      ", ",
    );
  const changed = from !== undefined;
  if (unknown)
    return [
      say`The flow ${from} differs from what is deployed, whose text is not known: it is in no commit of this repository.`,
    ];
  return [
    ...(changed && to !== undefined && differences.length === 0
      ? [ours("Written otherwise, but no caller notices.")]
      : []),
    ...(destinations.gone.length > 0 ? [say`Nobody is put through any more to ${list(destinations.gone)}.`] : []),
    ...(destinations.new.length > 0
      ? [say`Callers are ${ours(changed ? "now put" : "put")} through to ${list(destinations.new)}.`]
      : []),
    ...(incomplete ? [ours("There are too many ways through it to compare: more may differ.")] : []),
  ];
}

function placeOf({ presses, fallback, alsoAfter }: CallDifference): Phrase {
  if (fallback) return ours("sends a request that is not understood");
  const more = alsoAfter > 0 ? say` (or in ${counted(alsoAfter, "other way")})` : undefined;
  return say`${pressesPhrase(presses)}${more}`;
}
