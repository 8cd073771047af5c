/**
 * Measures the provider against an empty program and against a dynamic provider as Pulumi's documentation teaches it, all in
 * one run: `npm run bench -- provider [--sizes 100,1000]`. Writes `bench/results/provider.json` and `docs/benchmarks.md`.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measure, measureApi } from "./provider/measure.ts";
import { contenders } from "./provider/programs.ts";
import { type Results, renderReport } from "./provider/report.ts";

const { values } = parseArgs({
  options: { sizes: { type: "string", default: "100,1000,10000,100000" } },
  allowPositionals: true,
});
const sizes = values.sizes.split(",").map(Number);
const [cpu] = cpus();
const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  rows: [],
  api: {},
};

for (const size of sizes) {
  for (const contender of contenders) {
    if (size > contender.most) continue;
    process.stderr.write(`${contender.name}, ${size.toLocaleString("en")} numbers … `);
    const costs = await measure(contender, size);
    process.stderr.write(`up ${costs.up.seconds.toFixed(1)} s\n`);
    results.rows.push({ contender: contender.name, numbers: size, costs });
  }
  results.api[size] = await measureApi(size);
}

const root = join(import.meta.dirname, "..");
await mkdir(join(root, "bench/results"), { recursive: true });
await writeFile(join(root, "bench/results/provider.json"), `${JSON.stringify(results, undefined, 2)}\n`);

// Only what stands between the two marks is measured; the words around it are a person's.
const file = join(root, "docs/benchmarks.md");
const [before, , after] = (await readFile(file, "utf8")).split(/(?<=<!-- measured -->\n)|(?=<!-- \/measured -->)/);
await writeFile(file, `${before}${renderReport(results)}${after}`);
process.stdout.write(renderReport(results));
