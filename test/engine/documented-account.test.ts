import { describe, expect, test } from "@jest/globals";
import { forAllTests } from "./environment.ts";

const account = forAllTests({ capabilities: "documented" });
const numbers = ["+15551230001", "+15551230002", "+15551230003"];

const program = ({ answerUrl = "https://example.com/support", keeper = "one" } = {}) => `
const secret = new WebhookSecret("support", { keeper: "${keeper}" });
const support = new Application("support", { name: "support", answerUrl: "${answerUrl}", webhookSecret: secret.value });
new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId, "+15551230002": support.applicationId } });
new DidRoute("main", { number: "+15551230003", applicationId: support.applicationId });
export const value = secret.value;`;

describe("an account whose API only does what is documented", () => {
  test("is told the exact assignments to make, and an up finishes once they are made", async () => {
    const { project, sandbox } = account;
    await project.write(program());
    const first = await project.up();
    expect(first.failed).toBe(true);
    const id = await account.idOf("support");
    // The engine stops at the first resource that is pending, and the other one may not have begun.
    expect(first.text).toMatch(/pending: assign \+1555123000\d to application \S+ in the account setup \(now: /);
    expect(account.writes()).toEqual(["POST /v1/applications"]);

    for (const number of ["+15551230001", "+15551230003"]) await sandbox.control.assign(number, id);
    const second = await project.up();
    expect(second.failed).toBe(true);
    expect(second.text).toContain(`pending: assign +15551230002 to application ${id} in the account setup (now: `);
    expect(second.text).not.toContain("assign +15551230001");

    await sandbox.control.assign("+15551230002", id);
    expect((await project.up()).failed).toBe(false);
    expect((await project.up()).steps).toEqual([]);
    expect(account.writes()).toEqual(["POST /v1/applications"]);
  });

  test("never has an application replaced: an edit is printed, pending until the API shows it", async () => {
    const { project, sandbox } = account;
    const id = await account.idOf("support");
    await project.write(program({ answerUrl: "https://example.com/elsewhere" }));
    const edited = await project.up();
    expect(edited).toMatchObject({ failed: true, steps: ["update Application support"] });
    expect(edited.text).toContain(
      `pending: in the account setup, change answer_url from https://example.com/support to https://example.com/elsewhere of the application "support" (${id})`,
    );
    await sandbox.control.editApplication(id, { answerUrl: "https://example.com/elsewhere" });
    expect((await project.up()).failed).toBe(false);
    expect(await account.idOf("support")).toBe(id);
  });

  test("is told that a changed webhook secret is unverified, and how to see it, without being shown it", async () => {
    const { project } = account;
    await project.write(program({ answerUrl: "https://example.com/elsewhere", keeper: "two" }));
    const rotated = await project.up();
    const secret = String((await project.outputs()).value?.value);
    expect(rotated.failed).toBe(false);
    expect(rotated.text).toContain("unverified: in the account setup, set the webhook secret");
    expect(rotated.text).toContain("pulumi stack export --show-secrets");
    expect(rotated.text).not.toContain(secret);
    expect((await project.up()).steps).toEqual([]);
  });

  test("keeps numbers and applications as they are on destroy, which says so", async () => {
    const { project } = account;
    const destroyed = await project.destroy();
    expect(destroyed.failed).toBe(false);
    for (const number of numbers) {
      expect(destroyed.text).toContain(`${number} stays as it is`);
      expect(await account.live(number)).toBe("webhook support");
    }
    expect(destroyed.text).toMatch(/application "support" \(app_\S+\) stays in the account/);
    expect(account.writes()).toEqual(["POST /v1/applications"]);
  });
});
