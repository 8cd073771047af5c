/**
 * Keeps one issue for each stack that was checked, then tells a heartbeat monitor that all of them were: `node
 * src/drift/issue/main.ts <folder>`, with what `minivoice drift --out` has left of each stack in `<folder>/drift-<stack>`.
 */
import { join } from "node:path";
import { jobSetting } from "../../review/comment/job-setting.ts";
import { checkedStack } from "./checked-stack.ts";
import { beat } from "./heartbeat.ts";
import { Issues } from "./issues.ts";
import { keepIssue } from "./keep-issue.ts";

const setting = (name: string): string => jobSetting(name, "drift.yml");

const [folder = "."] = process.argv.slice(2);
const stacks = JSON.parse(setting("STACKS")) as string[];
const issues = new Issues({
  api: setting("GITHUB_API_URL"),
  repository: setting("GITHUB_REPOSITORY"),
  token: setting("GITHUB_TOKEN"),
});
const run = { author: setting("ISSUE_AUTHOR"), commit: setting("GITHUB_SHA"), url: setting("RUN_URL") };
const heartbeat = process.env.HEARTBEAT_URL;

/** One failure keeps nothing else from being done, but the job has failed. */
async function attempt(about: string, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    process.exitCode = 1;
    console.error(`${about}: ${error instanceof Error ? error.message : error}`);
  }
}

for (const stack of stacks)
  await attempt(stack, async () => {
    const check = checkedStack(stack, join(folder, `drift-${stack}`));
    console.log(`${stack}: ${check.verdict}; its issue is ${await keepIssue(issues, check, run)}`);
    if (!check.checked) process.exitCode = 1;
  });
// The monitor is to notice that a check is not made, whatever it would have found.
if (heartbeat && !process.exitCode) await attempt("heartbeat", () => beat(heartbeat));
