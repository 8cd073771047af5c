import { join, relative } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { withProgress } from "../../../tools/bootstrap/progress.mjs";
import { BUDGET } from "../../verify/budget.ts";
import { fixturesOf, writeFixtures } from "../../verify/call-fixtures.ts";
import { type Checklist, openChecklist, TITLES } from "../../verify/checklist.ts";
import { exitCodeOf, type Point, type Report } from "../../verify/report.ts";
import { renderReport } from "../checklist-screen.ts";
import { CliError, USAGE } from "../cli-error.ts";
import { interruptible } from "../interrupt.ts";
import { prepare } from "../prepare.ts";
import { LOCAL_STACK, root } from "../project.ts";
import { openWorkspace } from "../stack-workspace.ts";
import { openVerification } from "../verification.ts";

interface VerifyOptions {
  stack: string;
  only?: number[];
  record?: true;
  json?: true;
}

/** The point whose calls are recorded. */
const THREE_PATHS = 6;

/** `minivoice verify`: the vendor's integration checklist, against any stack. */
export function register(program: Command): void {
  const points = TITLES.map((title, index) => `  ${index + 1}  ${title}`).join("\n");
  program
    .command("verify")
    .summary("hold a stack against MiniVoice's integration checklist")
    .description(
      "Holds what a stack deployed against MiniVoice's own integration checklist. Each point, and each application in " +
        "it, passes, fails or cannot be checked, with evidence. Nothing is changed: webhooks get a probe event that is " +
        "recorded apart. A local stack is called, three times each application; on a live one the calls that were " +
        "recorded are judged.",
    )
    .option("-s, --stack <name>", "the stack", LOCAL_STACK)
    .option("--only <points>", "only these points, such as 1,2", pointNumbers)
    .option("--record", "keep the calls that worked under test/fixtures/calls, which npm test replays (local stacks)")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `\nThe points:\n${points}\n\n` +
        `Quickly: of ${BUDGET.tries} tries the fastest within ${BUDGET.usualMs} ms, none over ${BUDGET.worstMs} ms.\n\n` +
        "Exit codes: 0 no point failed (what could not be checked is listed), 2 a point failed, 1 it could not be verified.\n\n" +
        "Examples:\n  minivoice verify\n  minivoice verify -s production --only 1,2,3\n  minivoice verify --record",
    )
    .action(async ({ stack, only, record, json }: VerifyOptions) => {
      const workspace = await openWorkspace(stack);
      if (record && !workspace.local)
        throw new CliError(
          `--record needs calls through the sandbox, and ${stack} is a live stack: record on a local one`,
          USAGE,
        );
      await prepare(workspace, { command: "verify" });
      const numbers = only ?? TITLES.map((_, index) => index + 1);
      const { report, recorded } = await interruptible("nothing was changed", async (signal) => {
        const { subject, close } = await openVerification(workspace, signal);
        try {
          const checklist = openChecklist(subject);
          const wanted = record ? [...new Set([...numbers, THREE_PATHS])].sort() : numbers;
          const found = await checkAll(checklist, wanted, workspace.stack);
          const at = new Date().toISOString();
          const report: Report = { stack: workspace.stack, local: workspace.local, at, points: found };
          return { report, recorded: record ? await keep(checklist, report) : [] };
        } finally {
          await close();
        }
      });
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, process.stdout));
      for (const { file, changed } of recorded) if (changed) say(`recorded ${relative(root, file)}`);
      if (recorded.length > 0)
        say(
          `${recorded.length} calls under test/fixtures/calls, ${recorded.filter(({ changed }) => changed).length} changed`,
        );
      process.exitCode = exitCodeOf(report);
    });
}

async function checkAll(checklist: Checklist, numbers: readonly number[], stack: string): Promise<Point[]> {
  const points: Point[] = [];
  let now = "";
  const detail = () => now;
  await withProgress({ title: `Verifying ${stack}`, estimateSeconds: 10, detail }, async () => {
    for (const number of numbers) {
      now = TITLES[number - 1] ?? "";
      points.push(await checklist.check(number));
    }
  });
  return points;
}

/**
 * Keeps the calls of each flow once, if all of its paths went well: a call that did not work is nothing to hold later
 * ones against.
 */
async function keep(checklist: Checklist, { points }: Report): Promise<{ file: string; changed: boolean }[]> {
  const findings = points.find(({ number }) => number === THREE_PATHS)?.findings ?? [];
  const kept = new Set<string>();
  const written: { file: string; changed: boolean }[] = [];
  for (const placed of await checklist.placedCalls()) {
    const { key, flow = key } = placed.application;
    if (kept.has(flow)) continue;
    const bad = findings.find(({ subject, outcome }) => subject.startsWith(`${key}, `) && outcome !== "passed");
    if (bad) say(`${flow} is not recorded: ${bad.subject}: ${bad.text}`);
    else {
      kept.add(flow);
      written.push(...writeFixtures(join(root, "test", "fixtures", "calls"), fixturesOf(placed)));
    }
  }
  return written;
}

function pointNumbers(text: string, previous: number[] = []): number[] {
  const numbers = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (numbers.every((number) => number >= 1 && number <= TITLES.length))
    return [...new Set([...previous, ...numbers])].sort((a, b) => a - b);
  throw new InvalidArgumentError(
    `"${text}" names no points of the checklist: write some of 1 to ${TITLES.length}, such as 1,2.`,
  );
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
