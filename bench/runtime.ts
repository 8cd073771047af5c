/**
 * Measures the functions: the answer function against the usual ways to write it, verification of webhooks against
 * `standardwebhooks`, the pipeline under faults, and what calls cost. Writes `bench/results/runtime.json` and
 * `docs/benchmarks.md` when everything was measured.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureAnswer } from "./runtime/answer/measure.ts";
import { latestPrices } from "./runtime/cost/prices.ts";
import { measureCalls } from "./runtime/cost/usage.ts";
import { answerExpectations, pipelineExpectations } from "./runtime/expectations.ts";
import { measurePipeline } from "./runtime/pipeline/measure.ts";
import {
  type Results,
  renderAnswer,
  renderCost,
  renderExpectations,
  renderPipeline,
  renderReport,
} from "./runtime/report.ts";
import { LocalStack } from "./runtime/stack/local-stack.ts";
import { measureWebhook, renderWebhook } from "./runtime/webhook.ts";

const PARTS = ["answer", "webhook", "pipeline", "cost"] as const;
const help = `Usage: npm run bench -- runtime [options]

  --only <parts>       of ${PARTS.join(", ")}: printed, nothing is written
  --events <count>     that go through the pipeline (10000)
  --calls <count>      that are placed for the cost (60)
  --starts <count>     of a fresh process for each way to answer (25)
  --help
`;
const options = {
  only: { type: "string", default: PARTS.join(",") },
  events: { type: "string", default: "10000" },
  calls: { type: "string", default: "60" },
  starts: { type: "string", default: "25" },
  help: { type: "boolean", default: false },
} as const;

process.once("SIGINT", () => process.exit(130));
try {
  const { values } = parseArgs({ options });
  if (values.help) process.stdout.write(help);
  else await run(values);
} catch (error) {
  if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))) throw error;
  refuse(error.message);
}

async function run(values: Record<"only" | "events" | "calls" | "starts", string>): Promise<void> {
  const only = values.only.split(",");
  const unknown = only.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) return refuse(`--only ${unknown}: must be of ${PARTS.join(", ")}`);
  const counts = { events: Number(values.events), calls: Number(values.calls), starts: Number(values.starts) };
  for (const [name, count] of Object.entries(counts))
    if (!Number.isInteger(count) || count < 1) return refuse(`--${name} must be a whole number of 1 or more`);

  const [loadBefore = 0] = loadavg();
  const [cpu] = cpus();
  const results: Partial<Results> = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    loadBefore,
    prices: latestPrices(),
    expectations: [],
  };
  if (only.includes("answer")) await measureAnswers(results, counts.starts);
  if (only.includes("webhook")) {
    say("webhooks verified, and the same with standardwebhooks …");
    results.webhook = measureWebhook();
    print("Webhook", renderWebhook(results.webhook));
  }
  if (only.includes("pipeline") || only.includes("cost")) await measureStack(results, only, counts);
  if (results.expectations?.length) print("Expectations", renderExpectations(results.expectations));
  if (isComplete(results)) await write(results);
}

async function measureAnswers(results: Partial<Results>, starts: number): Promise<void> {
  say(`the answer function, and the usual ways: ${starts} starts each …`);
  results.answer = await measureAnswer({ starts, warmStarts: Math.ceil(starts / 5), warmUp: 500, measured: 2_000 });
  results.expectations?.push(...answerExpectations(results.answer));
  print("Answer", renderAnswer(results.answer));
}

async function measureStack(
  results: Partial<Results>,
  only: string[],
  { events, calls }: { events: number; calls: number },
): Promise<void> {
  say("an environment is deployed to the local AWS …");
  await using stack = await LocalStack.open();
  await stack.deploy();
  if (only.includes("cost")) {
    say(`${calls} calls …`);
    results.calls = await measureCalls(stack, calls);
    print("Cost", renderCost(results.calls, latestPrices()));
  }
  if (only.includes("pipeline")) {
    say(`${events.toLocaleString("en")} events through a pipeline whose table fails …`);
    results.pipeline = await measurePipeline(stack, events);
    const expectations = pipelineExpectations(results.pipeline);
    results.expectations?.push(...expectations);
    // A lost event is a defect, on however busy a machine; the rest is for whoever reads it.
    if (!expectations.every(({ holds }) => holds)) process.exitCode = 1;
    print("Pipeline", renderPipeline(results.pipeline));
  }
}

async function write(results: Results): Promise<void> {
  const root = join(import.meta.dirname, "..");
  await mkdir(join(root, "bench/results"), { recursive: true });
  await writeFile(join(root, "bench/results/runtime.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  // Only what stands between the two marks is measured; the words around it are a person's.
  const file = join(root, "docs/benchmarks.md");
  const page = await readFile(file, "utf8");
  await writeFile(
    file,
    page.replace(/(?<=<!-- runtime -->\n)[\s\S]*(?=<!-- \/runtime -->)/, () => renderReport(results)),
  );
}

function isComplete(results: Partial<Results>): results is Results {
  return Boolean(results.answer && results.webhook && results.pipeline && results.calls);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(title: string, markdown: string): void {
  process.stdout.write(`\n## ${title}\n\n${markdown}\n`);
}

function refuse(reason: string): void {
  process.stderr.write(`error: ${reason}\n`);
  process.exitCode = 2;
}
