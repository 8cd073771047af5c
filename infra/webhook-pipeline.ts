import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "pulumi-minivoice/api";
import { secretParameter } from "../src/webhooks/secret-parameter.ts";
import { EventQueue, type EventQueueTransforms } from "./event-queue.ts";
import { webhookSource, workerSource } from "./function-sources.ts";
import { type Transform, transformed } from "./transform.ts";
import { type FunctionSize, type FunctionTransforms, VoiceFunction } from "./voice-function.ts";
import { webhookMaxAgeHours } from "./webhook-age.ts";

/** Changes of what the underlying resources are made with. */
export interface WebhookPipelineTransforms extends EventQueueTransforms {
  webhook?: FunctionTransforms & { url?: Transform<aws.lambda.FunctionUrlArgs> };
  worker?: FunctionTransforms;
  parameter?: Transform<aws.ssm.ParameterArgs>;
  table?: Transform<aws.dynamodb.TableArgs>;
}

export interface WorkerSize extends FunctionSize {
  /** How many instances work on the queue at once, 2 to 1000. Default 10. */
  maximumConcurrency?: number;
  /** How often an event is tried before it is a dead letter, at least 5. Default 5. */
  maxReceiveCount?: number;
}

export interface WebhookPipelineArgs {
  stack: string;
  /** What MiniVoice signs its webhooks with, as a `WebhookSecret` has it. */
  secret: {
    value: pulumi.Input<string>;
    previous: pulumi.Input<string | undefined>;
    /** RFC 3339. */
    previousValidUntil: pulumi.Input<string | undefined>;
  };
  /** How old a signed webhook may be, in whole hours; never older than call records get. */
  webhookMaxAge: Duration;
  /** Days that a call record is kept. */
  recordRetentionDays: number;
  logRetentionDays: number;
  webhook?: FunctionSize | undefined;
  worker?: WorkerSize | undefined;
  /** Refuse to delete what cannot be had again: the call records, events on their way, and the URL. */
  protect?: boolean;
  tags?: Record<string, string>;
  transform?: WebhookPipelineTransforms | undefined;
}

/**
 * What becomes of a webhook: one function verifies its signature, puts it into a queue and accepts it at once; another
 * takes it from there, records it under its call and does the slow work.
 *
 * Whoever depends on the pipeline waits for all of it. An application whose new secret is written after that is signed
 * for by a function that can read it.
 */
export class WebhookPipeline extends pulumi.ComponentResource {
  /** Where MiniVoice is to deliver webhooks. */
  readonly url: pulumi.Output<string>;
  readonly webhook: VoiceFunction;
  readonly worker: VoiceFunction;
  readonly queue: EventQueue;

  constructor(name: string, args: WebhookPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:WebhookPipeline", name, {}, opts);
    const parent = { parent: this };
    const { stack, recordRetentionDays, logRetentionDays, tags = {}, protect = false, transform = {} } = args;
    const { maximumConcurrency = 10, maxReceiveCount, ...workerSize } = { ...args.worker };
    const common = { logRetentionDays, tags };
    const maxAgeHours = webhookMaxAgeHours(args.webhookMaxAge, recordRetentionDays);
    // The slowest batch: its hooks may take a while each.
    const workerTimeout: Duration = workerSize.timeout ?? "60 seconds";

    const parameter = new aws.ssm.Parameter(
      ...transformed<aws.ssm.ParameterArgs>(
        transform.parameter,
        `${name}-secret`,
        {
          description: "What MiniVoice signs the webhooks of this stack with, now and before the last rotation",
          type: "SecureString",
          value: parameterValue(args.secret),
          tags,
        },
        parent,
      ),
    );
    this.queue = new EventQueue(
      name,
      { workerTimeout, ...(maxReceiveCount !== undefined && { maxReceiveCount }), protect, tags, transform },
      parent,
    );
    // One item an event, so that a repeated delivery is a refused condition and not a lost update.
    const records = new aws.dynamodb.Table(
      ...transformed<aws.dynamodb.TableArgs>(
        transform.table,
        `${name}-records`,
        {
          attributes: [
            { name: "callId", type: "S" },
            { name: "eventKey", type: "S" },
          ],
          hashKey: "callId",
          rangeKey: "eventKey",
          billingMode: "PAY_PER_REQUEST",
          ttl: { attributeName: "expiresAt", enabled: true },
          pointInTimeRecovery: { enabled: true },
          // Beside the engine's own guard: this one also stops people and other programs.
          deletionProtectionEnabled: protect,
          tags,
        },
        { ...parent, protect },
      ),
    );

    this.webhook = new VoiceFunction(
      name,
      {
        description: "Verifies MiniVoice webhooks and hands them over to the worker",
        source: webhookSource,
        timeout: "10 seconds",
        memorySize: 512,
        ...args.webhook,
        environment: {
          VOICE_STACK: stack,
          WEBHOOK_SECRET_PARAMETER: parameter.name,
          EVENTS_QUEUE_URL: this.queue.queue.url,
          WEBHOOK_MAX_AGE_HOURS: String(maxAgeHours),
          CALL_RECORDS_RETENTION_DAYS: String(recordRetentionDays),
        },
        permissions: [
          { Effect: "Allow", Action: "ssm:GetParameter", Resource: parameter.arn },
          this.queue.writePermission,
        ],
        transform: transform.webhook,
        ...common,
      },
      parent,
    );
    this.worker = new VoiceFunction(
      `${name}-worker`,
      {
        description: "Records the events of MiniVoice webhooks and runs the hooks",
        source: workerSource,
        memorySize: 512,
        ...workerSize,
        timeout: workerTimeout,
        environment: {
          VOICE_STACK: stack,
          CALL_RECORDS_TABLE: records.name,
          CALL_RECORDS_RETENTION_DAYS: String(recordRetentionDays),
        },
        permissions: [
          this.queue.readPermission,
          {
            Effect: "Allow",
            Action: ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
            Resource: records.arn,
          },
        ],
        transform: transform.worker,
        ...common,
      },
      parent,
    );
    this.queue.feed(this.worker, maximumConcurrency);

    this.url = this.webhook.addUrl({ protect, transform: transform.webhook?.url });
    this.registerOutputs({ url: this.url });
  }
}

/** Both secrets as the webhook function reads them; a secret itself. */
const parameterValue = ({
  value,
  previous,
  previousValidUntil,
}: WebhookPipelineArgs["secret"]): pulumi.Output<string> =>
  pulumi.secret(
    pulumi.all([value, previous, previousValidUntil]).apply(([current, before, until]) =>
      secretParameter({
        current,
        ...(before && until && { previous: { value: before, validUntil: new Date(until) } }),
      }),
    ),
  );
