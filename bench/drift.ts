/**
 * Measures `minivoice drift` against what Pulumi offers for the same question, for accounts that list their numbers and for
 * those that do not, in one run. Writes `bench/results/drift.json` and `docs/benchmarks.md`.
 */
import { contenders } from "./drift/contenders.ts";
import { measure } from "./drift/measure.ts";
import { type Results, renderReport } from "./drift/report.ts";
import { circumstances } from "./shared/circumstances.ts";
import { command, say, wholeNumber, wholeNumbers } from "./shared/command.ts";
import { publish } from "./shared/publish.ts";

const help = `Usage: npm run bench -- drift [options]

  --sizes <counts>     of numbers (1000,10000); other ones are printed, and nothing is written
  --latencies <ms>     of the account (5,50)
  --largest <count>    of numbers, with the first latency, for our command alone (100000)
  --repeat <count>     runs, of which the fastest counts (1)
  --limit <seconds>    after which nobody waits any longer (600)
  --help
`;
const options = {
  sizes: { type: "string", default: "1000,10000" },
  latencies: { type: "string", default: "5,50" },
  largest: { type: "string", default: "100000" },
  repeat: { type: "string", default: "1" },
  limit: { type: "string", default: "600" },
} as const;

await command(help, options, async (values) => {
  const sizes = wholeNumbers("sizes", values.sizes);
  const latencies = wholeNumbers("latencies", values.latencies);
  const largest = wholeNumber("largest", values.largest);
  const repeat = wholeNumber("repeat", values.repeat);
  const limitSeconds = wholeNumber("limit", values.limit);
  const results: Results = { ...circumstances(), repeat, limitSeconds, rows: [] };
  const cases = [
    ...sizes.flatMap((count) => latencies.map((latencyMs) => ({ count, latencyMs, measured: contenders }))),
    { count: largest, latencyMs: latencies[0] ?? 0, measured: contenders.slice(0, 1) },
  ];
  for (const { count, latencyMs, measured } of cases)
    for (const capabilities of ["managed", "documented"] as const)
      for (const contender of measured) {
        say(`${contender.name}, ${capabilities}, ${count.toLocaleString("en")} numbers, ${latencyMs} ms … `);
        const settings = { count, latencyMs, capabilities, routed: true };
        const cost = await measure(contender, settings, { repeat, limitMs: limitSeconds * 1_000 });
        say(cost ? `${cost.seconds.toFixed(1)} s\n` : `not within ${limitSeconds} s\n`);
        results.rows.push({
          contender: contender.name,
          numbers: count,
          latencyMs,
          capabilities,
          ...(cost && { cost }),
        });
      }
  const markdown = renderReport(results);
  process.stdout.write(markdown);
  const isWhole = (["sizes", "latencies", "largest"] as const).every((name) => values[name] === options[name].default);
  if (isWhole) await publish("drift", results, markdown);
});
