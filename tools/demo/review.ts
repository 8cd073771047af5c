/**
 * `npm run demo:review`: what a reviewer sees. In a clone that is thrown away, a branch moves a number and edits a prompt;
 * then the comment is shown that a pull request with it would get.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "review-demo-"));
const clone = join(folder, "voice");
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=demo", "-c", "user.email=demo@example.com", ...args], {
    cwd,
    encoding: "utf8",
  });

function edit(file: string, from: string, to: string): void {
  const path = join(clone, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from))
    throw new Error(`${file} has no ${JSON.stringify(from)} any more: mend tools/demo/review.ts`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
}

say("A clone, and a branch in it that moves +15551240001 from support to sales, and greets otherwise.");
git(root, "clone", "--quiet", "--no-hardlinks", root, clone);
git(clone, "checkout", "--quiet", "-b", "move-a-number");
edit("stacks/Voice.test.yaml", '"+15551240001": support', '"+15551240001": sales');
edit("src/flows/sales-menu.ts", "Welcome to sales.", "Welcome to sales, how can we help?");
git(clone, "commit", "--quiet", "--all", "--message", "feat: support calls go to sales");
process.stderr.write(git(clone, "--no-pager", "diff", "--unified=0", "HEAD~1"));

say("\nnpx minivoice review -s test --offline --base HEAD~1 --format markdown\n");
const main = join(root, "src", "cli", "main.ts");
const command = ["--disable-warning=ExperimentalWarning", main, "review", "--project", clone];
const args = ["-s", "test", "--offline", "--base", "HEAD~1", "--format", "markdown"];
const { status } = spawnSync(process.execPath, [...command, ...args], { stdio: ["ignore", "inherit", "inherit"] });
say(`\nexit code ${status}: 0 nothing to say, 2 changes within the rules, 3 a rule broken, 1 could not review`);
// Changes within the rules are what this is about.
process.exitCode = status === 2 ? 0 : 1;
