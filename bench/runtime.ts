/**
 * Measures the functions: the answer function against the usual ways to write it, verification of webhooks against
 * `standardwebhooks`, the pipeline under faults, and what calls cost. Writes `bench/results/runtime.json` and
 * `docs/benchmarks.md` when everything was measured.
 */
import { measureAnswer } from "./runtime/answer/measure.ts";
import { latestPrices } from "./runtime/cost/prices.ts";
import { measureCalls } from "./runtime/cost/usage.ts";
import { answerExpectations, pipelineExpectations } from "./runtime/expectations.ts";
import { measurePipeline } from "./runtime/pipeline/measure.ts";
import { type Results, renderAnswer, renderCost, renderPipeline, renderReport } from "./runtime/report.ts";
import { LocalStack } from "./runtime/stack/local-stack.ts";
import { measureWebhook, renderWebhook } from "./runtime/webhook.ts";
import { circumstances } from "./shared/circumstances.ts";
import { command, refuse, wholeNumber } from "./shared/command.ts";
import { renderExpectations } from "./shared/markdown.ts";
import { publish } from "./shared/publish.ts";

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
} as const;

await command(help, options, async (values) => {
  const only = values.only.split(",");
  const unknown = only.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) refuse(`--only ${unknown}: must be of ${PARTS.join(", ")}`);
  const counts = {
    events: wholeNumber("events", values.events),
    calls: wholeNumber("calls", values.calls),
    starts: wholeNumber("starts", values.starts),
  };
  const results: Partial<Results> = {
    ...circumstances(),
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
  if (isComplete(results)) await publish("runtime", results, renderReport(results));
});

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

function isComplete(results: Partial<Results>): results is Results {
  return Boolean(results.answer && results.webhook && results.pipeline && results.calls);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(title: string, markdown: string): void {
  process.stdout.write(`\n## ${title}\n\n${markdown}\n`);
}
