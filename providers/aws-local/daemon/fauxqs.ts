/**
 * The SQS part of fauxqs, without its server: that one listens on every network interface, knows no permissions, and
 * brings S3 and SNS along. The package exports the server only, so its files are loaded by their place; its version is
 * pinned. Loaded with the first queue, because SQLite and these files would slow down every start.
 */

/** A message in a queue. */
export interface StoredMessage {
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly sentTimestamp: number;
}

/** A queue of the emulator. */
export interface EmulatedQueue {
  readonly name: string;
  readonly url: string;
  setAttributes(attributes: Record<string, string>): void;
  getAttribute(name: string): string | undefined;
  inspectMessages(): {
    readonly ready: readonly StoredMessage[];
    readonly delayed: readonly StoredMessage[];
    readonly inflight: readonly { readonly message: StoredMessage }[];
  };
  /** Ends long polls. */
  cancelWaiters(): void;
}

/** All queues of the emulator. */
export interface EmulatedQueues {
  persistence: Persistence | undefined;
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>): EmulatedQueue;
  deleteQueue(url: string): boolean;
  allQueues(): Iterable<EmulatedQueue & { persistence: Persistence }>;
  getQueueByName(name: string): EmulatedQueue | undefined;
  shutdown(): void;
}

/** What the emulator has written to disk. */
interface Persistence {
  readonly db: { exec(sql: string): void };
  loadSqsQueues(queues: EmulatedQueues): void;
  close(): void;
}

/** One operation of SQS: the JSON of the request in, that of the response out. */
export type Action = (input: object, queues: EmulatedQueues) => object | Promise<object>;

/** An error of SQS. */
export interface SqsError extends Error {
  readonly statusCode: number;
  readonly queryErrorHeader: string;
  toJSON(): object;
}

/** The operations that are offered; queues themselves belong to the program, not to its functions. */
const OPERATIONS = [
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch",
  "DeleteMessage",
  "DeleteMessageBatch",
  "GetQueueAttributes",
  "ListQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
  "SendMessageBatch",
] as const;

/** The emulator, with everything that the folder holds. */
export async function loadFauxqs(folder: string) {
  const { SqsStore } = await load<{ SqsStore: new () => EmulatedQueues }>("sqs/sqsStore.js");
  const { PersistenceManager } = await load<{ PersistenceManager: new (folder: string) => Persistence }>(
    "persistence.js",
  );
  const { SqsError } = await load<{ SqsError: new () => SqsError }>("common/errors.js");
  const actions = new Map<string, Action>();
  for (const operation of OPERATIONS) {
    const name = operation[0]?.toLowerCase() + operation.slice(1);
    const action = (await load<Record<string, Action>>(`sqs/actions/${name}.js`))[name];
    if (action) actions.set(operation, action);
  }
  const queues = new SqsStore();
  const persistence = new PersistenceManager(folder);
  // Survives the end of this process, however it ends; only the loss of power could cost the last messages.
  persistence.db.exec("PRAGMA synchronous = NORMAL");
  persistence.loadSqsQueues(queues);
  queues.persistence = persistence;
  for (const queue of queues.allQueues()) queue.persistence = persistence;
  return { queues, persistence, actions, isSqsError: (error: unknown): error is SqsError => error instanceof SqsError };
}

function load<Module>(file: string): Promise<Module> {
  return import(new URL(file, import.meta.resolve("fauxqs")).href) as Promise<Module>;
}
