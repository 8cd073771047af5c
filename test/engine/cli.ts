import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** What one command of the CLI came to. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Each output with its value in plain text, and whether the state keeps it as a secret. */
export type Outputs = Record<string, { value: unknown; secret: boolean }>;

/**
 * The Pulumi CLI, in the folder of one project. It is called itself, because the Automation API starts it four times for one
 * `up`.
 */
export class Cli {
  readonly #command: string;
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(command: string, directory: string, environment: NodeJS.ProcessEnv) {
    this.#command = command;
    this.#directory = directory;
    this.#environment = environment;
  }

  /** The same, with other environment variables. */
  as(environment: Record<string, string>): Cli {
    return new Cli(this.#command, this.#directory, { ...this.#environment, ...environment });
  }

  /** Starts a command and leaves it running, to be killed or waited for. */
  start(args: readonly string[]): ChildProcess {
    return spawn(this.#command, [...args, "--non-interactive", "--color", "never"], {
      cwd: this.#directory,
      env: this.#environment,
    });
  }

  /** Runs a command and returns what it wrote to standard output. @throws Error with what it said, when it fails */
  async run(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await finished(this.start(args));
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}: ${stderr || stdout}`);
    return stdout;
  }

  /** Runs an operation of the engine, and tells what the engine told. */
  async operate(
    args: readonly string[],
    onStart?: (engine: ChildProcess) => void,
  ): Promise<Ran & { events: EngineEvent[] }> {
    const eventLog = join(this.#directory, `events-${randomUUID()}.jsonl`);
    const engine = this.start([...args, "--event-log", eventLog]);
    onStart?.(engine);
    const ran = await finished(engine);
    const events = await readFile(eventLog, "utf8").catch(() => "");
    await rm(eventLog, { force: true });
    const lines = events.split("\n").filter(Boolean);
    return { ...ran, events: lines.map((line) => JSON.parse(line)) };
  }

  async outputs(stackName: string): Promise<Outputs> {
    const output = (...more: string[]) => this.run(["stack", "output", "--json", "--stack", stackName, ...more]);
    const values = JSON.parse(await output("--show-secrets"));
    const shown = JSON.parse(await output());
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, { value, secret: shown[key] === "[secret]" }]),
    );
  }
}

async function finished(child: ChildProcess): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}
