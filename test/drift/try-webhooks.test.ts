import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { VoiceFile } from "../../infra/voice-schema.ts";
import { answeredHere } from "../../src/drift/answered-here.ts";
import { compare } from "../../src/drift/compare.ts";
import { documentOf } from "../../src/drift/document.ts";
import type { Live } from "../../src/drift/pictures.ts";
import { exitCodeOf } from "../../src/drift/report.ts";
import { tryWebhooks } from "../../src/drift/try-webhooks.ts";
import { renderTerminal } from "../../src/review/render/terminal.ts";
import { isProbe } from "../../src/webhooks/probe.ts";
import { SIGNATURE_HEADER, signWebhook, TIMESTAMP_HEADER } from "../../src/webhooks/signature.ts";
import { declaredOf, liveOf, type Model, recordedOf } from "./pictures.ts";

/** Stands for the webhook function of the stack. */
let receiver: Server;
let url: string;
const secret = "mv_test_the_stack_s_own";
let failure: number | undefined;
const events: { event: string; callId: string }[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const body = await text(request);
    const { event, call } = JSON.parse(body);
    events.push({ event, callId: call.id });
    const expected = signWebhook(secret, String(request.headers[TIMESTAMP_HEADER]), body);
    const isOurs = request.headers[SIGNATURE_HEADER] === expected;
    response.writeHead(failure ?? (isOurs ? 200 : 401)).end();
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});
beforeEach(() => {
  events.length = 0;
  failure = undefined;
});

const applicationsOf = (webhookUrl: string): Model => ({
  applications: {
    support: { name: "Support", answerUrl: "https://fn.example.com/answer/support", webhookUrl },
    sales: { name: "Sales", answerUrl: "https://fn.example.com/answer/sales", webhookUrl },
    billing: { name: "Billing", answerUrl: "https://billing.example.com/", webhookUrl },
  },
  routes: {},
});
const voice: VoiceFile = {
  applications: {
    support: { name: "Support", flow: "receptionist" },
    sales: { name: "Sales", flow: "salesMenu" },
    billing: { name: "Billing", answerUrl: "https://billing.example.com/" },
  },
  routes: {},
};

async function attempt({ live = url, signer = "mv_test_the_stack_s_own" as string | null } = {}) {
  const [declared, recorded] = [declaredOf(applicationsOf(url)), recordedOf(applicationsOf(url), applicationsOf(url))];
  const account: Live = liveOf(applicationsOf(live), []);
  const sign = signer === null ? undefined : (at: string, body: string) => signWebhook(signer, at, body);
  const deployed = ["support", "sales", "billing"].map((key) => ({ key, ...(sign && { sign }) }));
  const answered = answeredHere(voice, declared, { applications: new Map() });
  account.webhooks = await tryWebhooks({ answered, recorded, live: account, deployed }, new AbortController().signal);
  const report = compare(declared, recorded, account, { stack: "test", checkedAt: new Date(0) });
  const found = report.objects.filter(({ kind }) => kind === "webhook");
  return { report, found, exitCode: exitCodeOf(report) };
}

describe("a signed probe event", () => {
  test("is sent once to an endpoint, however many applications share it, and is known as a probe", async () => {
    const { found, exitCode } = await attempt();
    expect(found).toEqual([expect.objectContaining({ status: "inSync", key: url, name: "Support, Sales" })]);
    expect(exitCode).toBe(0);
    expect(events).toHaveLength(1);
    expect(events.map((event) => isProbe(event as Parameters<typeof isProbe>[0]))).toEqual([true]);
  });

  test("that is refused is drift of the secret, and the report says how to put it back without showing it", async () => {
    const { report, found, exitCode } = await attempt({ signer: "mv_test_another_secret" });
    expect(found).toEqual([expect.objectContaining({ status: "drifted" })]);
    expect(exitCode).toBe(2);
    const shown = renderTerminal(documentOf(report), { width: 160, colours: false });
    expect(shown).toContain("the webhook of Support, Sales");
    expect(shown).toContain("accepted → refused with 401");
    expect(shown).toContain("the stack's own was tried at its endpoint");
    expect(JSON.stringify(report) + shown).not.toContain("mv_test_");
  });

  test("that is neither accepted nor refused leaves it unknown", async () => {
    failure = 503;
    expect(await attempt()).toMatchObject({
      exitCode: 3,
      found: [{ status: "unknown", why: expect.stringContaining("503") }],
    });
    expect(await attempt({ signer: null })).toMatchObject({
      exitCode: 3,
      found: [{ why: expect.stringContaining("the state holds no webhook secret") }],
    });
  });

  test("goes to no stranger: where the account tells another address, that is drift already", async () => {
    const { found, exitCode } = await attempt({ live: "https://elsewhere.example.com/" });
    expect(found).toEqual([]);
    expect(exitCode).toBe(2);
    expect(events).toEqual([]);
  });
});
