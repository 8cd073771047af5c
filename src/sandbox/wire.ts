import type { Account } from "./account.ts";
import type { Assumptions } from "./assumptions.ts";
import type { StoredApplication, StoredDid } from "./state.ts";

/** RFC 3339 UTC, in the assumed precision. */
export function timestamp(time: string | number, { timestampPrecision }: Assumptions): string {
  const text = new Date(time).toISOString();
  return timestampPrecision === "seconds" ? text.replace(/\.\d+Z$/, "Z") : text;
}

/** An application as the API shows it: its secret is never there, its key only where the caller adds it. */
export const wireApplication = (
  { customerId, assumptions }: Account,
  { id, name, answer_url, webhook_url, created_at }: StoredApplication,
): Record<string, unknown> => ({
  id,
  customer_id: customerId,
  name,
  ...shown({ answer_url, webhook_url }, assumptions),
  created_at: timestamp(created_at, assumptions),
});

/** A number as the API shows it. */
export const wireDid = ({ customerId, assumptions }: Account, did: StoredDid): Record<string, unknown> => ({
  id: did.id,
  customer_id: customerId,
  ...shown({ application_id: did.application_id }, assumptions),
  number_e164: did.number_e164,
  provider: "didww",
  status: "active",
  route_mode: did.route_mode,
  created_at: timestamp(did.created_at, assumptions),
  updated_at: timestamp(did.updated_at, assumptions),
});

function shown(fields: Record<string, string | undefined>, { absentFields }: Assumptions): Record<string, unknown> {
  const absent = absentFields === "empty" ? "" : null;
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined || absentFields !== "omit")
      .map(([name, value]) => [name, value ?? absent]),
  );
}
