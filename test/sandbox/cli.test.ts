import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readDaemon } from "../../src/background/control.ts";
import { SandboxControl } from "../../src/sandbox/control-client.ts";
import { closedEnvironment } from "../closed-environment.ts";
import { eventually } from "../eventually.ts";
import { customer } from "./account.ts";

let folder: string;
let daemon: ChildProcess;
let control: SandboxControl;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "minivoice-"));
  const stateDir = join(folder, "sandbox");
  daemon = spawn(process.execPath, ["src/sandbox/main.ts", "--state-dir", stateDir], {
    stdio: "ignore",
    env: closedEnvironment(),
  });
  await eventually(async () => (await readDaemon(stateDir)) !== undefined);
  const state = await readDaemon(stateDir);
  control = new SandboxControl(String(state?.url), String(state?.controlToken));
});

afterAll(async () => {
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill();
  await ended;
  await rm(folder, { recursive: true });
});

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the real command in a process of its own, as somebody without a colour terminal. */
const minivoice = (args: string[], { localDir = folder, input = "" } = {}): Promise<Run> =>
  new Promise((resolve) => {
    const env = closedEnvironment({ VOICE_LOCAL_DIR: localDir });
    const child = execFile(process.execPath, ["src/cli/main.ts", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(input);
  });

const flow = async () => {
  const { url } = await customer(({ url: { pathname, searchParams } }) => {
    if (pathname === "/webhook") return 204;
    if (pathname === "/menu" && searchParams.get("digits") === "1")
      return { actions: [{ type: "transfer", destination: "+15550100123" }] };
    if (pathname === "/menu") return 500;
    const menu = { gather: { prompt: "Press 1 for support" } };
    return { actions: [{ say: { text: "Thanks for calling." } }, menu, { type: "redirect", url: `${origin()}/menu` }] };
  });
  const origin = () => url;
  const { id } = await control.createApplication({
    name: `Support ${Math.random()}`,
    answerUrl: `${url}/answer`,
    webhookUrl: `${url}/webhook`,
  });
  await control.assign("+15551230001", id);
  return { url, id };
};

describe("minivoice call", () => {
  test("prints what the caller lived through, and each webhook with what became of it", async () => {
    const { url, id } = await flow();
    const { code, stdout, stderr } = await minivoice([
      "call",
      "+15551230001",
      "--from",
      "+15550100177",
      "--press",
      "1",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n").map((line) =>
      line
        .replace(/ in \d+ ms/, " in 3 ms")
        .replace(/^ \d:\d\d/, " 0:00")
        .trimEnd(),
    );
    expect(lines[0]).toBe(" 0:00  caller     +15550100177 calls +15551230001");
    expect(lines[1]).toMatch(new RegExp(`^ 0:00  MiniVoice  routes to Support \\S+ \\(${id}\\)$`));
    expect(lines[2]).toBe(` 0:00  answer     GET ${url}/answer → 200 in 3 ms: say, gather, redirect`);
    expect(lines.slice(3, 7)).toEqual([
      " 0:00  MiniVoice  answers",
      " 0:00  flow       “Thanks for calling.”",
      " 0:00  flow       “Press 1 for support” (waits 5 s for 1 digit)",
      " 0:00  caller     presses 1",
    ]);
    expect(lines[7]).toBe(` 0:00  redirect   GET ${url}/menu with digits=1 (query) → 200 in 3 ms: transfer`);
    expect(lines.slice(8)).toEqual([
      " 0:00  flow       transfer to +15550100123, who answers and talks for 30 s",
      " 0:00  caller     the conversation is over",
      "",
      `Webhooks to ${url}/webhook`,
      "       call.created         accepted: 204 in 3 ms",
      "       call.answered        accepted: 204 in 3 ms",
      "       call.gathered        accepted: 204 in 3 ms",
      "       call.completed       accepted: 204 in 3 ms",
      "",
      expect.stringMatching(/^Call call_\S+: answered and completed$/),
      "",
    ]);
  });

  test("says why a call failed, and exits with 1", async () => {
    await flow();
    const { code, stdout } = await minivoice(["call", "+15551230001", "--timeout"]);
    expect(code).toBe(1);
    expect(stdout).toContain("caller     stays silent");
    expect(stdout).toMatch(/MiniVoice {2}gives up: redirect GET \S+\/menu: status 500, where 2xx is needed/);
  });

  test("prints JSON, and takes a hang-up", async () => {
    await flow();
    const { code, stdout } = await minivoice(["call", "+15551230001", "--hangup", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).transcript.at(-1)).toMatchObject({ kind: "hung-up", by: "caller" });
  });

  test("refuses what nobody can dial or press, with exit code 64, and an unknown number with 1", async () => {
    expect(await minivoice(["call", "15551230001"])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("is no E.164 number"),
    });
    expect(await minivoice(["call", "+15551230001", "--press", "x"])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("cannot be pressed"),
    });
    expect(await minivoice(["call", "+15559990000"])).toMatchObject({
      code: 1,
      stderr: "error: this account has no number +15559990000\n",
    });
  });
});

describe("minivoice sandbox", () => {
  test("is the account setup", async () => {
    const { apiKey } = await control.createApplication({ name: "Sales menu" });
    expect((await minivoice(["sandbox", "status"])).stdout).toMatch(/capabilities +managed/);
    expect((await minivoice(["sandbox", "add-number", "+15551239999"])).stdout).toMatch(
      /\+15551239999 +no application/,
    );
    expect((await minivoice(["sandbox", "assign", "+15551239999", "Sales menu"])).stdout).toMatch(/Sales menu \(app_/);
    const edited = await minivoice(
      [
        "sandbox",
        "edit",
        "Sales menu",
        "--answer-url",
        "https://example.com/sales",
        "--webhook-url",
        "https://example.com/hook",
        "--webhook-secret",
        "-",
      ],
      { input: "not-a-real-secret\n" },
    );
    expect(edited.stdout).toContain("https://example.com/sales");
    expect(edited.stdout).not.toContain("unsigned");
    expect(await minivoice(["sandbox", "delete", "Sales menu"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("still assigned"),
    });
    expect((await minivoice(["sandbox", "assign", "+15551239999", "reject"])).stdout).toMatch(
      /\+15551239999 +reject\n/,
    );
    const all = await minivoice(["sandbox", "applications", "--json"]);
    expect(JSON.parse(all.stdout)).toContainEqual(expect.objectContaining({ name: "Sales menu" }));
    expect(all.stdout).not.toContain(apiKey);
    expect((await minivoice(["sandbox", "delete", "Sales menu"])).stdout).toContain("deleted Sales menu");
    expect((await minivoice(["sandbox", "numbers"])).stdout).not.toContain("Sales menu");
  });

  test("names what there is when an application cannot be found or told apart", async () => {
    await control.createApplication({ name: "Twin" });
    await control.createApplication({ name: "Twin" });
    expect((await minivoice(["sandbox", "edit", "Twin", "--name", "Other"])).stderr).toContain(
      'several applications are named "Twin"',
    );
    expect((await minivoice(["sandbox", "assign", "+15551230001", "Nobody"])).stderr).toContain(
      'there is no application "Nobody"',
    );
  });

  test("switches capabilities and assumptions", async () => {
    expect((await minivoice(["sandbox", "capabilities", "documented"])).stdout).toBe("documented\n");
    expect((await minivoice(["sandbox", "capabilities"])).stdout).toBe("documented\n");
    expect((await minivoice(["sandbox", "capabilities", "all"])).code).toBe(64);
    await control.setCapabilities("managed");

    expect((await minivoice(["sandbox", "assumptions"])).stdout).toMatch(/^digitsIn = query\n {2}Where a request/m);
    expect((await minivoice(["sandbox", "assumptions", "set", "digitsIn", "form"])).stdout).toContain(
      "digitsIn = form (default: query)",
    );
    expect((await minivoice(["sandbox", "assumptions", "set", "digitsIn", "smoke"])).stderr).toContain(
      "choose query | form | json",
    );
    await control.setAssumptions({ digitsIn: "query" });
  });

  test("says that it is a simulator, and how to start it", async () => {
    expect((await minivoice(["sandbox", "--help"])).stdout).toContain("simulator");
    const nowhere = join(folder, "nowhere");
    for (const args of [
      ["sandbox", "numbers"],
      ["call", "+15551230001"],
    ])
      expect(await minivoice(args, { localDir: nowhere })).toEqual({
        code: 1,
        stdout: "",
        stderr: "error: the MiniVoice sandbox is not running: start it with npm start\n",
      });
  });
});
