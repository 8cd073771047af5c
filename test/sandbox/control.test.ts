import { expect, test } from "@jest/globals";
import { SandboxControl } from "../../src/sandbox/control-client.ts";
import { ask, sandboxWith } from "./account.ts";

test("the account setup needs its own token, which an API key is not", async () => {
  const sandbox = await sandboxWith();
  for (const token of ["", sandbox.portalKey])
    await expect(new SandboxControl(sandbox.url, token).listNumbers()).rejects.toMatchObject({ status: 401 });
  await expect(ask(sandbox, "GET", "/v1/applications", undefined, sandbox.controlToken)).resolves.toMatchObject({
    status: 401,
  });
});

test("numbers are added, assigned, rejected and given back", async () => {
  const { control } = await sandboxWith({ numbers: [] });
  const application = await control.createApplication({ name: "Support IVR" });
  expect(await control.addNumber("+15551230007")).toMatchObject({ number: "+15551230007", mode: "webhook" });
  await expect(control.addNumber("+15551230007")).rejects.toThrow("+15551230007 is in this account already");
  await expect(control.addNumber("15551230007")).rejects.toThrow('"15551230007" is no E.164 number');

  expect(await control.assign("+15551230007", application.id)).toMatchObject({ applicationId: application.id });
  await expect(control.assign("+15551230007", "app_0")).rejects.toThrow('"app_0" is no application');
  expect(await control.assign("+15551230007", null)).not.toHaveProperty("applicationId");
  expect(await control.listNumbers()).toMatchObject([{ number: "+15551230007", mode: "reject" }]);

  await control.releaseNumber("+15551230007");
  expect(await control.listNumbers()).toEqual([]);
});

test("applications are created, edited and deleted; secrets and keys are not shown again", async () => {
  const sandbox = await sandboxWith();
  const { control } = sandbox;
  const { id, apiKey } = await control.createApplication({ name: "Support IVR" });
  expect((await ask(sandbox, "GET", "/v1/applications", undefined, apiKey)).status).toBe(200);

  await control.editApplication(id, { answerUrl: "https://example.com/answer", webhookSecret: "not-a-real-secret" });
  const [portal, edited] = await control.listApplications();
  expect(portal).toMatchObject({ portal: true, signsWebhooks: false });
  expect(edited).toEqual({
    id,
    name: "Support IVR",
    answerUrl: "https://example.com/answer",
    signsWebhooks: true,
    portal: false,
    createdAt: expect.any(String),
  });
  await expect(control.editApplication(id, { answerUrl: "nowhere" })).rejects.toThrow("answer_url must be a valid URL");

  await control.assign("+15551230001", id);
  await expect(control.deleteApplication(id)).rejects.toMatchObject({ code: "application_in_use" });
  await control.assign("+15551230001", null);
  await control.deleteApplication(id);
  expect(await control.listApplications()).toHaveLength(1);
});

test("what cannot be understood is refused with the field", async () => {
  const sandbox = await sandboxWith();
  const send = async (method: string, path: string, body: unknown) =>
    (await ask(sandbox, method, `/sandbox${path}`, body, sandbox.controlToken)).body.error.message;
  expect(await send("POST", "/calls", { to: "+15551230001", press: ["x"] })).toContain("press.0: press must be");
  expect(await send("POST", "/calls", { to: "+15559999999" })).toBe("this account has no number +15559999999");
  expect(await send("PATCH", "/account", { capabilities: "all" })).toContain("capabilities:");
  expect(await send("GET", "/nothing", undefined)).toBe("route not found");
});
