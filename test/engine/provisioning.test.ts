import { describe, expect, test } from "@jest/globals";
import { application, forEachTest } from "./environment.ts";

const account = forEachTest();

const environment = (answerUrl?: string) => `${application("support", answerUrl)}
new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId, "+15551230003": "reject" } });
new DidRoute("second", { number: "+15551230002", applicationId: support.applicationId });
export const applicationId = support.applicationId;`;

describe("an environment", () => {
  test("is created by up, and a second up and a preview change nothing and send no request", async () => {
    const { project } = account;
    await project.write(environment());

    const first = await project.up();
    expect(first.text).toBe("");
    expect(first.steps.sort()).toEqual([
      "create Application support",
      "create DidRoute second",
      "create DidRouteTable numbers",
      "create WebhookSecret support",
    ]);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect(await account.live("+15551230002")).toBe("webhook support");
    expect(await account.live("+15551230003")).toBe("reject nobody");

    account.forgetRequests();
    expect(await project.up()).toEqual({ failed: false, steps: [], diffs: {}, text: "" });
    expect(await project.preview({ expectNoChanges: true })).toEqual({ failed: false, steps: [], diffs: {}, text: "" });
    expect(account.sandbox.requests).toEqual([]);
  });

  test("shows an edited answer URL as exactly one change, and writes that one field", async () => {
    const { project, sandbox } = account;
    await project.write(environment());
    await project.up();
    const { applicationId } = await project.outputs();

    await project.write(environment("https://example.com/elsewhere"));
    const preview = await project.preview();
    expect(preview.steps).toEqual(["update Application support"]);
    expect(preview.diffs).toEqual({ "update Application support": ["answerUrl"] });

    account.forgetRequests();
    const bodies: unknown[] = [];
    sandbox.faults.arm(
      ({ method }) => method === "PATCH",
      async ({ request, answer }) => {
        bodies.push(await request.clone().json());
        return answer();
      },
    );
    expect((await project.up()).steps).toEqual(["update Application support"]);
    expect(account.writes()).toEqual([`PATCH /v1/applications/${applicationId?.value}`]);
    expect(bodies).toEqual([{ answer_url: "https://example.com/elsewhere" }]);
    expect((await project.up()).steps).toEqual([]);
  });

  test("leaves no application and no number in service behind when it is destroyed", async () => {
    const { project, sandbox } = account;
    await project.write(environment());
    await project.up();

    const destroyed = await project.destroy();
    expect(destroyed).toMatchObject({ failed: false, text: "" });
    const names = (await sandbox.control.listApplications()).map(({ name }) => name);
    expect(names).toHaveLength(1);
    expect(names).not.toContain("support");
    for (const number of ["+15551230001", "+15551230002", "+15551230003"])
      expect(await account.live(number)).toBe("reject nobody");
  });

  test("gets a new webhook secret from a new keeper, and keeps the previous one valid for a while", async () => {
    const { project, sandbox } = account;
    const program = (keeper: string) => `
      const secret = new WebhookSecret("support", { keeper: "${keeper}" });
      new Application("support", { name: "support", webhookSecret: secret.value });
      export const { value, previous, previousValidUntil } = secret;`;
    await project.write(program("2026-10"));
    await project.up();
    const before = await project.outputs();
    expect(before.value).toMatchObject({ secret: true, value: expect.stringMatching(/^[0-9a-f]{64}$/) });

    account.forgetRequests();
    await project.write(program("2026-11"));
    expect((await project.up()).steps).toEqual(["update WebhookSecret support", "update Application support"]);
    const after = await project.outputs();
    expect(after.previous).toEqual(before.value);
    expect(after.value?.value).not.toEqual(before.value?.value);
    expect(Date.parse(String(after.previousValidUntil?.value))).toBeGreaterThan(Date.now());
    expect(account.writes()).toHaveLength(1);
    expect(sandbox.requests.some(({ method }) => method === "PATCH")).toBe(true);
    expect((await project.up()).steps).toEqual([]);
  });

  test("takes over an application that a killed run left behind, instead of creating a second one", async () => {
    const { project, sandbox } = account;
    await project.write(`new Application("support", { name: "support", answerUrl: "https://example.com/answer" });`);
    const created = await fetch(`${sandbox.url}/v1/applications`, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.portalKey}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "support", answer_url: "https://example.com/answer" }),
    });
    expect(created.ok).toBe(true);

    const up = await project.up();
    expect(up).toMatchObject({ failed: false, steps: ["create Application support"] });
    expect(up.text).toMatch(/"support" exists already as app_\S+ and is taken over/);
    expect((await sandbox.control.listApplications()).filter(({ name }) => name === "support")).toHaveLength(1);
    expect((await project.up()).steps).toEqual([]);
  });
});
