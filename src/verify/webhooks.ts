import { randomBytes } from "node:crypto";
import type { Outcome } from "../http/request.ts";
import { SIGNATURE_HEADER, signWebhook, TIMESTAMP_HEADER } from "../webhooks/signature.ts";
import { BUDGET, inMilliseconds, judgeTimes } from "./budget.ts";
import type { Deployed, DeployedApplication } from "./deployed.ts";
import type { LiveAccount } from "./live-account.ts";
import { deliverProbe, probeEvent } from "./probe.ts";
import type { Evidence, Finding } from "./report.ts";
import { shown } from "./shown.ts";

/** What a `webhook_url` did with one probe event, sent in three ways. */
export interface WebhookProbe {
  /** RFC 3339. */
  at: string;
  url: string;
  callId: string;
  /** Without a signature, and with one by another secret. */
  refusals: Record<"unsigned" | "wrongly signed", Outcome>;
  /** The same signed event several times: the vendor, too, may deliver one twice. */
  signed: Outcome[];
}

/** Application key → its probe, or why there is none. */
export type WebhookProbes = ReadonlyMap<string, WebhookProbe | { unknown: string }>;

/** Sends a probe event to the `webhook_url` of each application; applications that share one, with its secret, share the probe. */
export async function probeWebhooks(
  applications: readonly DeployedApplication[],
  signal: AbortSignal,
): Promise<WebhookProbes> {
  const probes = new Map<string, WebhookProbe | { unknown: string }>();
  const sent = new Map<string, WebhookProbe>();
  for (const { key, id, webhookUrl, sign } of applications) {
    if (webhookUrl === undefined) probes.set(key, { unknown: "has no webhook_url: nobody is told of its calls" });
    else if (!sign)
      probes.set(key, {
        unknown: "the stack holds no webhook_secret of it, so nothing can be signed as MiniVoice does",
      });
    else {
      const receiver = `${webhookUrl} ${sign("0", "")}`;
      const probe = sent.get(receiver) ?? (await send(webhookUrl, id, sign, signal));
      sent.set(receiver, probe);
      probes.set(key, probe);
    }
  }
  return probes;
}

async function send(
  url: string,
  applicationId: string,
  sign: (timestamp: string, body: string) => string,
  signal: AbortSignal,
): Promise<WebhookProbe> {
  const { at, callId, timestamp, body } = probeEvent(applicationId);
  const deliver = (headers: Record<string, string>) => deliverProbe(url, body, headers, signal);
  const signedWith = (signature: string) => deliver({ [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: signature });

  const signed: Outcome[] = [];
  const refusals = {
    unsigned: await deliver({}),
    "wrongly signed": await signedWith(signWebhook(randomBytes(32).toString("hex"), timestamp, body)),
  };
  while (signed.length < BUDGET.tries) signed.push(await signedWith(sign(timestamp, body)));
  return { at, url, callId, refusals, signed };
}

/** Point 2: whether signed events are accepted, and nothing else is. */
export async function checkWebhooks(
  applications: readonly DeployedApplication[],
  account: Pick<LiveAccount, "application">,
  probes: WebhookProbes,
): Promise<Finding[]> {
  const findings = applications.map(async ({ key, id, webhookUrl, secretUnverified }): Promise<Finding> => {
    const live = await account.application(id);
    if ("found" in live && live.found.webhookUrl !== webhookUrl) {
      const evidence = { path: "webhook_url", expected: shown(webhookUrl), found: shown(live.found.webhookUrl) };
      const text = "MiniVoice tells another address than this stack declares: put it back with minivoice up";
      return { subject: key, outcome: "failed", text, evidence };
    }
    const probe = probes.get(key) ?? { unknown: "was not asked" };
    if ("unknown" in probe) return { subject: key, outcome: "unchecked", text: probe.unknown };
    const notes = [
      ...("unknown" in live ? [`whether MiniVoice has this webhook_url is not known: ${live.unknown}`] : []),
      ...(secretUnverified ? ["its secret was to be set by hand, and nobody can see whether it was"] : []),
    ];
    return { subject: key, ...judgeProbe(probe), ...(notes.length > 0 && { note: notes.join("; ") }) };
  });
  return Promise.all(findings);
}

/** Judges what a receiver did with the probe: 4xx for what MiniVoice did not sign, 2xx for what it did. */
export function judgeProbe({ at, url, callId, refusals, signed }: WebhookProbe): Omit<Finding, "subject"> {
  const evidence = (outcome: Outcome, expected: string): Evidence => ({
    at,
    request: `POST ${shown(url)}`,
    callId,
    expected,
    ...("status" in outcome
      ? { status: outcome.status, found: `${outcome.status} ${outcome.text.slice(0, 200)}`.trim() }
      : { found: outcome.error }),
  });
  for (const [how, outcome] of Object.entries(refusals)) {
    const status = "status" in outcome ? outcome.status : undefined;
    if (status !== undefined && status >= 400 && status < 500) continue;
    const accepted = status !== undefined && status >= 200 && status < 300;
    const text = accepted
      ? `accepts an event that is ${how}: anybody could invent calls`
      : `does not refuse an event that is ${how}: ${status === undefined ? "no answer" : `status ${status}`}`;
    return { outcome: "failed", text, evidence: evidence(outcome, "a refusal, such as 401") };
  }
  const refused = signed.find((outcome) => !("status" in outcome && outcome.status >= 200 && outcome.status < 300));
  if (refused) {
    const status = "status" in refused ? `status ${refused.status}` : "no answer";
    const text = `does not accept an event that is signed with this stack's secret: ${status}`;
    return { outcome: "failed", text, evidence: evidence(refused, "2xx") };
  }
  const statuses = Object.entries(refusals).map(([how, outcome]) => `${how} ${"status" in outcome && outcome.status}`);
  const [first] = signed;
  return {
    outcome: "passed",
    text: `signed ${first && "status" in first && first.status}, ${statuses.join(", ")}`,
    evidence: { at, request: `POST ${shown(url)}`, callId, milliseconds: signed.map(({ durationMs }) => durationMs) },
  };
}

/** Point 7: whether a webhook is accepted before the work that follows from it, by its times and by what stands behind it. */
export function checkSlowWork(
  applications: readonly DeployedApplication[],
  probes: WebhookProbes,
  queue: Deployed["queue"],
): Finding[] {
  const times = applications.map(({ key }): Finding => {
    const probe = probes.get(key) ?? { unknown: "was not asked" };
    if ("unknown" in probe) return { subject: key, outcome: "unchecked", text: probe.unknown };
    return { subject: key, ...judgeAcceptance(probe) };
  });
  const seen: Finding = queue
    ? {
        subject: "queue",
        outcome: "passed",
        text: `events wait in ${queue.name}, and ${queue.worker} works on them afterwards`,
      }
    : {
        subject: "queue",
        outcome: "unchecked",
        text: "the stack shows no queue behind its webhook: whether slow work waits cannot be seen",
      };
  return [...times, seen];
}

/** Judges how long the acceptance took; only an acceptance counts. */
export function judgeAcceptance({ at, url, callId, signed }: WebhookProbe): Omit<Finding, "subject"> {
  const accepted = signed.filter((outcome) => "status" in outcome && outcome.status >= 200 && outcome.status < 300);
  const milliseconds = accepted.map(({ durationMs }) => durationMs);
  const evidence = { at, request: `POST ${shown(url)}`, callId, milliseconds };
  if (milliseconds.length === 0)
    return { outcome: "unchecked", text: "no event was accepted, so there is no time to judge", evidence };
  const slow = judgeTimes(milliseconds);
  if (!slow) return { outcome: "passed", text: `accepted in ${inMilliseconds(milliseconds)}`, evidence };
  const text = "accepts too slowly: what takes long belongs behind the acceptance";
  return { outcome: "failed", text, evidence: { ...evidence, ...slow } };
}
