import { spawn } from "node:child_process";
import { watchMemory } from "../shared/peak-memory.ts";

/** What one look at a change cost. */
export interface Cost {
  seconds: number;
  /** MiB, of the command and all of its processes together. */
  peakMemory: number;
  /** What it gives a person to read. */
  reportBytes: number;
}

/** A command, and what of it is the report. */
export interface Look {
  command: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The exit codes of a success. */
  codes: readonly number[];
}

/** Runs it several times: the fastest counts, since whatever else the machine does only ever adds to it. */
export async function measure(look: Look, repeat: number): Promise<Cost> {
  const costs: Cost[] = [];
  for (let time = 0; time < repeat; time++) costs.push(await once(look));
  return costs.reduce((best, cost) => (cost.seconds < best.seconds ? cost : best));
}

async function once({ command, args, cwd, env, codes }: Look): Promise<Cost> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const memory = watchMemory(child.pid ?? 0);
  let [reportBytes, said] = [0, ""];
  child.stdout.on("data", (chunk: Buffer) => {
    reportBytes += chunk.length;
    said = (said + chunk).slice(-2_000);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", reject);
  });
  const seconds = (performance.now() - started) / 1_000;
  const peakMemory = await memory.stop();
  if (!codes.includes(code ?? -1)) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${said}`);
  return { seconds, peakMemory, reportBytes };
}
