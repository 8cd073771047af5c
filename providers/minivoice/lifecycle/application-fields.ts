import type { Application, ApplicationFields } from "../api/schema.ts";
import { shownUrl } from "../api/shown-url.ts";
import type { ApplicationInputs, ApplicationOutputs } from "./application-state.ts";

const visibleFields = ["name", "answer_url", "webhook_url"] as const;

/** The fields that the API shows; it never shows the webhook secret. */
export type VisibleField = (typeof visibleFields)[number];

/** The declaration, in the API's words. */
export const fieldsOf = ({ name, answerUrl, webhookUrl, webhookSecret }: ApplicationInputs): ApplicationFields => ({
  name,
  ...(answerUrl === undefined ? {} : { answer_url: answerUrl }),
  ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
  ...(webhookSecret === undefined ? {} : { webhook_secret: webhookSecret }),
});

/** What the state last saw live, in the API's words. */
export const wireOf = (outputs: ApplicationOutputs): Application => ({
  id: outputs.applicationId,
  name: outputs.name,
  ...(outputs.customerId === undefined ? {} : { customer_id: outputs.customerId }),
  ...(outputs.answerUrl === undefined ? {} : { answer_url: outputs.answerUrl }),
  ...(outputs.webhookUrl === undefined ? {} : { webhook_url: outputs.webhookUrl }),
  ...(outputs.createdAt === undefined ? {} : { created_at: outputs.createdAt }),
});

/** The visible fields in which a live application is not as declared. */
export function changedFields(live: Application, inputs: ApplicationInputs): VisibleField[] {
  const declared = fieldsOf(inputs);
  return visibleFields.filter((field) => (live[field] ?? undefined) !== (declared[field] ?? undefined));
}

/**
 * The visible fields that somebody else has changed since this resource last wrote the application, as a refresh can tell. What
 * became of a write whose outcome nobody saw is no such change.
 */
export function changedOutside(live: Application, outputs: ApplicationOutputs): VisibleField[] {
  const recorded = wireOf(outputs);
  return visibleFields.filter(
    (field) =>
      outputs.changedOutside?.includes(field) ||
      (!outputs.unsettled?.includes(field) && (live[field] ?? undefined) !== recorded[field]),
  );
}

/** A value as a message may show it; messages end up in logs and in tickets. */
export const shownField = (fields: Partial<ApplicationFields>, field: VisibleField): string | undefined => {
  const value = fields[field] ?? undefined;
  return value === undefined || field === "name" ? value : shownUrl(value);
};

/** Fields with their values, for people, e.g. `name Support, answer_url absent`. */
export const describeFields = (fields: Partial<ApplicationFields>, names: readonly VisibleField[]): string =>
  names.map((name) => `${name} ${shownField(fields, name) ?? "absent"}`).join(", ");
