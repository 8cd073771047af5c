import { describe, expect, test } from "@jest/globals";
import { ask, sandboxWith } from "./account.ts";

const urls = { answer_url: "https://example.com/answer", webhook_url: "https://example.com/webhooks" };

describe("applications", () => {
  test("are created with an API key that is shown once, and a secret that is never shown", async () => {
    const sandbox = await sandboxWith();
    const created = await ask(sandbox, "POST", "/v1/applications", {
      name: "Support IVR",
      ...urls,
      webhook_secret: "not-a-real-secret",
    });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^app_\d{8}T\d{6}\.\d{9}$/),
      customer_id: "cust_sandbox",
      name: "Support IVR",
      ...urls,
      created_at: expect.stringMatching(/Z$/),
      api_key: expect.any(String),
    });

    const { api_key, ...shown } = created.body;
    const list = await ask(sandbox, "GET", "/v1/applications", undefined, api_key);
    expect(list.body).toEqual({ data: [expect.objectContaining({ name: "Account portal" }), shown], count: 2 });
  });

  test("are refused in the vendor's words", async () => {
    const sandbox = await sandboxWith();
    const refusal = async (body: unknown) => {
      const { status, body: answer } = await ask(sandbox, "POST", "/v1/applications", body);
      return [status, answer.error.code, answer.error.message];
    };
    expect(await refusal("{")).toEqual([400, "invalid_json", "request body must be a JSON object"]);
    expect(await refusal("[]")).toEqual([400, "invalid_json", "request body must be a JSON object"]);
    expect(await refusal({})).toEqual([400, "invalid_request", "name is required"]);
    expect(await refusal({ name: " " })).toEqual([400, "invalid_request", "name is required"]);
    expect(await refusal({ name: "a", answer_url: "example" })).toEqual([
      400,
      "invalid_request",
      "answer_url must be a valid URL",
    ]);
    expect(await refusal({ name: "a", webhook_url: "ftp://x" })).toEqual([
      400,
      "invalid_request",
      "webhook_url must be a valid URL",
    ]);
    expect(await refusal({ name: "a", anwser_url: "https://x.example" })).toEqual([
      400,
      "invalid_request",
      expect.stringContaining('unknown field "anwser_url"'),
    ]);
  });

  test("need a key", async () => {
    const sandbox = await sandboxWith();
    for (const key of ["", "mv_test_not_a_real_key"]) {
      const { status, body } = await ask(sandbox, "GET", "/v1/applications", undefined, key);
      expect([status, body.error.code]).toEqual([401, "unauthorized"]);
    }
  });

  test("are edited field by field, where the account can", async () => {
    const sandbox = await sandboxWith();
    const { body: created } = await ask(sandbox, "POST", "/v1/applications", { name: "Support IVR", ...urls });
    const { api_key, ...shown } = created;
    const edited = await ask(sandbox, "PATCH", `/v1/applications/${created.id}`, { answer_url: "https://b.example/" });
    expect(edited).toEqual({ status: 200, body: { ...shown, answer_url: "https://b.example/" } });

    const cleared = await ask(sandbox, "PATCH", `/v1/applications/${created.id}`, { webhook_url: null });
    expect(cleared.body).not.toHaveProperty("webhook_url");
    expect((await ask(sandbox, "PATCH", `/v1/applications/${created.id}`, { name: "" })).body.error.message).toBe(
      "name is required",
    );
    expect((await ask(sandbox, "PATCH", "/v1/applications/app_0", {})).body.error.code).toBe("not_found");
    expect((await ask(sandbox, "GET", "/v1/applications", undefined, api_key)).status).toBe(200);
  });

  test("are deleted once no number carries them, whatever its mode, and their key with them", async () => {
    const sandbox = await sandboxWith();
    const { body: created } = await ask(sandbox, "POST", "/v1/applications", { name: "Support IVR" });
    await sandbox.control.assign("+15551230001", created.id, "reject");
    const refused = await ask(sandbox, "DELETE", `/v1/applications/${created.id}`);
    expect([refused.status, refused.body.error.code]).toEqual([409, "application_in_use"]);

    await sandbox.control.assign("+15551230001", null);
    expect((await ask(sandbox, "DELETE", `/v1/applications/${created.id}`)).status).toBe(204);
    expect((await ask(sandbox, "DELETE", `/v1/applications/${created.id}`)).status).toBe(404);
    expect((await ask(sandbox, "GET", "/v1/applications", undefined, created.api_key)).status).toBe(401);
  });
});

describe("numbers", () => {
  test("are read by number with a raw plus sign, and by ID", async () => {
    const sandbox = await sandboxWith();
    const byNumber = await ask(sandbox, "GET", "/v1/dids/by-number/+15551230002");
    expect(byNumber.body).toEqual({
      id: expect.any(String),
      customer_id: "cust_sandbox",
      number_e164: "+15551230002",
      provider: "didww",
      status: "active",
      route_mode: "webhook",
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(await ask(sandbox, "GET", `/v1/dids/${byNumber.body.id}`)).toEqual(byNumber);
    expect(await ask(sandbox, "GET", "/v1/dids/by-number/%2B15551230002")).toEqual(byNumber);
    expect(await ask(sandbox, "GET", "/v1/dids/by-number/+15550000000")).toEqual({
      status: 404,
      body: { error: { code: "not_found", message: "DID not found" } },
    });
  });

  test("are routed to an application and out of service in one write each", async () => {
    const sandbox = await sandboxWith();
    const { body: application } = await ask(sandbox, "POST", "/v1/applications", { name: "Support IVR" });
    const { body: did } = await ask(sandbox, "GET", "/v1/dids/by-number/+15551230001");
    const patch = (change: unknown) => ask(sandbox, "PATCH", `/v1/dids/${did.id}`, change);

    expect((await patch({ application_id: application.id, route_mode: "webhook" })).body).toMatchObject({
      application_id: application.id,
      route_mode: "webhook",
    });
    expect((await patch({ route_mode: "reject" })).body.application_id).toBe(application.id);
    const dark = (await patch({ application_id: null, route_mode: "reject" })).body;
    expect(dark.route_mode).toBe("reject");
    expect(dark).not.toHaveProperty("application_id");

    expect((await patch({ application_id: "app_0" })).body.error.message).toContain('"app_0" is no application');
    expect((await patch({ route_mode: "off" })).body.error.message).toBe("route_mode must be webhook or reject");
    expect((await patch({ status: "active" })).body.error.code).toBe("invalid_request");
  });

  test("are listed in pages", async () => {
    const numbers = Array.from({ length: 5 }, (_, index) => `+1555123000${index}`);
    const sandbox = await sandboxWith({ numbers, pageSize: 2 });
    const seen: string[] = [];
    let cursor: string | undefined = "";
    for (let pages = 0; cursor !== undefined && pages < 9; pages += 1) {
      const { body } = await ask(sandbox, "GET", `/v1/dids?limit=50${cursor && `&cursor=${cursor}`}`);
      expect(body.count).toBe(body.data.length);
      seen.push(...body.data.map((did: { number_e164: string }) => did.number_e164));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(numbers);
    expect((await ask(sandbox, "GET", "/v1/dids?cursor=rubbish")).body.error.message).toBe("cursor is invalid");
    expect((await ask(sandbox, "GET", "/v1/dids?limit=0")).body.error.code).toBe("invalid_request");
  });
});

test("an account with the documented capabilities has none of the extension's calls", async () => {
  const sandbox = await sandboxWith({ capabilities: "documented" });
  const { body: did } = await ask(sandbox, "GET", "/v1/dids/by-number/+15551230001");
  const { body: created } = await ask(sandbox, "POST", "/v1/applications", { name: "Support IVR" });
  const undocumented = [
    ["GET", "/v1/dids"],
    ["PATCH", `/v1/dids/${did.id}`],
    ["PATCH", `/v1/applications/${created.id}`],
    ["DELETE", `/v1/applications/${created.id}`],
  ] as const;
  for (const [method, path] of undocumented)
    expect(await ask(sandbox, method, path)).toEqual({ status: 404, body: "404 page not found" });

  await sandbox.control.setAssumptions({ unknownCall: "404-coded" });
  for (const [method, path] of undocumented)
    expect((await ask(sandbox, method, path)).body.error.code).toBe("not_found");

  await sandbox.control.setAssumptions({ unknownCall: "405" });
  for (const [method, path] of undocumented) expect((await ask(sandbox, method, path)).status).toBe(405);

  await sandbox.control.setCapabilities("managed");
  expect((await ask(sandbox, "GET", "/v1/dids")).status).toBe(200);
});

test("what is not simulated is refused, and says that this is a simulator", async () => {
  const sandbox = await sandboxWith();
  for (const path of ["/v1/trunks", "/v1/calls"]) {
    const { status, body } = await ask(sandbox, "POST", path, { name: "a", proxy: "sip.example.com" });
    expect([status, body.error.code]).toEqual([501, "not_simulated"]);
    expect(body.error.message).toContain("simulator");
  }
  expect(await ask(sandbox, "GET", "/v1/invoices")).toEqual({ status: 404, body: "404 page not found" });
  const about = await fetch(`${sandbox.url}/sandbox`);
  expect(await about.json()).toMatchObject({ simulator: true, is: expect.stringContaining("simulator") });
});

test("the answer's form follows the assumptions", async () => {
  const sandbox = await sandboxWith({
    assumptions: { createStatus: "200", absentFields: "null", listCount: "omit", timestampPrecision: "seconds" },
  });
  const created = await ask(sandbox, "POST", "/v1/applications", { name: "Support IVR" });
  expect(created.status).toBe(200);
  expect(created.body).toMatchObject({ answer_url: null, webhook_url: null });
  expect(created.body.created_at).toMatch(/:\d\dZ$/);
  expect((await ask(sandbox, "GET", "/v1/dids")).body).not.toHaveProperty("count");

  await sandbox.control.setAssumptions({ absentFields: "empty", listCount: "total", unknownFields: "ignore" });
  expect((await ask(sandbox, "GET", "/v1/dids?limit=1")).body).toMatchObject({
    count: 2,
    data: [{ application_id: "" }],
  });
  expect((await ask(sandbox, "POST", "/v1/applications", { name: "Sales", colour: "red" })).status).toBe(200);

  await sandbox.control.setAssumptions({ keyScope: "application" });
  const own = await ask(sandbox, "GET", "/v1/applications", undefined, created.body.api_key);
  expect(own.body.data).toHaveLength(1);
  const foreign = await ask(sandbox, "DELETE", `/v1/applications/${created.body.id}`);
  expect(foreign.status).toBe(404);
});

test("requests to the API are counted, those of the account setup are not", async () => {
  const heard: string[] = [];
  const sandbox = await sandboxWith({
    onRequest: ({ method, path, status }) => heard.push(`${method} ${path} ${status}`),
  });
  await ask(sandbox, "GET", "/v1/dids?limit=1");
  await ask(sandbox, "POST", "/v1/applications", {});
  await sandbox.control.listNumbers();
  expect(heard).toEqual(["GET /v1/dids?limit=1 200", "POST /v1/applications 400"]);
  expect(sandbox.requests).toHaveLength(2);
});

test("a taken port is an error that the caller can tell", async () => {
  const sandbox = await sandboxWith();
  const port = Number(new URL(sandbox.url).port);
  await expect(sandboxWith({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});
