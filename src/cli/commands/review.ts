import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { milliseconds } from "pulumi-minivoice/api";
import type { CallCounts } from "../../review/changes/number-changes.ts";
import { CouldNotReview } from "../../review/could-not-review.ts";
import { type Failure, type Format, formats, render } from "../../review/render/index.ts";
import { shown } from "../../review/render/shown-text.ts";
import type { Review } from "../../review/review.ts";
import { reviewProject } from "../../review/review-project.ts";
import { defaultLimits } from "../../review/sources/flow-process/evaluate-flows.ts";
import { readCallCounts } from "../call-counts.ts";
import { CliError, messageOf, USAGE } from "../cli-error.ts";
import { svgOf } from "../flow-svg.ts";
import { reviewFully } from "../full-review.ts";
import { interruptible } from "../interrupt.ts";
import { assertWritable, deliver, formatOf, isFolder, lookOf } from "../output-file.ts";
import { LOCAL_STACK, root } from "../project.ts";
import { saveReview } from "../save-review.ts";

interface ReviewOptions {
  stack: string;
  offline?: true;
  live?: true;
  ids?: true;
  base?: string;
  format?: Format;
  out: string[];
  calls?: string;
  save?: string;
  project?: string;
  flowTime: number;
}

/** `minivoice review`: what callers will notice of a change, before it is approved. */
export function register(program: Command): void {
  program
    .command("review")
    .summary("what would callers notice? compare the working tree with its base, and hold it against the rules")
    .description(
      "Compares the stack as the working tree declares it, uncommitted edits included, with the commit that the change " +
        "begins at, and that commit with what is deployed: which numbers go elsewhere, what callers hear otherwise, which " +
        "endpoints and functions change, and which rules that breaks. Runs the program in the engine's own preview. Changes " +
        "nothing and takes no lock.",
    )
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("--offline", "from the code alone, for changes of strangers: no engine, no state, no account, no secret")
    .option("--live", "read the account as well: is it as it was deployed, are new numbers free?")
    .option("--ids", "name the ids of the deployed applications as well; not with --offline")
    .option(
      "--base <ref>",
      "the branch, tag or commit to compare with (default: the merge base with the remote's default branch, else HEAD)",
    )
    .addOption(
      new Option("--format <format>", "how to print it (default: by the ending of --out, else terminal)").choices(
        formats,
      ),
    )
    .option(
      "--out <file>",
      "write it into a file (repeatable, one for each format)",
      (file, files: string[]) => [...files, file],
      [],
    )
    .option(
      "--calls <file>",
      'calls of the last seven days by number, as JSON: {"+15551230001": 42} (default: those that the stack has recorded)',
    )
    .option("--save <file>", "write what minivoice apply holds the deployment against; not with --offline")
    .option("--project <folder>", "with --offline: the checkout to review (default: this project)")
    .addOption(
      new Option("--flow-time <time>", "how long the flow modules of either side may run")
        .argParser(limitOf)
        .default(defaultLimits.timeMs, "30 seconds"),
    )
    .addHelpText(
      "after",
      "\nThresholds and exemptions: stacks/review-rules.yaml. What each rule is about: docs/reviewing.md.\n\n" +
        "Exit codes: 0 nothing to say, 2 changes within the rules, 3 a rule broken, 1 could not review.\n\nExamples:\n" +
        "  minivoice review -s production --live\n" +
        "  minivoice review -s test --offline --base HEAD~1 --format markdown\n" +
        "  minivoice review -s production --offline --out review.html --out review.json",
    )
    .action(run);
}

async function run(options: ReviewOptions): Promise<void> {
  const problem = contradiction(options);
  if (problem) throw new CliError(problem, USAGE);
  assertWritable("--out", options.out);
  assertWritable("--save", options.save === undefined ? [] : [options.save]);
  const calls = options.calls === undefined ? undefined : readCallCounts(options.calls);
  const result = await interruptible("nothing was changed", (signal) => attempt(options, calls, signal));
  if (result.outcome === "could not review")
    process.stderr.write(result.reasons.map((reason) => `error: ${shown(reason)}\n`).join(""));
  for (const file of options.out) await show(result, options.format ?? formatOf(file), file);
  // On a terminal the reasons have just been said.
  const { format = "terminal" } = options;
  if (options.out.length === 0 && (result.outcome !== "could not review" || format !== "terminal"))
    await show(result, format);
  process.exitCode = result.exitCode;
}

/** What was asked for and does not go together. */
function contradiction({ offline, live, ids, project, save }: ReviewOptions): string | undefined {
  if (offline && save !== undefined)
    return "--save keeps what is deployed and planned, which --offline does not look at: leave one of them out";
  if (offline && live) return "--offline and --live exclude each other: the one asks nobody, the other the account";
  if (offline && ids) return "--ids are in the state, which --offline does not look at: leave one of them out";
  if (!offline && project !== undefined && resolve(project) !== root)
    return "--project goes with --offline: a full review runs the program, and runs that of this project alone";
  if (project !== undefined && !isFolder(project)) return `--project ${project} is no folder`;
  return undefined;
}

async function show(result: Review | Failure, format: Format, file?: string): Promise<void> {
  const drawings = format === "html" ? await drawingsOf(result) : undefined;
  deliver(render(result, format, lookOf(file), drawings), file);
}

async function attempt(
  { stack, offline, live, ids, base, project, flowTime, save }: ReviewOptions,
  calls: CallCounts | undefined,
  signal: AbortSignal,
): Promise<Review | Failure> {
  const folder = resolve(project ?? root);
  const limits = { ...defaultLimits, timeMs: flowTime };
  try {
    const request = { stack, project: folder, packages: packagesFor(folder), base, calls, ids, limits, signal };
    if (offline) return await reviewProject(request);
    const { review, preview } = await reviewFully({ ...request, live: live === true });
    if (save !== undefined) await saveReview(save, review, preview, signal);
    return review;
  } catch (error) {
    if (signal.aborted || process.env.DEBUG) throw error;
    const reasons = error instanceof CouldNotReview ? error.reasons : [messageOf(error)];
    return { format: 1, stack, outcome: "could not review", exitCode: 1, reasons };
  }
}

/** Each takes a moment to lay out, and nobody looks through hundreds. */
const MOST_DRAWINGS = 30;

/** The diagrams of a review as pictures. One that cannot be drawn stays text. */
async function drawingsOf(result: Review | Failure): Promise<Map<string, string>> {
  const drawings = new Map<string, string>();
  if (result.outcome === "could not review") return drawings;
  const diagrams = result.blocks.flatMap(({ flows }) => flows.flatMap(({ diagram }) => diagram ?? []));
  for (const diagram of diagrams.slice(0, MOST_DRAWINGS)) {
    const svg = await svgOf(diagram).catch(() => undefined);
    if (svg !== undefined) drawings.set(diagram, svg);
  }
  return drawings;
}

/** A checkout without packages of its own is made with ours. */
function packagesFor(project: string): string {
  const own = join(project, "node_modules");
  return existsSync(own) ? own : join(root, "node_modules");
}

function limitOf(value: string): number {
  const time = milliseconds(value);
  if (time) return time;
  throw new InvalidArgumentError(`"${value}" is no time: write a number with a unit, such as "30 seconds".`);
}
