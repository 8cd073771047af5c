import { shownUrl } from "pulumi-minivoice/api";
import type { Accepting, Live, Recorded } from "./pictures.ts";
import type { FieldReport, ObjectReport } from "./report.ts";

/** What became of asking this stack's functions as MiniVoice does, and of the probe events where any were sent. */
export const compareEndpoints = (recorded: Recorded, live: Live): ObjectReport[] => [
  ...functionReports(recorded, live),
  ...webhookReports(live),
];

function functionReports({ applications }: Recorded, { functions = new Map() }: Live): ObjectReport[] {
  return [...functions].map(([key, answering]): ObjectReport => {
    const name = applications.get(key)?.name;
    const common = { kind: "function" as const, key, ...(name !== undefined && { name }), fields: [] };
    if ("wrong" in answering) return { ...common, status: "drifted", why: answering.wrong };
    return "unknown" in answering
      ? { ...common, status: "unknown", why: answering.unknown }
      : { ...common, status: "inSync" };
  });
}

function webhookReports({ webhooks = new Map() }: Live): ObjectReport[] {
  return [...webhooks].map(([url, { applications, ...outcome }]): ObjectReport => {
    const field = secretField(outcome);
    return {
      kind: "webhook",
      status: field.status,
      key: shownUrl(url),
      name: applications.join(", "),
      fields: [field],
      ...("unknown" in outcome && { why: outcome.unknown }),
    };
  });
}

/** Nobody can read the secret, so what stands for it is what becomes of an event that is signed with the stack's. */
function secretField(outcome: Accepting): FieldReport & Pick<ObjectReport, "status"> {
  const wanted = { field: "webhook_secret" as const, declared: { text: "accepted" } };
  if ("unknown" in outcome) return { ...wanted, status: "unknown" };
  if ("refused" in outcome) return { ...wanted, status: "drifted", live: { text: outcome.refused } };
  return { ...wanted, status: "inSync", live: wanted.declared };
}
