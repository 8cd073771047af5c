import { relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { milliseconds } from "pulumi-minivoice/api";
import { type Acceptance, accept } from "../../drift/accept.ts";
import { documentOf, failureDocument } from "../../drift/document.ts";
import { type FixPlan, planFix } from "../../drift/fix.ts";
import { fixReview } from "../../drift/fix-review.ts";
import { type DriftReport, exitCodeOf } from "../../drift/report.ts";
import { renderHtml } from "../../review/render/html.ts";
import { type Format, formats } from "../../review/render/index.ts";
import { renderJson } from "../../review/render/json.ts";
import { renderMarkdown } from "../../review/render/markdown.ts";
import { shown } from "../../review/render/shown-text.ts";
import { renderTerminal } from "../../review/render/terminal.ts";
import type { Report } from "../../review/report/report.ts";
import { CliError, messageOf, USAGE } from "../cli-error.ts";
import { confirmed } from "../confirm.ts";
import { checkDrift, type DriftCheck, shortName } from "../drift-check.ts";
import { assertNothingElse, putBack } from "../drift-fix.ts";
import { waysOut } from "../drift-ways-out.ts";
import { interruptible } from "../interrupt.ts";
import { assertWritable, deliver, formatOf, lookOf } from "../output-file.ts";
import { patchOf } from "../patch.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK, root } from "../project.ts";
import { openWorkspace, type StackWorkspace } from "../stack-workspace.ts";
import { writeWhole } from "../write-whole.ts";

interface DriftOptions {
  stack: string;
  format: Format;
  out: string[];
  only: string[];
  functions: boolean;
  probeWebhook?: true;
  watch?: number;
  fix?: true;
  yes?: true;
  accept?: true;
  dryRun?: true;
}

/** `minivoice drift`: does every live number still go where the code says? */
export function register(program: Command): void {
  program
    .command("drift")
    .summary("does every live number still go where the code says?")
    .description(
      "Compares every application and number that the stack declares with the account, field by field: what the code " +
        "says, what was deployed, what is live, and when it was changed. Lists what the account holds beside it. Reads only " +
        "(but for --probe-webhook), takes no lock, and does not run the program.",
    )
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .addOption(new Option("--format <format>", "how to print it").choices(formats).default("terminal"))
    .option(
      "--out <file>",
      "write it into a file, in the format of its ending (.md, .json, .html, else as on a terminal; repeatable)",
      (file, files: string[]) => [...files, file],
      [],
    )
    .option("--only <names...>", "only these numbers, and applications (by key) with the numbers that route to them")
    .option("--no-functions", "do not ask the functions behind the applications, and do not look at their code")
    .option("--probe-webhook", "send a signed probe event to each webhook endpoint, since no secret can be read back")
    .option("--watch <time>", "check again and again, such as every 5m", pause)
    .option("--fix", "put back what drifted, and nothing else: shows it, asks, and runs pulumi up")
    .option("--accept", "write what drifted into the stack's voice file, as far as such a file can say it")
    .option("--dry-run", "with --accept: print a patch instead")
    .option("--yes", "with --fix: do not ask")
    .addHelpText(
      "after",
      "\nExit codes: 0 every object of the stack is in sync, 2 one drifted, is missing, or is not deployed as the code says, " +
        "3 something could not be read (whatever else was found), 1 could not check.\n\nExamples:\n" +
        "  minivoice drift -s production\n" +
        "  minivoice drift -s production --only +15551250001 support\n" +
        "  minivoice drift -s production --out drift.json --out drift.md\n" +
        "  minivoice drift -s production --accept --dry-run | git apply",
    )
    .action(({ only = [], ...options }) => run({ only, ...options }));
}

async function run(options: DriftOptions): Promise<void> {
  const problem = contradiction(options);
  if (problem) throw new CliError(problem, USAGE);
  assertWritable("--out", options.out);
  const work = options.fix ? fix : options.accept ? takeOver : options.watch !== undefined ? watch : check;
  const open = async () => {
    const workspace = await openWorkspace(options.stack);
    await prepare(workspace, { command: options.fix ? "up" : "drift" });
    return workspace;
  };
  const workspace = await (work === check ? toldInEachFormat(options, open) : open());
  process.exitCode = await work(workspace, options);
}

/** What was asked for and does not go together. */
function contradiction({ fix, accept, watch, dryRun, yes, format, out }: DriftOptions): string | undefined {
  if ([fix, accept, watch !== undefined].filter(Boolean).length > 1)
    return "--fix, --accept and --watch exclude each other";
  if (dryRun && !accept) return "--dry-run goes with --accept";
  if (yes && !fix) return "--yes goes with --fix";
  if (out.length > 0 && (fix || accept || watch !== undefined)) return "--out is for a check alone";
  if ((fix || accept) && format !== "terminal") return "--fix and --accept print for people: leave --format out";
  if (watch !== undefined && (format === "html" || format === "markdown"))
    return `--watch prints for the terminal, or JSON a line: --format ${format} is one document`;
  return undefined;
}

const readingOnly = "nothing was changed";

async function check(workspace: StackWorkspace, options: DriftOptions): Promise<number> {
  const { format, out } = options;
  return toldInEachFormat(options, async () => {
    const found = await interruptible(readingOnly, (signal) => checkDrift(workspace, options, signal));
    for (const file of out) deliver(render(found, formatOf(file), file), file);
    if (out.length === 0) process.stdout.write(render(found, format));
    return exitCodeOf(found.report);
  });
}

/** Whoever reads only the document must not take an empty one for "all is well", so it tells of a failure, too. */
async function toldInEachFormat<Result>(options: DriftOptions, task: () => Promise<Result>): Promise<Result> {
  const { format, out } = options;
  try {
    return await task();
  } catch (error) {
    if (error instanceof CliError && error.exitCode === 130) throw error;
    const failed = (wanted: Format, file?: string) => renderFailure(shortName(options), messageOf(error), wanted, file);
    for (const file of out) deliver(failed(formatOf(file), file), file);
    if (out.length === 0 && format !== "terminal") process.stdout.write(failed(format));
    throw error;
  }
}

/** Says what has changed since the last look, so that whoever comes back to the terminal sees when it happened. */
async function watch(workspace: StackWorkspace, options: DriftOptions): Promise<number> {
  const { format, watch: every = 0 } = options;
  let before = "";
  return interruptible(readingOnly, async (signal) => {
    for (;;) {
      const now = new Date().toISOString();
      try {
        const found = await checkDrift(workspace, options, signal);
        const story = JSON.stringify({ ...found.report, checkedAt: "" });
        if (format === "json") process.stdout.write(`${JSON.stringify(found.report)}\n`);
        else if (story === before) process.stdout.write(`${now} as before, exit code ${exitCodeOf(found.report)}\n`);
        else process.stdout.write(`${now}\n${render(found, format)}\n`);
        before = story;
      } catch (error) {
        signal.throwIfAborted();
        before = "";
        if (format === "json")
          process.stdout.write(
            `${JSON.stringify({ stack: shortName(workspace), checkedAt: now, couldNotCheck: messageOf(error) })}\n`,
          );
        else process.stdout.write(`${now} could not check: ${messageOf(error)}\n`);
      }
      await sleep(every, undefined, { signal });
    }
  });
}

async function fix(workspace: StackWorkspace, options: DriftOptions): Promise<number> {
  const { yes } = options;
  const before = await interruptible(readingOnly, (signal) => checkDrift(workspace, options, signal));
  process.stdout.write(render(before, "terminal"));
  const { code: read, declared } = before;
  if ("problems" in read || !declared)
    throw new CliError("the code cannot be read, so nothing can be deployed: mend it first");
  const plan = planOf(before);
  for (const { object, why } of plan.left) say(`${object} stays as it is: ${why}`);
  if (plan.targets.length === 0) return exitCodeOf(before.report);
  assertNothingElse(plan, before.recorded.revision);
  const sides = { ...before, recorded: before.whole.recorded, voice: read.voice, declared };
  process.stdout.write(`\n${renderTerminal(fixReview(shortName(workspace), plan, sides), lookOf(undefined))}`);
  const count = `${plan.objects.length} ${plan.objects.length === 1 ? "object" : "objects"}`;
  if (!yes && !(await confirmed(`Put back ${count} in ${workspace.stack}?`, "put them back"))) {
    say("Nothing was changed.");
    return exitCodeOf(before.report);
  }
  const isPart = options.only.length > 0;
  if (isPart && Object.keys(plan.expected).length > 0)
    say("Pulumi names other numbers of the same table as pending, if they have drifted, too: they stay as they are.");
  const code = await putBack(workspace, plan, before.recorded.revision);
  if (code === 130) return code;
  const after = await check(workspace, { ...options, format: "terminal" });
  // Of a part, what was asked for is what counts: the table as a whole has failed where others of its numbers stayed.
  return after || (code === 0 || isPart ? 0 : 1);
}

async function takeOver(workspace: StackWorkspace, options: DriftOptions): Promise<number> {
  const { only, dryRun } = options;
  const about = { only, functions: false };
  const found = await interruptible(readingOnly, (signal) => checkDrift(workspace, about, signal));
  const { code } = found;
  if ("problems" in code)
    throw new CliError(`the code cannot be read, so nothing can be written into it:\n${code.problems.join("\n")}`);
  const acceptance = accept({ ...found, text: code.text, voice: code.voice });
  const { text, left } = acceptance;
  if (dryRun) process.stdout.write(await patchOf(relative(root, code.path), code.text, text));
  else if (text !== code.text) writeWhole(code.path, text);
  process.stderr.write(told(acceptance, relative(root, code.path), dryRun));
  const isRead = exitCodeOf(found.report) !== 3;
  return !isRead ? 3 : left.length > 0 ? 2 : 0;
}

function told({ changes, left }: Acceptance, file: string, dryRun: true | undefined): string {
  const lines = changes.map(({ object, field, from = "nothing", to }) =>
    to === undefined
      ? `${object}: leaves the file (was ${shown(from)})`
      : `${object}: ${field} ${shown(from)} → ${shown(to)}`,
  );
  const nothing =
    left.length === 0 ? "nothing drifted, so there is nothing to accept" : "nothing of it can be accepted";
  const done = changes.length === 0 ? nothing : `${dryRun ? "would be" : "was"} written into ${file}`;
  return [...lines, done, ...left.map(({ object, why }) => `${object} is left: ${shown(why)}`), ""].join("\n");
}

const planOf = ({ report, ...sides }: DriftCheck): FixPlan => planFix(report, sides);

function render(found: DriftCheck, format: Format, file?: string): string {
  const { report } = found;
  // Nobody reads ten thousand objects, and the blanks before their lines would be most of the text.
  if (format === "json")
    return renderJson(report satisfies DriftReport, { indent: report.objects.length > 10_000 ? 0 : 2 });
  return renderDocument(documentOf(report, waysOut(report, planOf(found), found.only)), format, file);
}

const renderFailure = (stack: string, reason: string, format: Format, file?: string): string =>
  format === "json"
    ? renderJson({ stack, couldNotCheck: reason })
    : renderDocument(failureDocument(stack, reason), format, file);

function renderDocument(document: Report, format: Exclude<Format, "json">, file: string | undefined): string {
  if (format === "markdown") return renderMarkdown(document);
  return format === "html" ? renderHtml(document) : renderTerminal(document, lookOf(file));
}

/** A timer of Node that is set to more than 24 days goes off at once. */
const LONGEST_PAUSE_MS = 86_400_000;

function pause(text: string): number {
  const [, amount, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  const spelled = { s: "seconds", m: "minutes", h: "hours" }[unit ?? ""];
  const time = milliseconds(spelled ? `${amount} ${spelled}` : text);
  if (time && time <= LONGEST_PAUSE_MS) return time;
  if (time) throw new InvalidArgumentError(`"${text}" is longer than a day: for that there is the workflow drift.`);
  throw new InvalidArgumentError(`"${text}" is no time: write it as 5m, or as "5 minutes".`);
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
