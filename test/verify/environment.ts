import { createContext } from "pulumi-minivoice/lifecycle";
import { compileAnswers } from "../../src/call-flow/compile.ts";
import { flowDigest } from "../../src/call-flow/digest.ts";
import { flowsFor } from "../../src/flows/index.ts";
import { createAnswerHandler } from "../../src/functions/answer-handler.ts";
import type { Subject } from "../../src/verify/checklist.ts";
import { LiveAccount } from "../../src/verify/live-account.ts";
import type { RecordedEvent } from "../../src/verify/recorded-calls.ts";
import {
  isSignedBy,
  readSignature,
  SIGNATURE_HEADER,
  signWebhook,
  TIMESTAMP_HEADER,
} from "../../src/webhooks/signature.ts";
import { functionUrlEvent } from "../functions/function-url-event.ts";
import { afterTest, customer, type Received, sandboxWith } from "../sandbox/account.ts";

export const SECRET = "not-a-real-secret";
export const flows = flowsFor("local", { local: true });

/** What behaves otherwise than it should. */
export interface Sabotage {
  /** In place of the answer to a request for actions. */
  answer?: (request: Received, answer: string) => unknown;
  /** In place of the status of a webhook: 200 for what is signed, 401 for what is not. */
  webhook?: (status: number, event: { event: string }) => number;
}

/**
 * A deployed environment in the sandbox: the real answer function behind a number, a webhook that records, and the stack's
 * state as it would be.
 */
export async function environmentWith(sabotage: Sabotage = {}) {
  const sandbox = await sandboxWith({ assumptions: { webhookRetries: "none" } });
  const recorded = new Map<string, RecordedEvent[]>();
  const answers = createAnswerHandler(compileAnswers({ support: "receptionist" }, flows), { log: () => undefined });
  const { url, received } = await customer(async (request) => {
    if (request.url.pathname === "/webhook") {
      const status = record(request);
      return sabotage.webhook?.(status, JSON.parse(request.body)) ?? status;
    }
    const { pathname, search, host } = request.url;
    const result = await answers(
      functionUrlEvent({ method: request.method, path: pathname + search, domainName: host }),
    );
    const answer = typeof result === "string" ? result : (result.body ?? "");
    return sabotage.answer ? sabotage.answer(request, answer) : answer;
  });

  function record({ headers, body }: Received): number {
    const signature = readSignature(headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER]);
    if (typeof signature === "string" || !isSignedBy({ current: SECRET }, signature, body, new Date())) return 401;
    const { event, created_at, call, data } = JSON.parse(body);
    const events = recorded.get(call.id) ?? [];
    recorded.set(call.id, [...events, { event, createdAt: created_at, applicationId: call.application_id, data }]);
    return 200;
  }

  const [answerUrl, webhookUrl] = [`${url}/answer/support`, `${url}/webhook`];
  const application = await sandbox.control.createApplication({
    name: "Support IVR (local)",
    answerUrl,
    webhookUrl,
    webhookSecret: SECRET,
  });
  await sandbox.control.assign("+15551230001", application.id);
  await sandbox.control.assign("+15551230002", null);

  const context = createContext({
    apiKey: sandbox.portalKey,
    baseUrl: sandbox.url,
    capabilities: "managed",
    readOnly: true,
    retries: 0,
    say: () => undefined,
  });
  afterTest(() => context.client.close());
  const subject: Subject = {
    deployed: {
      applications: [
        {
          key: "support",
          id: application.id,
          name: application.name,
          answerUrl,
          webhookUrl,
          flow: "receptionist",
          sign: (timestamp, body) => signWebhook(SECRET, timestamp, body),
          secretUnverified: false,
        },
      ],
      routes: new Map([
        ["+15551230001", application.id],
        ["+15551230002", "reject"],
      ]),
      flowDigests: Object.fromEntries(Object.entries(flows).map(([name, flow]) => [name, flowDigest(flow)])),
      queue: { name: "events", worker: "worker" },
    },
    account: new LiveAccount(context),
    neighbours: { others: [], shared: [] },
    flows,
    telephone: sandbox.control,
    records: {
      eventsOf: async (callId) => recorded.get(callId) ?? [],
      recent: async () => [...recorded].map(([callId, events]) => ({ callId, events })),
    },
    signal: new AbortController().signal,
  };
  return { sandbox, subject, application, recorded, received };
}
