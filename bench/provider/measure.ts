import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MiniVoiceClient } from "pulumi-minivoice/api";
import type { Packed } from "../../test/engine/packed.ts";
import { Project } from "../../test/engine/project.ts";
import { BenchAccount } from "../shared/bench-account.ts";
import { watchMemory } from "../shared/peak-memory.ts";
import type { Contender } from "./programs.ts";

export const operations = ["up", "no-op preview", "refresh", "change of one number"] as const;
export type Operation = (typeof operations)[number];

/** What one operation cost. */
export interface Cost {
  seconds: number;
  /** Requests to the API. */
  requests: number;
  /** Of the state file, afterwards. */
  stateBytes: number;
  /** MiB, of the engine and all of its processes together. */
  peakMemory: number;
}

/** Requests at once; the engine's runs and the bare client have the same. */
const concurrency = 64;

/** Runs each operation once, on an account and a project of its own, with the package as strangers install it. */
export async function measure(
  contender: Contender,
  count: number,
  { install }: Packed,
): Promise<Record<Operation, Cost>> {
  const account = await BenchAccount.open(count);
  const project = await Project.create({
    environment: { MINIVOICE_API_KEY: account.apiKey, MINIVOICE_BASE_URL: account.url },
    config: {
      "minivoice:capabilities": "managed",
      "minivoice:concurrency": String(concurrency),
      "minivoice:requestsPerSecond": "1000000",
    },
    install,
  });
  const cost = async (...args: string[]): Promise<Cost> => {
    await account.requests();
    const started = performance.now();
    const child = project.start([...args, "--stack", project.stackName]);
    const memory = watchMemory(child.pid ?? 0);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => (said = (said + chunk).slice(-2_000)));
    const code = await new Promise((resolve) => child.on("close", resolve));
    const seconds = (performance.now() - started) / 1_000;
    const peakMemory = await memory.stop();
    if (code !== 0)
      throw new Error(`${contender.name}, ${count} numbers: pulumi ${args[0]} ended with ${code}: ${said}`);
    return { seconds, requests: await account.requests(), stateBytes: (await project.stateFile()).length, peakMemory };
  };
  const write = (targets: { first: string; others: string }) =>
    writeFile(join(project.directory, "index.ts"), contender.program(account.numbers, targets));
  const { first, others } = account;
  try {
    await write({ first, others: first });
    const up = await cost("up", "--yes", "--skip-preview");
    const preview = await cost("preview");
    const refresh = await cost("refresh", "--yes", "--skip-preview");
    await write({ first: others, others: first });
    const change = await cost("up", "--yes", "--skip-preview");
    return { up, "no-op preview": preview, refresh, "change of one number": change };
  } finally {
    await project.remove();
    await account.close();
  }
}

/** The same several times: the fastest run of each operation, since whatever else the machine does only ever adds to it. */
export async function fastest(
  times: number,
  once: () => Promise<Record<Operation, Cost>>,
): Promise<Record<Operation, Cost>> {
  const best = await once();
  for (let time = 1; time < times; time++) {
    const next = await once();
    for (const operation of operations)
      if (next[operation].seconds < best[operation].seconds) best[operation] = next[operation];
  }
  return best;
}

/** As many writes as a table of so many numbers sends between two lists of the account. */
const waveOf = (count: number): number => Math.max(1_024, Math.ceil(count / 8));

/** Seconds that the API needs for what a table's first `up` asks of it: a write a number, and a list before and after each wave. */
export async function measureApi(count: number): Promise<number> {
  const account = await BenchAccount.open(count);
  const { apiKey, url: baseUrl } = account;
  const client = new MiniVoiceClient({ apiKey, baseUrl, concurrency, requestsPerSecond: 1e6 });
  try {
    const started = performance.now();
    const wave = waveOf(count);
    for (let from = 0; from < count; from += wave) {
      const dids = (await client.dids.list()).slice(from, from + wave);
      const change = { application_id: account.first, route_mode: "webhook" } as const;
      await Promise.all(dids.map(({ id }) => client.dids.update(id, change)));
      await client.dids.list();
    }
    return (performance.now() - started) / 1_000;
  } finally {
    await client.close();
    await account.close();
  }
}
