import { shownUrl } from "pulumi-minivoice/api";
import { shownAnswerUrl } from "../../call-flow/shown-answer-url.ts";
import { type Fields, fieldsOf, MINIVOICE } from "../../stack-state/exported-state.ts";
import { type PreviewStep, secretValue, unknownValue } from "../../stack-state/preview-step.ts";
import type { PlannedField } from "./engine-preview.ts";

const fields = ["name", "answerUrl", "webhookUrl"] as const;

/** A report is read by more people than may ask the answer function. */
const shownAs = { name: (name: string) => name, answerUrl: shownAnswerUrl, webhookUrl: shownUrl } as const;

/** Of each application that the engine would update or replace: the fields that it would write, by URN. */
export function plannedApplications(steps: readonly PreviewStep[]): Map<string, PlannedField[]> {
  const planned = new Map<string, PlannedField[]>();
  for (const { urn, oldState, newState, detailedDiff } of steps) {
    if (urn === undefined || newState?.type !== `${MINIVOICE}Application` || !oldState) continue;
    const [was, is] = [fieldsOf(oldState.outputs), fieldsOf(newState.inputs)];
    const written = fields.flatMap((field) => plannedField(field, was, is));
    const secret = Object.keys(detailedDiff ?? {}).some((path) => path.startsWith("webhookSecret"));
    if (written.length > 0 || secret)
      planned.set(urn, [...written, ...(secret ? [{ field: "webhookSecret" as const }] : [])]);
  }
  return planned;
}

function plannedField(field: (typeof fields)[number], was: Fields, is: Fields): PlannedField[] {
  if ((was[field] ?? undefined) === (is[field] ?? undefined)) return [];
  const [from, to] = [was[field], is[field]].map((value) =>
    typeof value === "string" && value !== unknownValue && value !== secretValue ? shownAs[field](value) : undefined,
  );
  const unknown = is[field] === unknownValue && { unknown: true as const };
  return [{ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...unknown }];
}
