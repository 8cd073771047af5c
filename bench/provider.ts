/**
 * Measures the provider against an empty program and against a dynamic provider as Pulumi's documentation teaches it, all in
 * one run. Writes `bench/results/provider.json` and `docs/benchmarks.md`.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packed } from "../test/engine/packed.ts";
import { fastest, measure, measureApi } from "./provider/measure.ts";
import { contenders } from "./provider/programs.ts";
import { type Results, renderReport } from "./provider/report.ts";

const help = `Usage: npm run bench -- provider [options]

  --sizes <counts>     of numbers (100,1000,10000,100000); other ones are printed, and nothing is written
  --repeat <count>     runs of each operation, of which the fastest counts (3)
  --help
`;
const options = {
  sizes: { type: "string", default: "100,1000,10000,100000" },
  repeat: { type: "string", default: "3" },
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

async function run(values: { sizes: string; repeat: string }): Promise<void> {
  const sizes = values.sizes.split(",").map(Number);
  const repeat = Number(values.repeat);
  for (const [name, counts] of Object.entries({ sizes, repeat: [repeat] }))
    if (!counts.every((count) => Number.isInteger(count) && count > 0))
      return refuse(
        `--${name} must be ${name === "sizes" ? "whole numbers of 1 or more, such as 100,1000" : "a whole number of 1 or more"}`,
      );

  const [loadBefore = 0] = loadavg();
  const [cpu] = cpus();
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    loadBefore,
    repeat,
    rows: [],
    api: {},
  };
  const folder = await mkdtemp(join(tmpdir(), "voice-bench-"));
  try {
    const installed = await packed(folder);
    for (const size of sizes) {
      for (const contender of contenders) {
        if (size > contender.most) continue;
        process.stderr.write(`${contender.name}, ${size.toLocaleString("en")} numbers … `);
        const costs = await fastest(repeat, () => measure(contender, size, installed));
        process.stderr.write(`up ${costs.up.seconds.toFixed(1)} s\n`);
        results.rows.push({ contender: contender.name, numbers: size, costs });
      }
      results.api[size] = await measureApi(size);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(renderReport(results));
  if (values.sizes === options.sizes.default) await write(results);
}

async function write(results: Results): Promise<void> {
  const root = join(import.meta.dirname, "..");
  await mkdir(join(root, "bench/results"), { recursive: true });
  await writeFile(join(root, "bench/results/provider.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  // Only what stands between the two marks is measured; the words around it are a person's.
  const file = join(root, "docs/benchmarks.md");
  const page = await readFile(file, "utf8");
  await writeFile(
    file,
    page.replace(/(?<=<!-- measured -->\n)[\s\S]*(?=<!-- \/measured -->)/, () => renderReport(results)),
  );
}

function refuse(reason: string): void {
  process.stderr.write(`error: ${reason}\n`);
  process.exitCode = 2;
}
