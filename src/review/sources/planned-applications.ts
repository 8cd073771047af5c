import { shownUrl } from "pulumi-minivoice/api";
import { shownAnswerUrl } from "../../call-flow/shown-answer-url.ts";
import { type Fields, fieldsOf, isOfVoiceFile, MINIVOICE, nameOf } from "../../stack-state/exported-state.ts";
import { type PreviewStep, secretValue, unknownValue } from "../../stack-state/preview-step.ts";
import type { ApplicationFields, PlannedApplication, PlannedField } from "./engine-preview.ts";

const fields = ["name", "answerUrl", "webhookUrl"] as const;
type Field = (typeof fields)[number];

/** A report is read by more people than may ask the answer function. */
const shownAs = { name: (name: string) => name, answerUrl: shownAnswerUrl, webhookUrl: shownUrl } as const;

/** Each application that the engine would create, change, replace or delete, by URN. */
export function plannedApplications(steps: readonly PreviewStep[]): Map<string, PlannedApplication> {
  const planned = new Map<string, PlannedApplication>();
  for (const step of steps) {
    const { urn, op, oldState, newState } = step;
    // What a run before left to be deleted, and the old half of a replacement, are none of what the stack has then.
    const isOver = op === "delete" && urn !== undefined && planned.has(urn);
    if (urn === undefined || op === "same" || op === "delete-replaced" || isOver) continue;
    if ((newState ?? oldState)?.type !== `${MINIVOICE}Application`) continue;
    planned.set(urn, {
      key: nameOf({ urn }),
      fromVoiceFile: isOfVoiceFile(urn),
      ...(oldState?.id !== undefined && { id: oldState.id }),
      ...(newState && { becomes: becoming(newState.inputs) }),
      ...(oldState && newState && op !== "update" && { isReplaced: true as const }),
      fields: writtenFields(step),
    });
  }
  return planned;
}

function becoming(inputs: Fields | undefined): ApplicationFields {
  const all = fieldsOf(inputs);
  const isHidden = (field: Field) => all[field] === unknownValue || all[field] === secretValue;
  const known = fields.flatMap((field) => {
    const value = all[field];
    return typeof value === "string" && value !== "" && !isHidden(field) ? [[field, value] as const] : [];
  });
  const adopt = all.adopt === true && { adopt: true as const };
  return { ...Object.fromEntries(known), ...adopt, hidden: fields.filter(isHidden) };
}

/** What of an application that is there already would be written. */
function writtenFields({ oldState, newState, detailedDiff }: PreviewStep): PlannedField[] {
  if (!oldState || !newState) return [];
  const paths = Object.keys(detailedDiff ?? {});
  const [was, is] = [fieldsOf(oldState.outputs), fieldsOf(newState.inputs)];
  const secret = paths.some((path) => path.startsWith("webhookSecret"));
  return [
    ...fields.flatMap((field) => plannedField(field, was, is, paths.includes(field))),
    ...(secret ? [{ field: "webhookSecret" as const }] : []),
  ];
}

function plannedField(field: Field, was: Fields, is: Fields, isNamed: boolean): PlannedField[] {
  const [before, after] = [was[field] || undefined, is[field] || undefined];
  // Of a secret only the engine knows whether it is another one.
  const isSecret = before === secretValue || after === secretValue;
  if (isSecret ? !isNamed : before === after) return [];
  const [from, to] = [before, after].map((value) =>
    typeof value !== "string" || value === unknownValue ? undefined : shown(field, value),
  );
  const unknown = after === unknownValue && { unknown: true as const };
  return [{ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...unknown }];
}

const shown = (field: Field, value: string): string => (value === secretValue ? secretValue : shownAs[field](value));
