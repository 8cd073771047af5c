/**
 * Measures a review of many changed numbers against the engine's bare preview and against octoDNS, all in one run. Writes
 * `bench/results/review.json` and `docs/benchmarks.md`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../src/cli/project.ts";
import { DeployedStack } from "./review/deployed-stack.ts";
import { type Look, measure } from "./review/measure.ts";
import { installOctodns, writeZone } from "./review/octodns.ts";
import { type Contender, type Results, renderReport } from "./review/report.ts";
import { circumstances } from "./shared/circumstances.ts";
import { command, say, wholeNumber, wholeNumbers } from "./shared/command.ts";
import { publish } from "./shared/publish.ts";

const help = `Usage: npm run bench -- review [options]

  --sizes <counts>     of changed numbers (10,1000,10000); other ones are printed, and nothing is written
  --repeat <count>     runs of each, of which the fastest counts (3)
  --help

octoDNS comes from PyPI and needs Python; without it the rest is measured.
`;
const options = {
  sizes: { type: "string", default: "10,1000,10000" },
  repeat: { type: "string", default: "3" },
} as const;

await command(help, options, async (values) => {
  const sizes = wholeNumbers("sizes", values.sizes).sort((one, other) => one - other);
  const repeat = wholeNumber("repeat", values.repeat);
  say("octoDNS …\n");
  const octodns = await installOctodns(join(root, "node_modules", ".cache", "bench"));
  const missing = "missing" in octodns ? [`octoDNS could not be installed (${octodns.missing})`] : [];
  const results: Results = { ...circumstances(), repeat, rows: [], missing };
  const folder = await mkdtemp(join(tmpdir(), "voice-bench-"));
  say("an environment is deployed …\n");
  const stack = await DeployedStack.open();
  try {
    for (const numbers of sizes) {
      say(`${numbers.toLocaleString("en")} numbers are deployed, and moved in the code …\n`);
      const moved = await stack.moveAll(numbers);
      const looks = await looksAt(stack);
      if ("command" in octodns)
        looks.octodns = {
          command: octodns.command,
          args: await writeZone(folder, moved),
          cwd: folder,
          env: process.env,
          codes: [0],
        };
      for (const [contender, look] of Object.entries(looks) as [Contender, Look][]) {
        const cost = await measure(look, repeat);
        say(`  ${contender}: ${cost.seconds.toFixed(1)} s\n`);
        results.rows.push({ contender, numbers, cost });
      }
    }
  } finally {
    await stack.close();
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write(renderReport(results));
  if (values.sizes === options.sizes.default) await publish("review", results, renderReport(results));
});

async function looksAt(stack: DeployedStack): Promise<Partial<Record<Contender, Look>>> {
  const engine = await stack.engine();
  const cwd = stack.checkout.directory;
  // As the front door has it; for each of them.
  const compiled = { NODE_COMPILE_CACHE: join(cwd, ".local", "compile-cache") };
  const review = (...args: string[]): Look => ({
    command: process.execPath,
    args: [
      ...["--disable-warning=ExperimentalWarning", join(cwd, "src", "cli", "main.ts")],
      ...["review", "-s", "local", "--base", "HEAD", "--format", "markdown", ...args],
    ],
    cwd,
    env: { ...process.env, ...compiled },
    // 3: so many numbers at once break a rule.
    codes: [2, 3],
  });
  return {
    preview: {
      ...engine,
      args: ["preview", "--json", "--stack", "local", "--non-interactive"],
      // What a review sets as well: else the table refuses so large a change.
      env: { ...engine.env, ...compiled, MINIVOICE_CONFIRM_CHANGES: "preview" },
      codes: [0],
    },
    full: review(),
    offline: review("--offline"),
  };
}
