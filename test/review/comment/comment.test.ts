import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { postComment } from "../../../src/review/comment/post-comment.ts";
import { PullRequests } from "../../../src/review/comment/pull-requests.ts";
import { parseReport } from "../../../src/review/comment/review-schema.ts";
import { render } from "../../../src/review/render/index.ts";
import type { Review } from "../../../src/review/review.ts";
import { closedEnvironment } from "../../closed-environment.ts";
import { changes } from "../changes.ts";
import { shapeOf, strangersIn } from "../markdown-structure.ts";

const plain = { width: 120, colours: false };
const author = "github-actions[bot]";
const reviewOf = (name: string): Review => (changes[name] as () => Review)();

/** As much of GitHub's API as comments need. */
class Host {
  readonly writes: string[] = [];
  comments: { id: number; body: string; user: { login: string } }[] = [];
  head = "4ead";
  #server!: Server;

  async start(): Promise<string> {
    this.#server = createServer(async (request, response) => {
      const url = new URL(request.url ?? "", "http://host");
      const body = await text(request);
      if (request.method !== "GET") this.writes.push(`${request.method} ${url.pathname}`);
      const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
      if (request.headers.authorization !== "Bearer token") return answer(401, {});
      if (url.pathname === "/repos/o/r/pulls") {
        const found =
          url.searchParams.get("head") === "somebody:branch" ? [{ number: 7, head: { sha: this.head } }] : [];
        return answer(200, found);
      }
      if (request.method === "GET") {
        const page = Number(url.searchParams.get("page"));
        return answer(200, this.comments.slice(100 * (page - 1), 100 * page));
      }
      const comment = { id: this.comments.length + 1, body: JSON.parse(body).body, user: { login: author } };
      if (request.method === "POST") this.comments.push(comment);
      else for (const known of this.comments) if (url.pathname.endsWith(`/${known.id}`)) known.body = comment.body;
      return answer(200, {});
    });
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop = (): Promise<unknown> => new Promise((resolve) => this.#server.close(resolve));
}

let host: Host;
let api: string;
let pullRequests: PullRequests;
beforeEach(async () => {
  host = new Host();
  api = await host.start();
  pullRequests = new PullRequests({ api, repository: "o/r", token: "token" });
});
afterEach(() => host.stop());

const post = (name: string) => postComment(pullRequests, 7, reviewOf(name), author);

describe("the comment on a pull request", () => {
  test("is made once, brought up to date in place, and left alone when it says the same", async () => {
    expect(await post("a number that moves")).toBe("created");
    expect(await post("a number that moves")).toBe("unchanged");
    expect(await post("R2 a number rejected")).toBe("updated");
    expect(host.comments.map(({ body }) => body)).toEqual([
      render(reviewOf("R2 a number rejected"), "markdown", plain),
    ]);
    expect(host.writes).toEqual(["POST /repos/o/r/issues/7/comments", "PATCH /repos/o/r/issues/comments/1"]);
  });

  test("is not made to say nothing, but takes back what it said", async () => {
    expect(await post("nothing to say")).toBe("nothing to say");
    expect(host.writes).toEqual([]);
    await post("a number that moves");
    expect(await post("nothing to say")).toBe("updated");
    expect(host.comments[0]?.body).toContain("No caller will notice anything");
  });

  test("is found beyond the first page, and never taken for somebody else's", async () => {
    const marker = "<!-- minivoice-review test -->";
    host.comments = Array.from({ length: 150 }, (_, index) => ({
      id: index + 1,
      body: index === 120 ? `${marker}\nold` : index === 3 ? `${marker}\nforged` : "hello",
      user: { login: index === 3 ? "somebody" : author },
    }));
    expect(await post("a number that moves")).toBe("updated");
    expect(host.writes).toEqual(["PATCH /repos/o/r/issues/comments/121"]);
  });

  test("is told apart by stack", async () => {
    await post("a number that moves");
    await postComment(pullRequests, 7, { ...reviewOf("a number that moves"), stack: "production" }, author);
    expect(host.writes).toHaveLength(2);
    expect(host.comments).toHaveLength(2);
  });

  test("belongs to the pull request whose head was reviewed, and to none that has gone on", async () => {
    const head = { owner: "somebody", branch: "branch", commit: "4ead" };
    expect(await pullRequests.withHead(head)).toBe(7);
    expect(await pullRequests.withHead({ ...head, commit: "older" })).toBeUndefined();
    expect(await pullRequests.withHead({ ...head, branch: "other" })).toBeUndefined();
  });
});

describe("a report from a stranger", () => {
  test.each(Object.keys(changes))("of %s is read as it was written", (name) => {
    const review = reviewOf(name);
    expect(render(parseReport(JSON.parse(render(review, "json", plain))), "markdown", plain)).toBe(
      render(review, "markdown", plain),
    );
  });

  test("may lie, but rings nobody, leads nowhere and looks like nothing else", () => {
    const review = JSON.parse(render(reviewOf("R2 a number rejected"), "json", plain));
    const words =
      "@octocat # x <img src=x> https://evil.example.com www.evil.example.com org/repo#1 | [a](b) **b** \u202E";
    const forged = JSON.parse(JSON.stringify(review), (key, value) =>
      key === "values" ? [] : ["text", "refuses", "override", "name", "expires"].includes(key) ? words : value,
    );
    const markdown = render(parseReport(forged), "markdown", plain);
    expect(strangersIn(markdown)).toEqual([]);
    expect(markdown).not.toContain("\u202E");
    expect(shapeOf(markdown)).toEqual(shapeOf(render(review, "markdown", plain)));
  });

  test.each([
    ["a diagram with a link", 'flowchart TD\n  a["x"]\n  click a "https://evil.example.com"'],
    ["a diagram with a directive", '%%{init: {"securityLevel": "loose"}}%%\nflowchart TD'],
  ])("is shown without %s", (_, diagram) => {
    const review = JSON.parse(render(reviewOf("another key"), "json", plain));
    review.blocks[0].flows[0].diagram = diagram;
    expect(render(parseReport(review), "markdown", plain)).not.toContain("mermaid");
  });

  test.each([
    ["no report", { hello: "world" }],
    ["another version", { ...reviewOf("nothing to say"), format: 2 }],
    ["a sentence whose parts overlap", { ...reviewOf("nothing to say"), notes: [{ text: "abc", values: [[2, 1]] }] }],
    [
      "a sentence whose parts are beyond it",
      { ...reviewOf("nothing to say"), notes: [{ text: "abc", values: [[0, 9]] }] },
    ],
    [
      "numbers in a group of none",
      { ...reviewOf("a number that moves"), blocks: [{ numbers: [{ kind: "moved", numbers: [] }] }] },
    ],
  ])("is refused when it is %s", (_, json) => {
    expect(() => parseReport(JSON.parse(JSON.stringify(json)))).toThrow();
  });
});

describe("the job that posts", () => {
  const run = (folder: string): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const main = join(import.meta.dirname, "..", "..", "..", "src", "review", "comment", "main.ts");
      const env = closedEnvironment({
        GITHUB_API_URL: api,
        GITHUB_REPOSITORY: "o/r",
        GITHUB_TOKEN: "token",
        HEAD_OWNER: "somebody",
        HEAD_BRANCH: "branch",
        HEAD_COMMIT: "4ead",
        COMMENT_AUTHOR: author,
      });
      execFile(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", main, folder],
        { env },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  test("posts the report of each stack, and refuses what is none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "reports-"));
    try {
      mkdirSync(join(folder, "review-test"));
      const file = join(folder, "review-test", "review.json");
      writeFileSync(file, render(reviewOf("a number that moves"), "json", plain));
      expect(await run(folder)).toMatchObject({ code: 0, stdout: "pull request 7: created\n" });
      writeFileSync(file, '{"outcome": "@octocat"}');
      const refused = await run(folder);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("a report is not what minivoice review writes");
      expect(refused.stderr).not.toContain("octocat");
      expect(host.comments).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
