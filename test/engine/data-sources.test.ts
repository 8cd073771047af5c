import { describe, expect, test } from "@jest/globals";
import { application, forAllTests } from "./environment.ts";

const account = forAllTests();

describe("a data source", () => {
  test("tells a program about what it does not manage, with one list for the whole program", async () => {
    const { project, sandbox } = account;
    const desk = await sandbox.control.createApplication({ name: "Front desk", answerUrl: "https://example.com/desk" });
    await sandbox.control.assign("+15551230003", desk.id);
    await sandbox.control.assign("+15551230002", null);
    await project.write(`
      const { getApplication, getApplicationOutput, getDid, getDidOutput, getDids } = minivoice;
      const desk = await getApplication({ name: "Front desk" });
      new DidRoute("main", { number: "+15551230001", applicationId: desk.applicationId });
      export const answerUrl = getApplicationOutput({ id: pulumi.output(desk.applicationId) }).answerUrl;
      export const third = await getDid({ number: "+15551230003" });
      export const second = getDidOutput({ number: pulumi.output("+15551230002") }).mode;
      export const count = (await getDids()).dids.length;`);
    const preview = await project.preview();
    expect(preview).toMatchObject({ failed: false, steps: ["create DidRoute main"], text: "" });

    account.forgetRequests();
    expect((await project.up()).failed).toBe(false);
    expect(await account.live("+15551230001")).toBe("webhook Front desk");
    const program = sandbox.requests.filter(({ path }) => !path.startsWith("/v1/dids/"));
    expect(program.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /v1/applications",
      "GET /v1/dids?limit=1000",
    ]);
    expect(await project.outputs()).toMatchObject({
      answerUrl: { value: "https://example.com/desk", secret: false },
      third: { value: { number: "+15551230003", mode: "webhook", applicationId: desk.id } },
      second: { value: "reject" },
      count: { value: 3 },
    });
    expect((await project.up()).steps).toEqual([]);
  });

  test("waits in a preview for what the program is about to make, and sees it once it is there", async () => {
    const { project } = account;
    await project.write(`${application("support")}
      const first = new DidRoute("first", { number: "+15551230002", applicationId: support.applicationId });
      export const seen = minivoice.getDidOutput({ id: first.didId }).applicationId.apply((id) => id ?? "none");
      export const made = support.applicationId;`);
    expect(await project.preview()).toMatchObject({ failed: false, text: "" });
    expect(await project.up()).toMatchObject({ failed: false });
    const { seen, made } = await project.outputs();
    expect(seen?.value).toBe(made?.value);
  });

  test.each([
    [
      "a name that nobody has",
      'await minivoice.getApplication({ name: "Nobody" });',
      'getApplication: the account has no application with name "Nobody"',
    ],
    [
      "a number that the account does not have, asked for as an output",
      'minivoice.getDidOutput({ number: pulumi.output("+15559999999") });',
      "getDid: +15559999999 is not a number of this account",
    ],
  ])("refuses %s in preview, in one sentence and without a stack", async (_mistake, program, message) => {
    const { project } = account;
    await project.write(program);
    const preview = await project.preview();
    expect(preview.failed).toBe(true);
    expect(preview.text).toContain(message);
    expect(preview.text).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
  });
});
