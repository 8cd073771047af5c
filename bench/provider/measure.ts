import { MiniVoiceClient } from "pulumi-minivoice/api";
import { Project } from "../../test/engine/project.ts";
import { BenchAccount } from "./bench-account.ts";
import { watchMemory } from "./peak-memory.ts";
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

/** Runs each operation once, on an account and a project of its own. */
export async function measure(contender: Contender, count: number): Promise<Record<Operation, Cost>> {
  const account = await BenchAccount.open(count);
  const project = await Project.create({
    environment: { MINIVOICE_API_KEY: account.apiKey, MINIVOICE_BASE_URL: account.url },
    config: {
      "minivoice:capabilities": "managed",
      "minivoice:concurrency": "64",
      "minivoice:requestsPerSecond": "1000000",
    },
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
  const { first, others } = account;
  try {
    await project.write(contender.program(account.numbers, { first, others: first }));
    const up = await cost("up", "--yes", "--skip-preview");
    const preview = await cost("preview");
    const refresh = await cost("refresh", "--yes", "--skip-preview");
    await project.write(contender.program(account.numbers, { first: others, others: first }));
    const change = await cost("up", "--yes", "--skip-preview");
    return { up, "no-op preview": preview, refresh, "change of one number": change };
  } finally {
    await project.remove();
    await account.close();
  }
}

/** Seconds that the bare API needs for what an `up` of so many numbers asks of it: one write and one read a number. */
export async function measureApi(count: number): Promise<number> {
  const account = await BenchAccount.open(count);
  const client = new MiniVoiceClient({
    apiKey: account.apiKey,
    baseUrl: account.url,
    concurrency: 64,
    requestsPerSecond: 1e6,
  });
  try {
    const ids = (await client.dids.list()).map(({ id, number_e164: number }) => ({ id, number }));
    const started = performance.now();
    const rest = ids.values();
    const work = async () => {
      for (const { id, number } of rest) {
        await client.dids.update(id, { application_id: account.first, route_mode: "webhook" });
        await client.dids.byNumber(number);
      }
    };
    await Promise.all(Array.from({ length: 64 }, work));
    return (performance.now() - started) / 1_000;
  } finally {
    await client.close();
    await account.close();
  }
}
