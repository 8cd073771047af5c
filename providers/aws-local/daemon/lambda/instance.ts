/** One execution environment of a function: a child process that runs one invocation at a time. */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { closeSync } from "node:fs";
import { fileURLToPath } from "node:url";

const RUNTIME = fileURLToPath(new URL("./runtime.mjs", import.meta.url));
/** Lambda gives a function this long to load. */
const INIT_TIMEOUT_MS = 10_000;

/** What a process needs to run a function. */
export interface InstanceOptions {
  /** Exactly the environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's limit, in MB; sets the size of the JavaScript heap. */
  readonly memoryMb: number;
  readonly codeDirectory: string;
  /** Open file that takes standard output and standard error; the instance closes it. */
  readonly log: number;
  /** Flags of Node that differ between Lambda's runtimes. */
  readonly nodeFlags: readonly string[];
}

/** Result of an invocation. */
export type Outcome =
  | { readonly result: string; readonly memoryBytes: number }
  | { readonly error: { readonly type: string; readonly message: string }; readonly memoryBytes?: number };

/** What the handler is told about its invocation. */
export interface InvocationContext {
  readonly awsRequestId: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly [field: string]: unknown;
}

interface Reply {
  readonly ready?: boolean;
  readonly loadError?: { readonly type: string; readonly message: string };
}

/** A running process; start it with {@link startInstance}. */
export class Instance {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  /** False once the process is gone. */
  alive = true;

  constructor(options: InstanceOptions) {
    this.#child = fork(RUNTIME, {
      cwd: options.codeDirectory,
      env: options.environment,
      execArgv: [`--max-old-space-size=${options.memoryMb}`, ...options.nodeFlags],
      stdio: ["ignore", options.log, options.log, "ipc"],
    });
    closeSync(options.log);
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        this.alive = false;
        resolve(signal ? `signal: ${signal}` : `exit status ${code}`);
      });
    });
  }

  /** Waits until the handler is loaded; `undefined` when it is, else what went wrong. */
  async loaded(): Promise<{ type: string; message: string } | undefined> {
    const reply = await this.#next<Reply>(INIT_TIMEOUT_MS);
    if (reply === "timeout") {
      this.kill();
      return { type: "Sandbox.Timedout", message: `the code did not load within ${INIT_TIMEOUT_MS / 1000} seconds` };
    }
    if (typeof reply === "string") return { type: "Runtime.ExitError", message: `Runtime exited with ${reply}` };
    return reply.loadError;
  }

  /** Runs the handler once. A process that runs out of time is killed. */
  async invoke(event: unknown, context: InvocationContext): Promise<Outcome> {
    const timeout = context.deadline - Date.now();
    this.#child.send({ event, context });
    const reply = await this.#next<Outcome>(timeout);
    if (reply === "timeout") {
      this.kill();
      const seconds = (timeout / 1000).toFixed(2);
      return { error: { type: "Sandbox.Timedout", message: `Task timed out after ${seconds} seconds` } };
    }
    if (typeof reply === "string") {
      return { error: { type: "Runtime.ExitError", message: `Runtime exited with error: ${reply}` } };
    }
    return reply;
  }

  kill(): void {
    this.alive = false;
    this.#child.kill("SIGKILL");
  }

  /** The next message of the child, `"timeout"`, or how the process ended. */
  async #next<Message extends object>(timeoutMs: number): Promise<Message | string> {
    const { promise, resolve } = Promise.withResolvers<Message | string>();
    const timer = setTimeout(() => resolve("timeout"), timeoutMs);
    this.#child.once("message", resolve as (message: unknown) => void);
    try {
      return await Promise.race([promise, this.#ended]);
    } finally {
      clearTimeout(timer);
      this.#child.removeListener("message", resolve as (message: unknown) => void);
    }
  }
}
