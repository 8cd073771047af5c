import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Flow } from "../../../call-flow/flow.ts";
import type { Evaluated, Wanted } from "./evaluated.ts";
import { RESULT_CHANNEL } from "./evaluated.ts";
import { flowsFrom } from "./flow-shape.ts";

/** What the process may use. */
export interface Limits {
  timeMs: number;
  /** Of the heap; buffers lie beside it. */
  memoryMb: number;
  /** Of the result. */
  bytes: number;
}

export const defaultLimits: Limits = { timeMs: 30_000, memoryMb: 256, bytes: 16 * 1024 * 1024 };

/** The flows of each stack by name, or why a stack, or the whole version, has none. */
export type EvaluatedFlows =
  | { error: string; stacks?: never }
  | {
      stacks: Map<string, { flows: Record<string, Flow>; error?: never } | { error: string; flows?: never }>;
      error?: never;
    };

/**
 * Evaluates the flow modules of a version in a process of its own: with an empty environment, reading nothing but that
 * version and the packages, writing nothing, starting nothing, and only for so long. What is not kept from them is the
 * network: Node has no switch for it.
 *
 * @param directory - of the version.
 * @returns what is wrong as a sentence without paths of this machine, so that a report can show it.
 */
export async function evaluateFlows(
  directory: string,
  wanted: readonly Wanted[],
  { limits = defaultLimits, signal }: { limits?: Limits; signal?: AbortSignal | undefined } = {},
): Promise<EvaluatedFlows> {
  const entry = join(directory, "src", "flows", "index.ts");
  if (!existsSync(entry)) return { error: "there is no src/flows/index.ts" };
  const { end, bytes, said } = await run(directory, [entry, JSON.stringify(wanted)], limits, signal);
  signal?.throwIfAborted();
  if (end === "too long")
    return { error: `the flow modules did not come to an end within ${limits.timeMs / 1000} seconds` };
  if (end === "too much") return { error: `the flows take more than ${limits.bytes / 1024 / 1024} MB` };
  const result = parsed(bytes);
  if (result === undefined) return { error: withoutPaths(whyNothing(end, said, limits), directory) };
  if (result.error !== undefined) return { error: withoutPaths(result.error, directory) };
  const stacks = Object.entries(result.stacks).map(([stack, { flows, error }]) => {
    const checked = error === undefined ? flowsFrom(flows) : { error };
    return [stack, "error" in checked ? { error: withoutPaths(checked.error, directory) } : checked] as const;
  });
  return { stacks: new Map(stacks) };
}

/** How a process came to its end: by itself with an exit code or a signal, or because of a limit. */
type End = "too long" | "too much" | { code: number | null; killedBy: NodeJS.Signals | null };

async function run(directory: string, args: string[], limits: Limits, signal: AbortSignal | undefined) {
  const main = join(import.meta.dirname, "main.ts");
  const readable = [directory, realpathSync(join(directory, "node_modules")), import.meta.dirname];
  const child = spawn(
    process.execPath,
    [
      "--permission",
      ...readable.map((path) => `--allow-fs-read=${path}/`),
      `--max-old-space-size=${limits.memoryMb}`,
      "--disable-warning=ExperimentalWarning",
      main,
      ...args,
    ],
    { cwd: directory, env: {}, stdio: ["ignore", "ignore", "pipe", "pipe"] },
  );
  const stop = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", stop);
  let reached: "too long" | "too much" | undefined;
  const timer = setTimeout(() => {
    reached = "too long";
    stop();
  }, limits.timeMs);
  const chunks: Buffer[] = [];
  let size = 0;
  (child.stdio[RESULT_CHANNEL] as Readable).on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limits.bytes) chunks.push(chunk);
    else {
      reached = "too much";
      stop();
    }
  });
  let said = "";
  (child.stderr as Readable).setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-4_000);
  });
  const { promise, resolve, reject } = Promise.withResolvers<End>();
  child.on("error", reject);
  child.on("close", (code, killedBy) => resolve(reached ?? { code, killedBy }));
  try {
    return { end: await promise, bytes: Buffer.concat(chunks), said };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function parsed(bytes: Buffer): Evaluated | undefined {
  try {
    return JSON.parse(bytes.toString("utf8")) as Evaluated;
  } catch {
    return undefined;
  }
}

function whyNothing(end: End, said: string, { memoryMb }: Limits): string {
  if (/heap out of memory/.test(said)) return `the flow modules need more than ${memoryMb} MB of memory`;
  const { code } = end as Exclude<End, string>;
  // Node's exit code for a module that awaits what never comes.
  if (code === 13) return "a flow module waits for something that never comes";
  return "the flow modules ended the process before they were done";
}

/** The same sentence on every machine, and none of its folders in a report. */
const withoutPaths = (text: string, directory: string): string =>
  text
    .replaceAll(`file://${directory}/`, "")
    .replaceAll(`${directory}/`, "")
    .replaceAll(directory, "the project")
    .split("\n")
    .slice(0, 5)
    .join(" ")
    .trim();
