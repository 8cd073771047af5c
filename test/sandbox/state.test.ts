import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startSandbox } from "../../src/sandbox/index.ts";
import { afterTest, ask, customer, sandboxWith } from "./account.ts";

async function stateDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  afterTest(() => rm(folder, { recursive: true }));
  return join(folder, "state");
}

test("a restart loses nothing: keys, numbers, capabilities, assumptions and calls", async () => {
  const folder = await stateDir();
  const first = await startSandbox({ stateDir: folder, numbers: ["+15551230001"], capabilities: "documented" });
  const { body: application } = await ask(first, "POST", "/v1/applications", { name: "Support IVR" });
  await first.control.assign("+15551230001", application.id);
  await first.control.setAssumptions({ digitsIn: "json" });
  const call = await first.control.placeCall({ to: "+15551230001" });
  const before = [await first.control.listNumbers(), await first.control.listApplications()];
  await first.close();

  const second = await sandboxWith({ stateDir: folder, numbers: ["+15559990000"] });
  expect([await second.control.listNumbers(), await second.control.listApplications()]).toEqual(before);
  expect(second).toMatchObject({
    portalKey: first.portalKey,
    controlToken: first.controlToken,
    capabilities: "documented",
  });
  expect((await ask(second, "GET", "/v1/applications", undefined, application.api_key)).status).toBe(200);
  expect(await second.control.getCall(call.wire.id)).toEqual(call);
  expect((await ask(second, "GET", `/v1/calls/${call.wire.id}`)).body).toMatchObject({ ...call.wire });
  expect((await second.control.assumptions()).find(({ id }) => id === "digitsIn")?.value).toBe("json");
  const { body: another } = await ask(second, "POST", "/v1/applications", { name: "Sales" });
  expect(another.id).not.toBe(application.id);
});

test("a change is on disk before its answer, in files for the owner only", async () => {
  const folder = await stateDir();
  const sandbox = await sandboxWith({ stateDir: folder });
  const names = Array.from({ length: 40 }, (_, index) => `Application ${index}`);
  await Promise.all(names.map((name) => ask(sandbox, "POST", "/v1/applications", { name })));
  const kept = JSON.parse(await readFile(join(folder, "account.json"), "utf8"));
  expect(kept.applications.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(["Account portal", ...names]),
  );
  expect((await stat(join(folder, "account.json"))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["account.json"]);
});

test("a broken state file is refused with its name and the way out, and is left as it is", async () => {
  const folder = await stateDir();
  await (await startSandbox({ stateDir: folder, numbers: ["+15551230001"] })).close();
  const file = join(folder, "account.json");
  const good = JSON.parse(await readFile(file, "utf8"));
  const broken = [
    ["{", "is not valid JSON"],
    [JSON.stringify({ ...good, dids: [{}] }), "is not valid: dids.0.id"],
    [JSON.stringify({ ...good, assumptions: { digitsIn: "smoke" } }), "assumption digitsIn cannot be"],
  ] as const;
  for (const [text, reason] of broken) {
    await writeFile(file, text);
    const refusal = await startSandbox({ stateDir: folder }).catch((error: Error) => error.message);
    expect(refusal).toContain(`${file} ${reason.startsWith("is") ? reason : `is not valid: ${reason}`}`);
    expect(refusal).toContain("delete it");
    expect(await readFile(file, "utf8")).toBe(text);
  }
});

test("a call that was running when the sandbox stopped is recorded as failed", async () => {
  const folder = await stateDir();
  const assumptions = { callTime: "real" } as const;
  const first = await startSandbox({ stateDir: folder, numbers: ["+15551230001"], assumptions });
  const { id } = await first.control.createApplication({ name: "Support IVR", answerUrl: "https://example.com/" });
  await first.control.assign("+15551230001", id);
  const placed = first.control.placeCall({ to: "+15551230001" }).catch((error: Error) => error.message);
  while ((await first.control.listCalls()).length === 0);
  await first.close();
  expect(await placed).toBe("the sandbox is stopping");

  const second = await sandboxWith({ stateDir: folder });
  expect(await second.control.listCalls()).toMatchObject([
    { wire: { status: "failed" }, failure: "the sandbox was stopped while this call was running" },
  ]);
});

test("webhooks that were due when the sandbox stopped are sent by the next run", async () => {
  const folder = await stateDir();
  let down = true;
  const { url } = await customer(({ url: { pathname } }) =>
    pathname === "/webhook" ? (down ? 503 : 204) : { actions: [{ say: { text: "Hi." } }] },
  );
  const first = await startSandbox({
    stateDir: folder,
    numbers: ["+15551230001"],
    assumptions: { webhookRetries: "1 hour" },
  });
  const { id } = await first.control.createApplication({
    name: "Support IVR",
    answerUrl: `${url}/answer`,
    webhookUrl: `${url}/webhook`,
  });
  await first.control.assign("+15551230001", id);
  const placed = first.control.placeCall({ to: "+15551230001" }).catch((error: Error) => error.message);
  // Each of the three events is refused once, and waits an hour.
  const attempts = async () =>
    (await first.control.listCalls()).flatMap(({ deliveries }) => deliveries).flatMap((delivery) => delivery.attempts);
  while ((await attempts()).length < 3);
  await first.close();
  expect(await placed).toBe("the sandbox is stopping");
  down = false;

  const second = await sandboxWith({
    stateDir: folder,
    assumptions: { webhookRetries: "1 millisecond, 1 millisecond" },
  });
  const settled = async () => {
    const [call] = await second.control.listCalls();
    return call?.deliveries.every(({ state }) => state === "accepted") && call;
  };
  let call = await settled();
  while (!call) call = await settled();
  expect(call.deliveries.map(({ event, attempts }) => [event, attempts.map(({ status }) => status)])).toEqual([
    ["call.created", [503, 204]],
    ["call.answered", [503, 204]],
    ["call.completed", [503, 204]],
  ]);
  expect(existsSync(join(folder, "calls", `${call.wire.id}.json`))).toBe(true);
});
