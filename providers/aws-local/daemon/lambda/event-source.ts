/** One event source mapping at work: it empties a queue into a function. */
import { setTimeout as sleep } from "node:timers/promises";
import type { SQSRecord } from "aws-lambda";
import type { Queues } from "../queues.ts";
import { failedMessages } from "./batch-response.ts";
import type { Functions } from "./functions.ts";
import type { ReceivedMessage } from "./sqs-event.ts";
import { sqsRecord } from "./sqs-event.ts";

/** Lambda's limit for an event. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
/** SQS gives no more at once. */
const MAX_RECEIVED = 10;
const LONG_POLL_SECONDS = 20;
/** Lambda begins with five pollers for a mapping without a limit; this is where it stays here. */
const DEFAULT_CONCURRENCY = 5;
const PAUSE_MS = 1000;

/** What a mapping is to do. */
export interface EventSourceSettings {
  readonly queueName: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
}

/** What a mapping works with. */
export interface EventSourceServices {
  readonly queues: Queues;
  readonly functions: Functions;
  /** Why the function's role may not do this with the queue; `undefined` when it may. */
  readonly refusal: (operation: "ReceiveMessage" | "DeleteMessage") => string | undefined;
}

/** A running mapping; it works from its construction until it is stopped. */
export class EventSource {
  readonly #settings: EventSourceSettings;
  readonly #services: EventSourceServices;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #ended: Promise<void>;
  /** What became of the last batch, as AWS shows it. */
  lastResult = "No records processed";

  constructor(settings: EventSourceSettings, services: EventSourceServices) {
    this.#settings = settings;
    this.#services = services;
    this.#ended = this.#run();
  }

  /** Takes no further messages; what the function is working on goes on. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    (await this.#services.queues.find(this.#settings.queueName))?.cancelWaiters();
    await this.#ended;
  }

  /** Resolves when the function works on nothing any more. */
  async quiet(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(): Promise<void> {
    const { maximumConcurrency = DEFAULT_CONCURRENCY } = this.#settings;
    while (!this.#stopped.signal.aborted) {
      try {
        const batch = await this.#gather();
        if (this.#stopped.signal.aborted) return;
        for (const records of eventsOf(batch.map((message) => sqsRecord(message, this.#settings.queueArn)))) {
          this.#start(records);
          while (this.#running.size >= maximumConcurrency && !this.#stopped.signal.aborted) await this.#nextEnd();
        }
      } catch (error) {
        this.lastResult = `PROBLEM: ${(error as Error).message}`;
        await this.#pause(PAUSE_MS);
      }
    }
  }

  async #nextEnd(): Promise<void> {
    const stopped = new Promise((resolve) => this.#stopped.signal.addEventListener("abort", resolve, { once: true }));
    await Promise.race([...this.#running, stopped]);
  }

  /** A batch: what is there at once, or what comes until the window closes. */
  async #gather(): Promise<ReceivedMessage[]> {
    const { batchSize, windowSeconds } = this.#settings;
    const batch = await this.#receive(batchSize, LONG_POLL_SECONDS);
    const closes = Date.now() + windowSeconds * 1000;
    while (batch.length > 0 && batch.length < batchSize && bytesOf(batch) < MAX_EVENT_BYTES) {
      const seconds = Math.min((closes - Date.now()) / 1000, LONG_POLL_SECONDS);
      if (seconds <= 0 || this.#stopped.signal.aborted) break;
      batch.push(...(await this.#receive(batchSize - batch.length, seconds)));
    }
    return batch;
  }

  async #receive(wanted: number, WaitTimeSeconds: number): Promise<ReceivedMessage[]> {
    const { Messages = [] } = await this.#call<{ Messages?: ReceivedMessage[] }>("ReceiveMessage", {
      MaxNumberOfMessages: Math.min(wanted, MAX_RECEIVED),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return Messages;
  }

  #start(records: SQSRecord[]): void {
    const invocation = this.#process(records).finally(() => this.#running.delete(invocation));
    this.#running.add(invocation);
  }

  /** Invokes the function. What failed is left alone: it comes back when its visibility timeout is over. */
  async #process(records: SQSRecord[]): Promise<void> {
    try {
      const done = await this.#invoke(records);
      this.lastResult = done.length === records.length ? "OK" : "PROBLEM: Function call failed";
      for (let first = 0; first < done.length; first += MAX_RECEIVED) {
        const Entries = done.slice(first, first + MAX_RECEIVED).map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
        }));
        await this.#call("DeleteMessageBatch", { Entries });
      }
    } catch (error) {
      this.lastResult = `PROBLEM: ${(error as Error).message}`;
      await this.#pause(PAUSE_MS);
    }
  }

  /** The records that were dealt with. */
  async #invoke(records: SQSRecord[]): Promise<SQSRecord[]> {
    const { functionName, reportsItemFailures } = this.#settings;
    const outcome = await this.#services.functions.host(functionName).invoke({ Records: records });
    if ("error" in outcome) return [];
    if (!reportsItemFailures) return records;
    const ids = records.map(({ messageId }) => messageId);
    const failed = failedMessages(outcome.result, ids);
    return failed ? records.filter(({ messageId }) => !failed.has(messageId)) : [];
  }

  /** Lambda's pollers act in the name of the function's role. */
  async #call<Answer = object>(operation: "ReceiveMessage" | "DeleteMessageBatch", input: object): Promise<Answer> {
    const { queues, refusal } = this.#services;
    const denied = refusal(operation === "ReceiveMessage" ? operation : "DeleteMessage");
    if (denied) throw new Error(denied);
    const { status, body } = await queues.answer({ operation, input: { QueueUrl: this.#settings.queueUrl, ...input } });
    if (status !== 200) throw new Error((body as { message?: string }).message);
    return body as Answer;
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stopped.signal, ref: false }).catch(() => {});
  }
}

/** Splits a batch where it would be larger than an event may be. */
function* eventsOf(records: readonly SQSRecord[]): Generator<SQSRecord[]> {
  let event: SQSRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record));
    if (event.length > 0 && bytes + size > MAX_EVENT_BYTES) {
      yield event;
      event = [];
      bytes = 0;
    }
    event.push(record);
    bytes += size;
  }
  if (event.length > 0) yield event;
}

function bytesOf(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((bytes, { Body }) => bytes + Buffer.byteLength(Body), 0);
}
