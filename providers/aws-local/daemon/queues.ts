/** SQS queues: a maintained emulator (fauxqs) in this process, its data in the state directory. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EmulatedQueue } from "./fauxqs.ts";
import { loadFauxqs } from "./fauxqs.ts";
import type { ServiceCall, ServiceResponse } from "./gateway/service.ts";
import { failure } from "./gateway/service.ts";

type Emulator = Awaited<ReturnType<typeof loadFauxqs>>;

/**
 * A visibility timeout of 0 makes the emulator lose the message (it writes a receive count of NULL); a millisecond means
 * the same to everybody.
 */
const NO_TIME = 0.001;

/** The running emulator. */
export class Queues {
  readonly #folder: string;
  #emulator: Promise<Emulator> | undefined;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, "sqs");
    if (existsSync(this.#folder)) this.#start();
  }

  /** Creates a queue, or takes over one that a killed run left behind. */
  async create(name: string, { url, arn }: { url: string; arn: string }, attributes: Record<string, string>) {
    const { queues } = await this.#start();
    const existing = queues.getQueueByName(name);
    if (existing) existing.setAttributes(attributes);
    else queues.createQueue(name, url, arn, attributes);
  }

  async update(name: string, attributes: Record<string, string>): Promise<void> {
    (await this.find(name))?.setAttributes(attributes);
  }

  /** Deletes a queue with its messages; none is no error. */
  async delete(name: string): Promise<void> {
    const queue = await this.find(name);
    if (queue) (await this.#emulator)?.queues.deleteQueue(queue.url);
  }

  async find(name: string): Promise<EmulatedQueue | undefined> {
    return (await this.#emulator)?.queues.getQueueByName(name);
  }

  /** Answers one operation of the SQS API. */
  async answer({ operation, input }: Pick<ServiceCall, "operation" | "input">): Promise<ServiceResponse> {
    const { actions, queues, isSqsError } = await this.#start();
    if (operation === "GetQueueUrl") {
      const queue = queues.getQueueByName(String(input.QueueName));
      if (queue) return { status: 200, body: { QueueUrl: queue.url } };
      return failure("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.", {
        "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
      });
    }
    const action = actions.get(operation);
    if (!action) return failure("com.amazonaws.sqs#UnsupportedOperation", notImplemented(operation, actions.keys()));
    try {
      return { status: 200, body: await action(withTime(input), queues) };
    } catch (error) {
      if (!isSqsError(error)) throw error;
      const headers = { "x-amzn-query-error": error.queryErrorHeader };
      return { status: error.statusCode, headers, body: error.toJSON() };
    }
  }

  async close(): Promise<void> {
    if (!this.#emulator) return;
    const { queues, persistence } = await this.#emulator;
    queues.shutdown();
    queues.persistence = undefined;
    persistence.close();
  }

  #start(): Promise<Emulator> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#emulator ??= loadFauxqs(this.#folder);
    return this.#emulator;
  }
}

function withTime(input: ServiceCall["input"]): ServiceCall["input"] {
  const { VisibilityTimeout, Entries } = input;
  if (VisibilityTimeout === 0) return { ...input, VisibilityTimeout: NO_TIME };
  return Array.isArray(Entries) ? { ...input, Entries: Entries.map(withTime) } : input;
}

function notImplemented(operation: string, implemented: Iterable<string>): string {
  return `${operation} is not implemented by the local AWS. Implemented: GetQueueUrl, ${[...implemented].join(", ")}.`;
}
