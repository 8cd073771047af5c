import { describe, expect, test } from "@jest/globals";
import { application, forEachTest } from "./environment.ts";

const account = forEachTest({ capabilities: "documented" });

describe("an account whose API only does what is documented", () => {
  test("prints the exact assignment to make, and finishes once it is made", async () => {
    const { project, sandbox } = account;
    await project.write(
      `${application("support")}new DidRouteTable("numbers", { routes: { "+15551230001": support.applicationId, "+15551230002": support.applicationId } });`,
    );
    const first = await project.up();
    expect(first.failed).toBe(true);
    const id = await account.idOf("support");
    for (const number of ["+15551230001", "+15551230002"])
      expect(first.text).toContain(`pending: assign ${number} to application ${id} in the account setup (now: `);
    expect(account.writes()).toEqual(["POST /v1/applications"]);

    await sandbox.control.assign("+15551230001", id);
    const second = await project.up();
    expect(second.failed).toBe(true);
    expect(second.text).not.toContain("assign +15551230001");
    expect(second.text).toContain("assign +15551230002");

    await sandbox.control.assign("+15551230002", id);
    expect(await project.up()).toMatchObject({ failed: false, steps: ["update DidRouteTable numbers"] });
    expect((await project.up()).steps).toEqual([]);
    expect(account.writes()).toEqual(["POST /v1/applications"]);
  });

  test("keeps a single pending route in the state, and goes on from there", async () => {
    const { project, sandbox } = account;
    await project.write(
      `${application("support")}new DidRoute("main", { number: "+15551230001", applicationId: support.applicationId });`,
    );
    const first = await project.up();
    expect(first.text).toContain("pending: assign +15551230001 to application");
    await sandbox.control.assign("+15551230001", await account.idOf("support"));
    expect(await project.up()).toMatchObject({ failed: false, steps: ["update DidRoute main"] });
    expect((await project.up()).steps).toEqual([]);
  });

  test("never replaces an application: an edit is printed, pending until the API shows it", async () => {
    const { project, sandbox } = account;
    await project.write(application("support"));
    await project.up();
    await project.write(application("support", "https://example.com/elsewhere"));
    const edited = await project.up();
    const id = await account.idOf("support");
    expect(edited).toMatchObject({ failed: true, steps: ["update Application support"] });
    expect(edited.text).toContain(
      `pending: in the account setup, change answer_url from https://example.com/support to https://example.com/elsewhere of the application "support" (${id})`,
    );
    await sandbox.control.editApplication(id, { answerUrl: "https://example.com/elsewhere" });
    expect((await project.up()).failed).toBe(false);
    expect((await project.up()).steps).toEqual([]);
    expect(await account.idOf("support")).toBe(id);
  });

  test("says that a changed webhook secret is unverified, and how to see it, without showing it", async () => {
    const { project } = account;
    const program = (keeper: string) => `
      const secret = new WebhookSecret("support", { keeper: "${keeper}" });
      new Application("support", { name: "support", webhookSecret: secret.value });
      export const value = secret.value;`;
    await project.write(program("one"));
    await project.up();
    await project.write(program("two"));
    const rotated = await project.up();
    const secret = String((await project.outputs()).value?.value);
    expect(rotated.failed).toBe(false);
    expect(rotated.text).toContain("unverified: in the account setup, set the webhook secret");
    expect(rotated.text).toContain("pulumi stack export --show-secrets");
    expect(rotated.text).not.toContain(secret);
    expect((await project.up()).steps).toEqual([]);
  });

  test("leaves numbers and applications as they are on destroy, and says so", async () => {
    const { project, sandbox } = account;
    await project.write(
      `${application("support")}new DidRoute("main", { number: "+15551230001", applicationId: support.applicationId });`,
    );
    await project.up();
    await sandbox.control.assign("+15551230001", await account.idOf("support"));
    await project.up();
    const destroyed = await project.destroy();
    expect(destroyed.failed).toBe(false);
    expect(destroyed.text).toContain("+15551230001 stays as it is");
    expect(destroyed.text).toMatch(/application "support" \(app_\S+\) stays in the account/);
    expect(await account.live("+15551230001")).toBe("webhook support");
  });
});
