import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../temporary.ts";
import { type Invocation, RuntimeApi } from "./runtime-api.ts";

const CLIENT = join(import.meta.dirname, "client.mjs");

/**
 * One bundle in a fresh process under the Runtime API, as Lambda starts one for a cold function. Its log goes into a file,
 * so that what it writes can be counted.
 *
 * @example
 * await using started = await FunctionProcess.start(code);
 * const { ownMs } = await started.invoke(event);
 */
export class FunctionProcess {
  /** When the process was started, by the clock of `performance.now()`. */
  readonly started: number;
  readonly #api: RuntimeApi;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #log: FileHandle;

  private constructor(api: RuntimeApi, child: ChildProcess, started: number, folder: string, log: FileHandle) {
    this.#api = api;
    this.#child = child;
    this.started = started;
    this.#folder = folder;
    this.#log = log;
  }

  /**
   * @param code - the text of an ES module that exports `handler`.
   * @param environment - beside the variables that Lambda itself sets.
   */
  static async start(code: string, environment: Record<string, string> = {}): Promise<FunctionProcess> {
    const folder = await temporaryFolder("function");
    await writeFile(join(folder, "index.mjs"), code);
    const log = await open(join(folder, "log"), "a+");
    const api = await RuntimeApi.open();
    const env = {
      PATH: process.env.PATH,
      TZ: ":UTC",
      AWS_REGION: "eu-central-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "bench",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
      AWS_LAMBDA_LOG_FORMAT: "JSON",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: "index.handler",
      ...environment,
    };
    const started = performance.now();
    const child = spawn(process.execPath, [CLIENT], { cwd: folder, env, stdio: ["ignore", log.fd, log.fd] });
    child.once("exit", (code, signal) => api.fail(new Error(`the function's process ended with ${signal ?? code}`)));
    return new FunctionProcess(api, child, started, folder, log);
  }

  get loadMs(): Promise<number> {
    return this.#api.loadMs;
  }

  invoke(event: unknown): Promise<Invocation> {
    return this.#api.invoke(event);
  }

  /** All that it wrote until now. */
  async logBytes(): Promise<number> {
    return (await this.#log.stat()).size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGKILL");
      await once(this.#child, "exit");
    }
    await this.#api.close();
    await this.#log.close();
    await rm(this.#folder, { recursive: true });
  }
}
