import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { compare } from "../../../src/drift/compare.ts";
import { documentOf, failureDocument } from "../../../src/drift/document.ts";
import { checkedStack } from "../../../src/drift/issue/checked-stack.ts";
import { Issues } from "../../../src/drift/issue/issues.ts";
import { keepIssue } from "../../../src/drift/issue/keep-issue.ts";
import { MARKDOWN_LIMIT_BYTES, renderMarkdown } from "../../../src/review/render/markdown.ts";
import { closedEnvironment } from "../../closed-environment.ts";
import { strangersIn } from "../../review/markdown-structure.ts";
import { declaredOf, liveOf, type Model, recordedOf } from "../pictures.ts";

const author = "github-actions[bot]";
const marker = "<!-- minivoice-drift test -->";

interface StoredIssue {
  number: number;
  title: string;
  body: string | null;
  state: string;
  user: { login: string } | null;
  pull_request?: object;
}

/** As much of GitHub's API as issues need, and a heartbeat monitor. */
class Host {
  readonly writes: string[] = [];
  issues: StoredIssue[] = [];
  beats = 0;
  monitorStatus = 200;
  #server!: Server;

  async start(): Promise<string> {
    this.#server = createServer(async (request, response) => {
      const url = new URL(request.url ?? "", "http://host");
      const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
      if (url.pathname === "/beat/s3cret") {
        this.beats += 1;
        return answer(this.monitorStatus, {});
      }
      if (request.headers.authorization !== "Bearer token") return answer(401, {});
      if (request.method === "GET") {
        const page = Number(url.searchParams.get("page"));
        const all = url.searchParams.get("state") === "all" ? this.issues : [];
        return answer(200, all.slice(100 * (page - 1), 100 * page));
      }
      const given = JSON.parse(await text(request));
      this.writes.push(`${request.method} ${url.pathname}${given.state ? ` ${given.state}` : ""}`);
      if (request.method === "POST") {
        this.issues.push({ number: this.issues.length + 1, state: "open", user: { login: author }, ...given });
        return answer(201, this.issues.at(-1));
      }
      const known = this.issues.find(({ number }) => url.pathname.endsWith(`/${number}`));
      return answer(known ? 200 : 404, Object.assign(known ?? {}, given));
    });
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let host: Host;
let api: string;
let folder: string;
beforeEach(async () => {
  host = new Host();
  api = await host.start();
  folder = mkdtempSync(join(tmpdir(), "drift-issue-"));
});
afterEach(() => {
  host.stop();
  rmSync(folder, { recursive: true });
});

const deployed = (count: number): Model => ({
  applications: { support: { name: "Support" }, sales: { name: "Sales" } },
  routes: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`+1555${String(index).padStart(7, "0")}`, "support"]),
  ),
});

/** What `minivoice drift --out` leaves of a stack where so many of its numbers drifted. */
function check(drifted: number, { stack = "test", count = 3, at = "2027-02-01T08:00:00Z", to = "sales" } = {}): void {
  const before = deployed(count);
  const moved = Object.keys(before.routes).slice(0, drifted);
  const live = { ...before, routes: { ...before.routes, ...Object.fromEntries(moved.map((number) => [number, to])) } };
  if (to !== "sales") live.applications = { ...live.applications, [to]: { name: to } };
  const numbers = Object.keys(before.routes);
  const about = { stack, checkedAt: new Date(at) };
  const report = compare(declaredOf(before), recordedOf(before, before), liveOf(live, numbers), about);
  leave(stack, JSON.stringify(report), renderMarkdown(documentOf(report)));
}

function leave(stack: string, json: string, markdown: string): void {
  mkdirSync(join(folder, `drift-${stack}`), { recursive: true });
  writeFileSync(join(folder, `drift-${stack}`, "drift.json"), json);
  writeFileSync(join(folder, `drift-${stack}`, "drift.md"), markdown);
}

const fail = (reason: string) =>
  leave(
    "test",
    JSON.stringify({ stack: "test", couldNotCheck: reason }),
    renderMarkdown(failureDocument("test", reason)),
  );

const keep = (commit = "4ead0123") =>
  keepIssue(new Issues({ api, repository: "o/r", token: "token" }), checkedStack("test", join(folder, "drift-test")), {
    author,
    commit,
    url: "https://example.com/run/1",
  });

describe("the issue of a stack", () => {
  test("is opened by drift, brought up to date, closed when all is well, and opened again: always the same one", async () => {
    check(2);
    expect(await keep()).toBe("opened");
    expect(host.issues[0]).toMatchObject({ title: "Drift of test: 2 drifted; 3 in sync", state: "open" });
    expect(host.issues[0]?.body).toContain("**Last known good**: not known");
    check(1);
    expect(await keep()).toBe("updated");
    check(0);
    expect(await keep("600d0123")).toBe("closed");
    expect(host.issues[0]).toMatchObject({ title: "Drift of test: in sync, 5 objects", state: "closed" });
    check(3, { at: "2027-02-03T08:00:00Z" });
    expect(await keep()).toBe("reopened");
    expect(host.issues).toHaveLength(1);
    expect(host.writes).toEqual([
      "POST /repos/o/r/issues",
      "PATCH /repos/o/r/issues/1 open",
      "PATCH /repos/o/r/issues/1 closed",
      "PATCH /repos/o/r/issues/1 open",
    ]);
  });

  test("remembers when, and with which code, all was well: from the first check on, and for as long as it is not", async () => {
    check(0);
    expect(await keep("600d0123")).toBe("noted");
    expect(host.issues[0]?.state).toBe("closed");
    const good = "**Last known good**: 2027-02-01 08:00 UTC, with the code of 600d0123.";
    for (const drifted of [1, 2]) {
      check(drifted, { at: "2027-02-02T08:00:00Z" });
      await keep("bad00123");
      expect(host.issues[0]?.body).toContain(good);
    }
    fail("the API did not answer");
    expect(await keep("bad00123")).toBe("updated");
    expect(host.issues[0]).toMatchObject({ title: "Drift of test: could not be checked", state: "open" });
    expect(host.issues[0]?.body).toContain(good);
    check(0, { at: "2027-02-05T08:00:00Z" });
    expect(await keep("900d0123")).toBe("closed");
    expect(await keep("900d0123")).toBe("still closed");
    expect(host.issues[0]?.body).toContain("2027-02-05 08:00 UTC, with the code of 900d0123.");
  });

  test("takes no word for it that somebody wrote into it and that is no time and no commit", async () => {
    check(1);
    await keep();
    const issue = host.issues[0] as StoredIssue;
    issue.body = `${marker}\r\n<!-- last-known-good {"at":"<b>always</b>","commit":"[x](y)"} -->\r\n`;
    await keep();
    expect(issue.body).toContain("**Last known good**: not known");
    expect(issue.body).not.toContain("always");
  });

  test("is found beyond the first page, is no pull request, and is never taken for somebody else's", async () => {
    const other = (number: number, about: Partial<StoredIssue>): StoredIssue => ({
      number,
      title: "",
      body: "hello",
      state: "open",
      user: { login: author },
      ...about,
    });
    host.issues = Array.from({ length: 150 }, (_, index) => other(index + 1, {}));
    host.issues[3] = other(4, { body: `${marker}\nforged`, user: { login: "somebody" } });
    host.issues[4] = other(5, { body: `${marker}\n`, pull_request: {} });
    host.issues[5] = other(6, { body: null, user: null });
    host.issues[120] = other(121, { body: `${marker}\nold` });
    check(1);
    expect(await keep()).toBe("updated");
    expect(host.writes).toEqual(["PATCH /repos/o/r/issues/121 open"]);
  });

  test("has room for ten thousand numbers, and rings nobody, whatever an application is called", async () => {
    check(10_000, { count: 10_000, to: "@octocat [a](https://evil.example.com) <!-- --> <img src=x>" });
    await keep();
    const { title, body } = host.issues[0] as StoredIssue;
    expect(Buffer.byteLength(body ?? "")).toBeLessThan(MARKDOWN_LIMIT_BYTES + 1_000);
    expect(title).toBe("Drift of test: 10,000 drifted; 2 in sync");
    const [report = ""] = (body ?? "").split("**Last known good**");
    expect(strangersIn(report.slice(marker.length))).toEqual([]);
  });
});

describe("the job that keeps the issues", () => {
  const run = (own: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const main = join(import.meta.dirname, "..", "..", "..", "src", "drift", "issue", "main.ts");
      const env = closedEnvironment({
        GITHUB_API_URL: api,
        GITHUB_REPOSITORY: "o/r",
        GITHUB_TOKEN: "token",
        GITHUB_SHA: "4ead0123",
        ISSUE_AUTHOR: author,
        RUN_URL: "https://example.com/run/1",
        STACKS: '["test","production"]',
        HEARTBEAT_URL: `${api}/beat/s3cret`,
        ...own,
      });
      execFile(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", main, folder],
        { env },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  test("keeps one for each stack, and then tells the monitor, drift or not", async () => {
    check(1);
    check(0, { stack: "production" });
    expect(await run()).toEqual({
      code: 0,
      stdout: "test: 1 drifted; 4 in sync; its issue is opened\nproduction: in sync, 5 objects; its issue is noted\n",
      stderr: "",
    });
    expect(host.beats).toBe(1);
    const without = await run({ HEARTBEAT_URL: "" });
    expect({ code: without.code, beats: host.beats }).toEqual({ code: 0, beats: 1 });
  });

  test("tells the monitor nothing where one of the checks was not made, and says so in that stack's issue", async () => {
    check(0, { stack: "production" });
    const ended = await run();
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining("production: in sync") });
    expect(host.issues[0]).toMatchObject({ title: "Drift of test: could not be checked" });
    expect(host.issues[0]?.body).toContain("the check ended before it could say anything");
    fail("401: Check MINIVOICE_API_KEY");
    expect((await run()).code).toBe(1);
    expect(host.issues[0]?.body).toContain("Check MINIVOICE_API_KEY");
    leave("test", '{"stack":"test","totals":"none"}', "@octocat");
    const refused = await run();
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("no report of minivoice drift") });
    expect(host.issues[0]?.body).not.toContain("octocat");
    expect(host.beats).toBe(0);
  });

  test("fails where the monitor does not take it, and shows no part of its address", async () => {
    check(0);
    check(0, { stack: "production" });
    host.monitorStatus = 404;
    const unheard = await run();
    expect(unheard).toMatchObject({ code: 1, stderr: "heartbeat: the heartbeat was answered with 404\n" });
    const wrong = await run({ HEARTBEAT_URL: "s3cret" });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("DRIFT_HEARTBEAT_URL") });
    expect(unheard.stderr + wrong.stderr).not.toContain("s3cret");
  });
});
