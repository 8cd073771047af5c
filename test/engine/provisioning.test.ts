import { beforeAll, describe, expect, test } from "@jest/globals";
import { forAllTests } from "./environment.ts";
import type { Outcome } from "./project.ts";

const account = forAllTests();
const unchanged = { failed: false, steps: [], diffs: {}, text: "" };

/** An environment, and an application that a killed run left behind, of which the state knows nothing. */
const environment = ({ answerUrl = "https://example.com/support", keeper = "2026-10" } = {}) => `
const secret = new WebhookSecret("support", { keeper: "${keeper}" });
const support = new Application("support", {
  name: "support", answerUrl: "${answerUrl}", webhookUrl: "https://example.com/hooks", webhookSecret: secret.value,
});
new Application("left", { name: "left behind", answerUrl: "https://example.com/left" });
new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId, "+15551230003": "reject" } });
new DidRoute("second", { number: "+15551230002", applicationId: support.applicationId });
export const applicationId = support.applicationId;
export const value = secret.value;
export const previous = secret.previous.apply((text) => text ?? "none");
export const previousValidUntil = secret.previousValidUntil.apply((text) => text ?? "none");`;

let first: Outcome;

beforeAll(async () => {
  const { project, sandbox } = account;
  await sandbox.control.createApplication({ name: "left behind", answerUrl: "https://example.com/left" });
  await project.write(environment());
  first = await project.up();
});

describe("the life of an environment", () => {
  test("begins with an up that creates what is missing", async () => {
    expect(first.failed).toBe(false);
    expect(first.steps.sort()).toEqual([
      "create Application left",
      "create Application support",
      "create DidRoute second",
      "create DidRouteTable numbers",
      "create WebhookSecret support",
    ]);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect(await account.live("+15551230002")).toBe("webhook support");
    expect(await account.live("+15551230003")).toBe("reject nobody");
  });

  test("takes over an application that a killed run left behind, instead of creating a second one", async () => {
    expect(first.text).toMatch(/^minivoice: "left behind" exists already as app_\S+ and is taken over/);
    const applications = await account.sandbox.control.listApplications();
    expect(applications.filter(({ name }) => name === "left behind")).toHaveLength(1);
    expect(account.writes().filter((write) => write.startsWith("POST"))).toHaveLength(1);
  });

  test("goes on with an up and a preview that change nothing and send no request", async () => {
    const { project, sandbox } = account;
    account.forgetRequests();
    expect(await project.up()).toEqual(unchanged);
    expect(await project.preview({ expectNoChanges: true })).toEqual(unchanged);
    expect(sandbox.requests).toEqual([]);
  });

  test("shows an edited answer URL as exactly one change, and writes that one field", async () => {
    const { project, sandbox } = account;
    await project.write(environment({ answerUrl: "https://example.com/elsewhere" }));
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
    expect(account.writes()).toEqual([`PATCH /v1/applications/${await account.idOf("support")}`]);
    expect(bodies).toEqual([{ answer_url: "https://example.com/elsewhere" }]);
  });

  test("gets a new webhook secret from a new keeper, and keeps the previous one valid for a while", async () => {
    const { project } = account;
    const before = await project.outputs();
    expect(before.value).toMatchObject({ secret: true, value: expect.stringMatching(/^[0-9a-f]{64}$/) });

    account.forgetRequests();
    await project.write(environment({ answerUrl: "https://example.com/elsewhere", keeper: "2026-11" }));
    expect((await project.up()).steps).toEqual(["update WebhookSecret support", "update Application support"]);
    const after = await project.outputs();
    expect(after.previous).toEqual(before.value);
    expect(after.value?.value).not.toEqual(before.value?.value);
    expect(Date.parse(String(after.previousValidUntil?.value))).toBeGreaterThan(Date.now());
    expect(account.writes()).toEqual([`PATCH /v1/applications/${after.applicationId?.value}`]);
    expect(await project.up()).toEqual(unchanged);
  });

  test("ends with a destroy that leaves no application and no number in service behind", async () => {
    const { project, sandbox } = account;
    expect(await project.destroy()).toMatchObject({ failed: false, text: "" });
    expect((await sandbox.control.listApplications()).map(({ portal }) => portal)).toEqual([true]);
    for (const number of ["+15551230001", "+15551230002", "+15551230003"])
      expect(await account.live(number)).toBe("reject nobody");
  });
});
