import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const version = "1.22.0";
const zone = "voice.example.com";

/**
 * octoDNS from PyPI in a virtual environment, made once. It plans changes of DNS records as we do of numbers:
 * from files that people edit, against what is there, to be read before it is done.
 *
 * @returns the path of its command, or why it cannot be had here.
 */
export async function installOctodns(cache: string): Promise<{ command: string } | { missing: string }> {
  const folder = join(cache, `octodns-${version}`);
  const command = join(folder, "bin", "octodns-sync");
  if (existsSync(command)) return { command };
  await mkdir(cache, { recursive: true });
  try {
    await run("python3", ["-m", "venv", folder]);
    await run(join(folder, "bin", "pip"), ["install", "--quiet", `octodns==${version}`]);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { missing: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
  }
  return { command };
}

/**
 * Writes a zone with one record a number before and after, all of them changed, and how octoDNS is to plan that.
 *
 * @returns its arguments.
 */
export async function writeZone(folder: string, numbers: readonly string[]): Promise<string[]> {
  for (const [side, target] of [
    ["live", "support"],
    ["code", "sales"],
  ] as const) {
    const records = numbers.map((number) => `"${number.slice(1)}": { type: CNAME, value: ${target}.example.com. }`);
    await mkdir(join(folder, side), { recursive: true });
    await writeFile(join(folder, side, `${zone}.yaml`), `${records.join("\n")}\n`);
  }
  const provider = (side: string) =>
    `  ${side}: { class: octodns.provider.yaml.YamlProvider, directory: ${join(folder, side)}, default_ttl: 300, enforce_order: false }`;
  const config = `manager:
  max_workers: 2
  plan_outputs: { markdown: { class: octodns.provider.plan.PlanMarkdown } }
providers:
${provider("code")}
${provider("live")}
zones:
  ${zone}.: { sources: [code], targets: [live] }
`;
  await writeFile(join(folder, "config.yaml"), config);
  // Otherwise it refuses so many changes; that is a rule, as ours is, and not what is measured.
  return ["--config-file", join(folder, "config.yaml"), "--force", "--quiet"];
}
