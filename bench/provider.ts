/**
 * Measures the provider against an empty program and against a dynamic provider as Pulumi's documentation teaches it, all in
 * one run. Writes `bench/results/provider.json` and `docs/benchmarks.md`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packed } from "../test/engine/packed.ts";
import { fastest, measure, measureApi } from "./provider/measure.ts";
import { contenders } from "./provider/programs.ts";
import { type Results, renderReport } from "./provider/report.ts";
import { circumstances } from "./shared/circumstances.ts";
import { command, say, wholeNumber, wholeNumbers } from "./shared/command.ts";
import { publish } from "./shared/publish.ts";

const help = `Usage: npm run bench -- provider [options]

  --sizes <counts>     of numbers (100,1000,10000,100000); other ones are printed, and nothing is written
  --repeat <count>     runs of each operation, of which the fastest counts (3)
  --help
`;
const options = {
  sizes: { type: "string", default: "100,1000,10000,100000" },
  repeat: { type: "string", default: "3" },
} as const;

await command(help, options, async (values) => {
  const sizes = wholeNumbers("sizes", values.sizes);
  const repeat = wholeNumber("repeat", values.repeat);
  const results: Results = { ...circumstances(), repeat, rows: [], api: {} };
  const folder = await mkdtemp(join(tmpdir(), "voice-bench-"));
  try {
    const installed = await packed(folder);
    for (const size of sizes) {
      for (const contender of contenders) {
        if (size > contender.most) continue;
        say(`${contender.name}, ${size.toLocaleString("en")} numbers … `);
        const costs = await fastest(repeat, () => measure(contender, size, installed));
        say(`up ${costs.up.seconds.toFixed(1)} s\n`);
        results.rows.push({ contender: contender.name, numbers: size, costs });
      }
      results.api[size] = await measureApi(size);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(renderReport(results));
  if (values.sizes === options.sizes.default) await publish("provider", results, renderReport(results));
});
