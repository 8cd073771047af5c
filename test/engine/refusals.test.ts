import { createServer } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { startSandbox } from "../../src/sandbox/index.ts";
import { application, forEachTest } from "./environment.ts";
import { Project } from "./project.ts";

const account = forEachTest();
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
  const outcomeWith = async (environment: Record<string, string>, config: Record<string, string> = {}) => {
    const project = await Project.create({ environment, config });
    try {
      await project.write(application("support"));
      return { preview: await project.preview(), up: await project.up() };
    } finally {
      await project.remove();
    }
  };

  test("for want of a key is refused in preview, with the ways to give one", async () => {
    const { preview } = await outcomeWith({ MINIVOICE_API_KEY: "", MINIVOICE_BASE_URL: account.sandbox.url });
    expect(preview.failed).toBe(true);
    expect(preview.text).toContain(
      "set the environment variable MINIVOICE_API_KEY, or `pulumi config set --secret minivoice:apiKey`",
    );
    expect(account.sandbox.requests).toEqual([]);
  });

  test("for a wrong key is refused by up, without showing the key", async () => {
    const { up } = await outcomeWith({
      MINIVOICE_API_KEY: "mv_test_wrong_key_000",
      MINIVOICE_BASE_URL: account.sandbox.url,
    });
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
    const { up } = await outcomeWith({
      MINIVOICE_API_KEY: "mv_test_any",
      MINIVOICE_BASE_URL: `http://127.0.0.1:${port}`,
    });
    expect(up.failed).toBe(true);
    expect(up.text).toContain("nothing listens there");
    expect(up.text).toContain("npm start");
  });

  test("because it belongs to another customer is refused before anything is written", async () => {
    const other = await startSandbox({ customerId: "cust_other", numbers: ["+15551230001"] });
    const project = await Project.create({
      environment: { MINIVOICE_API_KEY: other.portalKey, MINIVOICE_BASE_URL: other.url },
      config: { "minivoice:customerId": "cust_mine", "minivoice:capabilities": "managed" },
    });
    try {
      await project.write(`new DidRoute("main", { number: "+15551230001", mode: "reject" });`);
      const up = await project.up();
      expect(up.failed).toBe(true);
      expect(up.text).toContain("belongs to customer cust_other, but this stack is for cust_mine");
      expect(other.requests.every(({ method }) => method === "GET")).toBe(true);
    } finally {
      await project.remove();
      await other.close();
    }
  });
});

describe("up refuses", () => {
  test("a number that the account does not have", async () => {
    const { project } = account;
    await project.write(`new DidRoute("main", { number: "+15559999999", mode: "reject" });`);
    expect((await project.up()).text).toContain("+15559999999 is not a number of this account");
  });

  test("a number that a stranger's application holds, until takeover names that application", async () => {
    const { project, sandbox } = account;
    const stranger = await sandbox.control.createApplication({ name: "stranger" });
    await sandbox.control.assign("+15551230001", stranger.id);
    const program = (more = "") =>
      `${application("support")}new DidRoute("main", { number: "+15551230001", applicationId: support.applicationId, ${more} });`;
    await project.write(program());
    const refused = await project.up();
    expect(refused.failed).toBe(true);
    expect(refused.text).toContain(`takeover: "${stranger.id}"`);
    expect(await account.live("+15551230001")).toBe("webhook stranger");

    await project.write(program(`takeover: "${stranger.id}"`));
    expect((await project.up()).failed).toBe(false);
    expect(await account.live("+15551230001")).toBe("webhook support");
    expect((await project.up()).steps).toEqual([]);
  });

  test("an application whose name another one has, and adopts it when it is told to", async () => {
    const { project, sandbox } = account;
    const existing = await sandbox.control.createApplication({ name: "support", answerUrl: "https://example.com/old" });
    const program = (more = "") =>
      `new Application("support", { name: "support", answerUrl: "https://example.com/new", ${more} });`;
    await project.write(program());
    const refused = await project.up();
    expect(refused.failed).toBe(true);
    expect(refused.text).toContain(existing.id);
    expect(refused.text).toContain("adopt: true");

    await project.write(program("adopt: true"));
    account.forgetRequests();
    expect((await project.up()).failed).toBe(false);
    expect(account.writes()).toEqual([`PATCH /v1/applications/${existing.id}`]);
    expect((await project.up()).steps).toEqual([]);
  });
});
