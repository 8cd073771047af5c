/**
 * Posts the JSON reports of a folder as comments: `node src/review/comment/main.ts <folder>`. Run by a workflow that has the
 * right to comment, and that executes nothing of the change: the reports are a stranger's.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { jobSetting } from "./job-setting.ts";
import { postComment } from "./post-comment.ts";
import { PullRequests } from "./pull-requests.ts";
import { parseReport } from "./review-schema.ts";

/** Far beyond the report of 10,000 numbers. */
const MOST_BYTES = 50 * 1024 * 1024;

const setting = (name: string): string => jobSetting(name, "review-comment.yml");
const [folder = "."] = process.argv.slice(2);
const pullRequests = new PullRequests({
  api: setting("GITHUB_API_URL"),
  repository: setting("GITHUB_REPOSITORY"),
  token: setting("GITHUB_TOKEN"),
});
const pullRequest = await pullRequests.withHead({
  owner: setting("HEAD_OWNER"),
  branch: setting("HEAD_BRANCH"),
  commit: setting("HEAD_COMMIT"),
});

if (pullRequest === undefined) console.log("the pull request has gone on, or is closed: its next review comments");
else
  for (const file of reportsIn(folder)) {
    if (statSync(file).size > MOST_BYTES) throw new Error("a report is larger than 50 MB: it is none of ours");
    const posted = await postComment(pullRequests, pullRequest, read(file), setting("COMMENT_AUTHOR"));
    console.log(`pull request ${pullRequest}: ${posted}`);
  }

function reportsIn(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(directory, name))
    .sort();
}

function read(file: string) {
  try {
    return parseReport(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // What is wrong with it is a stranger's text, too.
    throw new Error("a report is not what minivoice review writes: it is not posted");
  }
}
