import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { application, forAllTests } from "./environment.ts";

const customerId = "cust_theirs";
const account = forAllTests({ customerId });
const secret = "not-to-be-shown-anywhere";

describe("a preview refuses, and nothing is written,", () => {
  const cases: [mistake: string, program: string, message: string][] = [
    [
      "a route whose application is undefined",
      `new DidRoute("main", { number: "+15551230001", applicationId: undefined } as never);`,
      "applicationId of +15551230001 is undefined or empty",
    ],
    [
      "a route whose application is an output that turns out undefined, beside a mode",
      `new DidRoute("main", { number: "+15551230001", mode: "reject", applicationId: pulumi.output(undefined) } as never);`,
      "applicationId of +15551230001 is undefined or empty",
    ],
    [
      "a table with an undefined target",
      `new DidRouteTable("numbers", { routes: { "+15551230001": undefined } as never });`,
      'routes["+15551230001"] is undefined: give the id of an application, or "reject"',
    ],
    [
      "an answer URL with credentials, without showing them",
      `new Application("a", { name: "a", answerUrl: "https://me:${secret}@example.com/" });`,
      'answerUrl "https://example.com/" carries a user name or password',
    ],
    [
      "a number that two resources declare",
      `new DidRoute("one", { number: "+15551230001", mode: "reject" });
       new DidRouteTable("numbers", { routes: { "+15551230001": "reject" } });`,
      "number +15551230001 is declared by",
    ],
  ];

  test.each(cases)("%s", async (_mistake, program, message) => {
    const { project } = account;
    await project.write(program);
    const preview = await project.preview();
    expect(preview.failed).toBe(true);
    expect(preview.text).toContain(message);
    expect(preview.text).not.toContain(secret);
    expect(preview.text).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
    expect(account.sandbox.requests).toEqual([]);
  });
});

describe("an account that cannot be used", () => {
  test("for want of a key is refused in preview, with the ways to give one", async () => {
    await account.project.write(application("support"));
    const preview = await account.project.as({ MINIVOICE_API_KEY: "" }).preview();
    expect(preview.failed).toBe(true);
    expect(preview.text).toContain(
      "set the environment variable MINIVOICE_API_KEY, or `pulumi config set --secret minivoice:apiKey`",
    );
    expect(account.sandbox.requests).toEqual([]);
  });

  test("for a wrong key is refused by up, without showing the key", async () => {
    const up = await account.project.as({ MINIVOICE_API_KEY: "mv_test_wrong_key_000" }).up();
    expect(up.failed).toBe(true);
    expect(up.text).toContain("refused GET /v1/applications with 401");
    expect(up.text).toContain("Check MINIVOICE_API_KEY");
    expect(up.text).not.toContain("mv_test_wrong_key_000");
    expect(up.text).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
  });

  test("because nothing listens there says so, and how the sandbox is started", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const up = await account.project.as({ MINIVOICE_BASE_URL: `http://127.0.0.1:${port}` }).up();
    expect(up.failed).toBe(true);
    expect(up.text).toContain("nothing listens there");
    expect(up.text).toContain("npm start");
  });

  test("because it belongs to another customer is refused before anything is written", async () => {
    const { project, sandbox } = account;
    account.forgetRequests();
    await project.pulumi(["config", "set", "minivoice:customerId", "cust_mine"]);
    await project.write(`new DidRoute("main", { number: "+15551230001", mode: "reject" });`);
    const up = await project.up();
    await project.pulumi(["config", "rm", "minivoice:customerId"]);
    expect(up.failed).toBe(true);
    expect(up.text).toContain(`belongs to customer ${customerId}, but this stack is for cust_mine`);
    expect(sandbox.requests.length).toBeGreaterThan(0);
    expect(account.writes()).toEqual([]);
  });
});

describe("up refuses", () => {
  const program = ({ takeover = "", adopt = "" } = {}) => `
    const support = new Application("support", { name: "support", answerUrl: "https://example.com/new", ${adopt} });
    new DidRoute("main", { number: "+15551230001", applicationId: support.applicationId, ${takeover} });`;

  test("a number that the account does not have", async () => {
    const { project } = account;
    await project.write(`new DidRoute("main", { number: "+15559999999", mode: "reject" });`);
    expect((await project.up()).text).toContain("+15559999999 is not a number of this account");
  });

  test("an application whose name another one has, and adopts it when it is told to", async () => {
    const { project, sandbox } = account;
    const stranger = await sandbox.control.createApplication({ name: "stranger" });
    await sandbox.control.assign("+15551230001", stranger.id);
    const existing = await sandbox.control.createApplication({ name: "support", answerUrl: "https://example.com/old" });
    await project.write(program());
    const refused = await project.up();
    expect(refused.failed).toBe(true);
    expect(refused.text).toContain(existing.id);
    expect(refused.text).toContain("adopt: true");

    await project.write(program({ adopt: "adopt: true" }));
    account.forgetRequests();
    const adopted = await project.up();
    expect(adopted.steps).toContain("create Application support");
    expect(account.writes()).toEqual([`PATCH /v1/applications/${existing.id}`]);
    expect(adopted.text).toContain(`takeover: "${stranger.id}"`);
  });

  test("a number that a stranger's application holds, until takeover names that application", async () => {
    const { project } = account;
    expect(await account.live("+15551230001")).toBe("webhook stranger");
    await project.write(program({ adopt: "adopt: true", takeover: `takeover: "${await account.idOf("stranger")}"` }));
    expect((await project.up()).failed).toBe(false);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });

  test("to write a number that routes elsewhere than at the review, in the one run that is told of the review", async () => {
    const { project } = account;
    const file = join(project.directory, "reviewed.json");
    await writeFile(file, JSON.stringify({ "+15551230001": await account.idOf("stranger") }));
    await project.write(
      program({ adopt: "adopt: true" }).replace("applicationId: support.applicationId", 'mode: "reject"'),
    );
    account.forgetRequests();
    const up = await project.as({ MINIVOICE_EXPECT: file }).up();
    expect(up.failed).toBe(true);
    expect(up.text).toContain("pending: +15551230001 was not written, because it was reviewed as routing to");
    expect(account.writes()).toEqual([]);
    expect(await project.stateFile()).not.toContain("reviewed.json");
    expect(await project.up()).toMatchObject({ failed: false });
    expect(await account.live("+15551230001")).toBe("reject nobody");
  });
});
