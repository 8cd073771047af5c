import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { customer, line, type Received, sandboxWith } from "./account.ts";

const hello = () => ({ actions: [{ say: { text: "Hello." } }] });

const signatureOf = (secret: string, { headers, body }: Received) =>
  `v1=${createHmac("sha256", secret).update(`${headers["x-minivoice-timestamp"]}.${body}`).digest("hex")}`;

test("an event has the form of the vendor's sample", async () => {
  const sandbox = await sandboxWith({ assumptions: { timestampPrecision: "seconds", eventKeys: "none" } });
  const { events, application } = await line(sandbox, hello);
  const { wire } = await sandbox.control.placeCall({ to: "+15551230001", from: "+15550100177" });
  const sample = JSON.parse(await readFile("test/fixtures/minivoice/call-completed.webhook.json", "utf8"));
  const completed = events().find(({ event }) => event === "call.completed");
  expect(Object.keys(completed)).toEqual(Object.keys(sample));
  expect(completed).toEqual({
    ...sample,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    call: {
      ...sample.call,
      id: wire.id,
      customer_id: "cust_sandbox",
      application_id: application.id,
      from: "+15550100177",
      to: "+15551230001",
      route_mode: "webhook",
    },
  });
});

test("webhooks are signed over the raw body, with the time of each format", async () => {
  const sandbox = await sandboxWith();
  const { requests } = await line(sandbox, hello);
  const formats = {
    seconds: /^\d{10}$/,
    milliseconds: /^\d{13}$/,
    rfc3339: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  };
  for (const [webhookTimestamp, pattern] of Object.entries(formats)) {
    await sandbox.control.setAssumptions({ webhookTimestamp: webhookTimestamp as keyof typeof formats });
    await sandbox.control.placeCall({ to: "+15551230001" });
    const request = requests("/webhook").at(-1) as Received;
    expect(request.headers["x-minivoice-timestamp"]).toMatch(pattern);
    expect(request.headers["x-minivoice-signature"]).toBe(signatureOf("not-a-real-secret", request));
  }
});

test("without a secret they are not signed, and a new secret signs the next one", async () => {
  const sandbox = await sandboxWith();
  const { requests, application } = await line(sandbox, hello);
  await sandbox.control.editApplication(application.id, { webhookSecret: null });
  await sandbox.control.placeCall({ to: "+15551230001" });
  expect(requests("/webhook").at(-1)?.headers).not.toHaveProperty("x-minivoice-signature");

  await sandbox.control.editApplication(application.id, { webhookSecret: "another-not-a-real-secret" });
  const { deliveries } = await sandbox.control.placeCall({ to: "+15551230001" });
  const request = requests("/webhook").at(-1) as Received;
  expect(request.headers["x-minivoice-signature"]).toBe(signatureOf("another-not-a-real-secret", request));
  expect(JSON.stringify(deliveries)).not.toContain("not-a-real-secret");
});

test("what is not accepted is repeated, then given up; the call is not harmed", async () => {
  const sandbox = await sandboxWith({ assumptions: { webhookRetries: "1 millisecond, 1 millisecond" } });
  const refusals = new Map<string, number>();
  const { url, received } = await customer(({ url: { pathname }, body }) => {
    if (pathname !== "/webhook") return hello();
    const { event } = JSON.parse(body);
    const count = (refusals.get(event) ?? 0) + 1;
    refusals.set(event, count);
    if (event === "call.created") return count < 3 ? 503 : 202;
    return event === "call.answered" ? 302 : 200;
  });
  const { id } = await sandbox.control.createApplication({
    name: "Support IVR",
    answerUrl: `${url}/answer`,
    webhookUrl: `${url}/webhook`,
  });
  await sandbox.control.assign("+15551230001", id);
  const call = await sandbox.control.placeCall({ to: "+15551230001" });
  expect(call.wire.status).toBe("completed");
  expect(
    call.deliveries.map(({ event, state, attempts }) => [event, state, attempts.map(({ status }) => status)]),
  ).toEqual([
    ["call.created", "accepted", [503, 503, 202]],
    ["call.answered", "given-up", [302, 302, 302]],
    ["call.completed", "accepted", [200]],
  ]);
  const bodies = received.filter(({ body }) => body.includes('"call.created"')).map(({ body }) => body);
  expect(new Set(bodies).size).toBe(1);
});

test("a receiver that is down is told in words", async () => {
  const sandbox = await sandboxWith({ assumptions: { webhookRetries: "none" } });
  const { url } = await customer(hello);
  const { id } = await sandbox.control.createApplication({
    name: "Support IVR",
    answerUrl: `${url}/answer`,
    webhookUrl: "http://webhook.invalid/",
  });
  await sandbox.control.assign("+15551230001", id);
  const { deliveries } = await sandbox.control.placeCall({ to: "+15551230001" });
  expect(deliveries[0]).toMatchObject({ state: "given-up", attempts: [{ error: expect.any(String) }] });
});

test("a repetition is signed anew, or repeats the first one's time stamp", async () => {
  const stamps = async (webhookRetrySignature: "anew" | "original") => {
    const sandbox = await sandboxWith({
      assumptions: { webhookRetries: "5 milliseconds", webhookRetrySignature, webhookTimestamp: "milliseconds" },
    });
    const { url, received } = await customer(({ url: { pathname } }) => (pathname === "/webhook" ? 500 : hello()));
    const { id } = await sandbox.control.createApplication({
      name: "Support IVR",
      answerUrl: `${url}/answer`,
      webhookUrl: `${url}/webhook`,
      webhookSecret: "not-a-real-secret",
    });
    await sandbox.control.assign("+15551230001", id);
    await sandbox.control.placeCall({ to: "+15551230001" });
    const created = received.filter(({ body }) => body.includes('"call.created"'));
    for (const request of created)
      expect(request.headers["x-minivoice-signature"]).toBe(signatureOf("not-a-real-secret", request));
    return new Set(created.map(({ headers }) => headers["x-minivoice-timestamp"])).size;
  };
  expect(await stamps("anew")).toBe(2);
  expect(await stamps("original")).toBe(1);
});

test("events may come twice, and may lack their key", async () => {
  const sandbox = await sandboxWith({ assumptions: { webhookDelivery: "twice", eventKeys: "created-only" } });
  const { events } = await line(sandbox, hello);
  const { wire } = await sandbox.control.placeCall({ to: "+15551230001" });
  const keys = (name: string) => events().flatMap(({ event, data }) => (event === name ? [data.event_key] : []));
  expect(keys("call.created")).toEqual([`${wire.id}:call.created`, `${wire.id}:call.created`]);
  expect(keys("call.completed")).toEqual([undefined, undefined]);
});
