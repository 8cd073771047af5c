import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "pulumi-minivoice/api";
import { refusal } from "./refusal.ts";
import { type Transform, transformed } from "./transform.ts";
import { seconds, type VoiceFunction } from "./voice-function.ts";

const DAY_SECONDS = 86_400;
/** As long as SQS keeps anything. */
const LONGEST_SECONDS = 14 * DAY_SECONDS;
const LARGEST_MESSAGE = 1_048_576;
/** AWS's own advice: Lambda may hold a batch for so many time limits of its function while it is throttled. */
const VISIBILITY_FACTOR = 6;
/** With fewer, what a throttled function never saw becomes a dead letter. */
const LEAST_RECEIVES = 5;

/** Changes of what the underlying resources are made with. */
export interface EventQueueTransforms {
  queue?: Transform<aws.sqs.QueueArgs>;
  deadLetterQueue?: Transform<aws.sqs.QueueArgs>;
  redriveAllowPolicy?: Transform<aws.sqs.RedriveAllowPolicyArgs>;
  mapping?: Transform<aws.lambda.EventSourceMappingArgs>;
}

export interface EventQueueArgs {
  /** The time limit of the function that works the queue off. */
  workerTimeout: Duration;
  /** How often a message is tried before it is a dead letter, at least 5. Default 5. */
  maxReceiveCount?: number;
  /** Refuse to delete the queues: they may hold events that are nowhere else. */
  protect?: boolean;
  tags?: Record<string, string>;
  transform?: EventQueueTransforms | undefined;
}

/**
 * A queue between the function that accepts events and the one that works on them, with a queue beside it for what
 * cannot be worked on. Both are encrypted at rest.
 */
export class EventQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly deadLetterQueue: aws.sqs.Queue;
  readonly #name: string;
  readonly #args: EventQueueArgs;

  constructor(name: string, args: EventQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:EventQueue", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { maxReceiveCount = LEAST_RECEIVES, protect = false, tags = {}, transform = {} } = args;
    assertReceives(maxReceiveCount);

    // A message keeps its first date when it becomes a dead letter, so its stay here has to be the longer one by far.
    this.deadLetterQueue = new aws.sqs.Queue(
      ...transformed<aws.sqs.QueueArgs>(
        transform.deadLetterQueue,
        `${name}-dead-letters`,
        { messageRetentionSeconds: LONGEST_SECONDS, sqsManagedSseEnabled: true, tags },
        { parent: this, protect },
      ),
    );
    const redrivePolicy = { deadLetterTargetArn: this.deadLetterQueue.arn, maxReceiveCount };
    this.queue = new aws.sqs.Queue(
      ...transformed<aws.sqs.QueueArgs>(
        transform.queue,
        `${name}-events`,
        {
          visibilityTimeoutSeconds: VISIBILITY_FACTOR * seconds(args.workerTimeout),
          messageRetentionSeconds: 4 * DAY_SECONDS,
          // An event is a body of at most so much; the default of SQS is a quarter of what it takes.
          maxMessageSize: LARGEST_MESSAGE,
          redrivePolicy: pulumi.jsonStringify(redrivePolicy),
          sqsManagedSseEnabled: true,
          tags,
        },
        { parent: this, protect },
      ),
    );
    // A resource of its own, because each of the two queues names the other.
    new aws.sqs.RedriveAllowPolicy(
      ...transformed<aws.sqs.RedriveAllowPolicyArgs>(
        transform.redriveAllowPolicy,
        `${name}-dead-letters`,
        {
          queueUrl: this.deadLetterQueue.url,
          redriveAllowPolicy: pulumi.jsonStringify({
            redrivePermission: "byQueue",
            sourceQueueArns: [this.queue.arn],
          }),
        },
        { parent: this },
      ),
    );
    this.registerOutputs({ url: this.queue.url });
  }

  /** What a function may do that is fed from this queue. */
  get readPermission(): aws.iam.PolicyStatement {
    const Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    return { Effect: "Allow", Action, Resource: this.queue.arn };
  }

  /** What a function may do that puts events into it. */
  get writePermission(): aws.iam.PolicyStatement {
    return { Effect: "Allow", Action: "sqs:SendMessage", Resource: this.queue.arn };
  }

  /**
   * Feeds a function from this queue, in batches of which it may hand single messages back.
   *
   * @param maximumConcurrency - how many of its instances work on the queue at once, 2 to 1000. Limited here and not by
   * reserved concurrency, with which messages would come back throttled until they are dead letters.
   */
  feed(worker: VoiceFunction, maximumConcurrency: number): void {
    const { tags = {}, transform = {} } = this.#args;
    const [name, args, options] = transformed<aws.lambda.EventSourceMappingArgs>(
      transform.mapping,
      this.#name,
      {
        eventSourceArn: this.queue.arn,
        functionName: worker.lambda.arn,
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency },
        tags,
      },
      { parent: this },
    );
    // Judged as they came out of all transforms. The mapping waits for the verdicts, so nothing is fed from a queue that
    // would hand out a second time what is still being worked on.
    const { visibilityTimeoutSeconds, redrivePolicy } = this.queue;
    const verdicts: pulumi.Output<unknown>[] = [
      pulumi
        .all([visibilityTimeoutSeconds, worker.lambda.timeout, args.maximumBatchingWindowInSeconds])
        .apply(([visibility, timeout, window]) => assertVisibility(visibility ?? 30, timeout ?? 3, window ?? 0)),
      redrivePolicy.apply((policy) => assertReceives(JSON.parse(policy).maxReceiveCount)),
    ];
    const source = pulumi.output(args.eventSourceArn as pulumi.Input<string>);
    const eventSourceArn = pulumi.all([source, pulumi.all(verdicts)]).apply(([arn]) => arn);
    new aws.lambda.EventSourceMapping(name, { ...args, eventSourceArn }, options);
  }
}

function assertVisibility(visibility: number, timeout: number, window: number): void {
  const least = VISIBILITY_FACTOR * timeout + window;
  if (visibility >= least) return;
  throw refusal(
    `the queue's visibilityTimeoutSeconds is ${visibility}: it must be at least ${least}, six times the worker's time limit ` +
      `of ${timeout} s${window ? ` plus the batching window of ${window} s` : ""}, or a message is handed out again while it is worked on`,
  );
}

function assertReceives(count: unknown): void {
  if (Number.isInteger(count) && Number(count) >= LEAST_RECEIVES) return;
  throw refusal(
    `maxReceiveCount is ${JSON.stringify(count)}: it must be a whole number of ${LEAST_RECEIVES} or more, or events become ` +
      "dead letters because the function was throttled, not because they are wrong",
  );
}
