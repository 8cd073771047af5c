/** Runs one version of one function: starts processes when they are needed, keeps them warm, stops them when idle. */
import { randomUUID } from "node:crypto";
import { openSync } from "node:fs";
import { devNull } from "node:os";
import type { Invocation } from "../cloudwatch/function-metrics.ts";
import { AwsError } from "../errors.ts";
import type { AccessKeys, Credentials } from "../iam/access-keys.ts";
import type { LogFiles } from "../log-files.ts";
import type { Outcome } from "./instance.ts";
import { Instance } from "./instance.ts";
import { reportLines, startLine } from "./platform-log.ts";

/** More invocations at once than this wait: a machine is not a region. */
const MAX_PROCESSES = 10;
const IDLE_MS = 5 * 60_000;
/** Node features that Lambda switches off in this runtime. */
const NODE_FLAGS: Record<string, readonly string[]> = {
  "nodejs22.x": ["--no-experimental-require-module", "--no-experimental-detect-module"],
};

/** Configuration of a function, as its processes need it. */
export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  /** The ARN of the role that it acts in. */
  readonly role: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  /** Invocations at once; -1: no limit. */
  readonly reservedConcurrency: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly codeDirectory: string;
  readonly logGroup: string;
  readonly logFormat: "Text" | "JSON";
}

/** What functions need of the rest of the local AWS. */
export interface FunctionServices {
  /** Where the other services answer. */
  readonly endpoint: string;
  readonly accessKeys: AccessKeys;
  readonly logs: LogFiles;
  /** Whether the function's role may write into this log stream. */
  readonly mayLog: (settings: FunctionSettings, logStream: string) => boolean;
  readonly observe: (settings: FunctionSettings, invocation: Invocation) => void;
}

/** One function's processes. */
export class FunctionHost {
  readonly settings: FunctionSettings;
  readonly #services: FunctionServices;
  readonly #credentials: Credentials;
  readonly #logStream: string;
  readonly #environment: Record<string, string>;
  readonly #idle = new Map<Instance, NodeJS.Timeout>();
  readonly #all = new Set<Instance>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;
  #killed = false;
  #onQuiet: (() => void) | undefined;

  constructor(settings: FunctionSettings, services: FunctionServices) {
    this.settings = settings;
    this.#services = services;
    this.#credentials = services.accessKeys.issue({ roleArn: settings.role, session: settings.name });
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    this.#logStream = `${day}/[$LATEST]${randomUUID().replaceAll("-", "")}`;
    this.#environment = environmentOf(settings, services.endpoint, this.#credentials, this.#logStream);
  }

  /**
   * Proves that the handler loads, in a process that then serves the first invocation.
   *
   * @throws AwsError with the runtime's error; values of the environment are not repeated in it.
   */
  async load(): Promise<void> {
    const instance = this.#start();
    const problem = await instance.loaded();
    if (!problem) return this.#rest(instance);
    this.#end(instance);
    this.#services.accessKeys.revoke(this.#credentials);
    throw new AwsError(problem.type, `the handler does not load: ${this.#withoutSecrets(problem.message)}`);
  }

  /**
   * Invokes the function once.
   *
   * @throws AwsError `TooManyRequestsException` when the reserved concurrency is used up.
   */
  async invoke(event: unknown): Promise<Outcome> {
    const { reservedConcurrency } = this.settings;
    if (reservedConcurrency >= 0 && this.#running >= reservedConcurrency) {
      this.#services.observe(this.settings, { throttled: true });
      throw new AwsError("TooManyRequestsException", "Rate Exceeded.");
    }
    this.#running++;
    try {
      if (this.#running > MAX_PROCESSES) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return await this.#invokeNow(event, randomUUID());
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
      if (this.#running === 0) this.#onQuiet?.();
    }
  }

  /** Lets the idle processes go; new ones start when they are needed. */
  recycle(): void {
    for (const instance of [...this.#idle.keys()]) this.#end(instance);
  }

  /** No further invocation will come: processes end when they have answered. Resolves when the last one has. */
  async retire(): Promise<void> {
    this.#closed = true;
    this.recycle();
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onQuiet = resolve));
    this.#services.accessKeys.revoke(this.#credentials);
  }

  /** Ends all processes at once. */
  kill(): void {
    this.#closed = true;
    this.#killed = true;
    for (const instance of [...this.#all]) this.#end(instance);
  }

  async #invokeNow(event: unknown, requestId: string): Promise<Outcome> {
    const { name, arn, memorySize, timeout, logGroup, logFormat } = this.settings;
    const startedOn = Date.now();
    const warm = this.#takeIdle();
    const startedAt = performance.now();
    const instance = warm ?? this.#start();
    const problem = warm ? undefined : await instance.loaded();
    const initMs = warm ? undefined : performance.now() - startedAt;
    this.#log([startLine(logFormat, requestId)]);
    const invokedAt = performance.now();
    const outcome: Outcome = problem
      ? { error: problem }
      : await instance.invoke(event, {
          awsRequestId: requestId,
          deadline: Date.now() + timeout * 1000,
          functionName: name,
          functionVersion: "$LATEST",
          invokedFunctionArn: arn,
          memoryLimitInMB: String(memorySize),
          logGroupName: logGroup,
          logStreamName: this.#logStream,
        });
    const durationMs = performance.now() - invokedAt;
    this.#log(reportLines(logFormat, { requestId, durationMs, initMs, memorySize, outcome }));
    const failed = "error" in outcome;
    this.#services.observe(this.settings, { throttled: false, failed, durationMs, startedAt: startedOn });
    if (instance.alive && !problem && !this.#closed) this.#rest(instance);
    else this.#end(instance);
    return outcome;
  }

  #start(): Instance {
    // Invocations that waited for a process must not start one that nobody would end.
    if (this.#killed) throw new AwsError("ServiceException", "the local AWS stops");
    const { codeDirectory, logGroup, memorySize, runtime } = this.settings;
    const instance = new Instance({
      environment: this.#environment,
      memoryMb: memorySize,
      codeDirectory,
      log: this.#mayLog ? this.#services.logs.open(logGroup) : openSync(devNull, "a"),
      nodeFlags: NODE_FLAGS[runtime] ?? [],
    });
    this.#all.add(instance);
    return instance;
  }

  /** As in AWS, what a role may not write is lost without a word. */
  get #mayLog(): boolean {
    return this.#services.mayLog(this.settings, this.#logStream);
  }

  #log(lines: readonly string[]): void {
    if (this.#mayLog) this.#services.logs.append(this.settings.logGroup, lines);
  }

  #takeIdle(): Instance | undefined {
    for (const [instance, timer] of [...this.#idle].reverse()) {
      clearTimeout(timer);
      this.#idle.delete(instance);
      if (instance.alive) return instance;
      this.#all.delete(instance);
    }
    return undefined;
  }

  #rest(instance: Instance): void {
    this.#idle.set(instance, setTimeout(() => this.#end(instance), IDLE_MS).unref());
  }

  #end(instance: Instance): void {
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
    this.#all.delete(instance);
    instance.kill();
  }

  #withoutSecrets(text: string): string {
    const values = Object.entries(this.settings.variables).filter(([, value]) => value.length >= 6);
    return values.reduce((result, [name, value]) => result.replaceAll(value, `[value of ${name}]`), text);
  }
}

/** The function's own variables and those of Lambda's runtime; nothing of the process around it. */
function environmentOf(
  settings: FunctionSettings,
  endpoint: string,
  { accessKeyId, secretAccessKey }: Credentials,
  logStream: string,
): Record<string, string> {
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    // The general one is for services that are not implemented: they are refused by name, and nobody calls AWS itself.
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_SSM: endpoint,
    ...settings.variables,
    _HANDLER: settings.handler,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: settings.codeDirectory,
  };
}
