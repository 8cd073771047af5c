import type { Outcome } from "../http/request.ts";
import type { DeployedApplication } from "../verify/deployed.ts";
import { deliverProbe, probeEvent } from "../verify/probe.ts";
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from "../webhooks/signature.ts";
import type { Accepting, ApplicationFields, Live, RecordedApplication } from "./pictures.ts";

/** What is probed: applications as the sides know them, with what signs for them. */
export interface Probed {
  /** By key: those that a flow of this stack answers, as they are to be. */
  answered: ReadonlyMap<string, ApplicationFields>;
  recorded: { applications: ReadonlyMap<string, RecordedApplication> };
  live: Live;
  deployed: readonly Pick<DeployedApplication, "key" | "sign">[];
}

/**
 * Sends one event, signed with the stack's secret, to each webhook endpoint of the applications that a flow of this stack
 * answers. An endpoint that the account does not tell as it should is drift already, and nobody signs for a stranger.
 */
export async function tryWebhooks(probed: Probed, signal: AbortSignal): Promise<NonNullable<Live["webhooks"]>> {
  const byUrl = Map.groupBy(probedApplications(probed), ({ url }) => url);
  const probes = [...byUrl].map(async ([url, sharing]) => {
    const applications = sharing.map(({ name }) => name);
    const [{ id, sign }] = sharing as [Endpoint, ...Endpoint[]];
    return [url, { ...(await probe(url, id, sign, signal)), applications }] as const;
  });
  return new Map(await Promise.all(probes));
}

interface Endpoint {
  url: string;
  id: string;
  name: string;
  sign: DeployedApplication["sign"];
}

function probedApplications({ answered, recorded, live, deployed }: Probed): Endpoint[] {
  const signers = new Map(deployed.map(({ key, sign }) => [key, sign]));
  return [...recorded.applications].flatMap(([key, { id, name }]) => {
    const reading = "unknown" in live.applications ? undefined : live.applications.get(id);
    const url = answered.get(key)?.webhookUrl;
    const isTold = reading && "found" in reading && reading.found.webhook_url === url;
    if (url === undefined || !isTold) return [];
    return [{ url, id, name, sign: signers.get(key) }];
  });
}

async function probe(
  url: string,
  applicationId: string,
  sign: DeployedApplication["sign"],
  signal: AbortSignal,
): Promise<Accepting> {
  if (!sign) return { unknown: "the state holds no webhook secret, so nothing can be signed as MiniVoice is to sign" };
  const { body, timestamp } = probeEvent(applicationId);
  const headers = { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: sign(timestamp, body) };
  return judge(await deliverProbe(url, body, headers, signal));
}

/** Only a refusal says something about the secret; whoever fails may have the right one. */
function judge(outcome: Outcome): Accepting {
  if (!("status" in outcome)) return { unknown: `its endpoint did not answer a signed event: ${outcome.error}` };
  const { status } = outcome;
  if (status >= 200 && status < 300) return { accepted: true };
  if (status === 401 || status === 403) return { refused: `refused with ${status}` };
  return { unknown: `its endpoint neither accepted nor refused a signed event: status ${status}` };
}
