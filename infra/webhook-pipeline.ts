import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "./transform.ts";
import { type FunctionSize, type FunctionTransforms, VoiceFunction } from "./voice-function.ts";

/** Changes of what the underlying resources are made with. */
export interface WebhookPipelineTransforms {
  webhook?: FunctionTransforms & { url?: Transform<aws.lambda.FunctionUrlArgs> };
  table?: Transform<aws.dynamodb.TableArgs>;
}

export interface WebhookPipelineArgs {
  /** What MiniVoice signs its webhooks with. */
  secret: pulumi.Input<string>;
  /** Days that a call record is kept. */
  recordRetentionDays: number;
  logRetentionDays: number;
  webhook?: FunctionSize | undefined;
  /** Refuse to delete what cannot be had again: the call records and the URL. */
  protect?: boolean;
  tags?: Record<string, string>;
  transform?: WebhookPipelineTransforms | undefined;
}

/** What becomes of a webhook: a function verifies its signature and records the event under its call. */
export class WebhookPipeline extends pulumi.ComponentResource {
  /** Where MiniVoice is to deliver webhooks. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: WebhookPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:WebhookPipeline", name, {}, opts);
    const { tags = {}, protect = false, logRetentionDays, transform = {} } = args;

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
        { parent: this, protect },
      ),
    );

    const receiver = new VoiceFunction(
      name,
      {
        description: "Verifies MiniVoice webhooks and records their events",
        source: { entry: "src/functions/webhook.ts" },
        timeout: "10 seconds",
        memorySize: 512,
        ...args.webhook,
        environment: {
          CALL_RECORDS_TABLE: records.name,
          CALL_RECORDS_RETENTION_DAYS: String(args.recordRetentionDays),
          WEBHOOK_SECRET: args.secret,
        },
        permissions: [{ Effect: "Allow", Action: "dynamodb:PutItem", Resource: records.arn }],
        logRetentionDays,
        tags,
        transform: transform.webhook,
      },
      { parent: this },
    );

    this.url = receiver.addUrl({ protect, transform: transform.webhook?.url });
    this.registerOutputs({ url: this.url });
  }
}
