import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { VoiceFunction } from "./voice-function.ts";

export interface WebhookPipelineArgs {
  /** What MiniVoice signs its webhooks with. */
  secret: pulumi.Input<string>;
  /** Days that a call record is kept. */
  recordRetentionDays: number;
  logRetentionDays: number;
  /** Refuse to delete the call records and the URL. */
  protect?: boolean;
  tags?: Record<string, string>;
}

/** What becomes of a webhook: a function verifies its signature and records the event under its call. */
export class WebhookPipeline extends pulumi.ComponentResource {
  /** Where MiniVoice is to deliver webhooks. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: WebhookPipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:WebhookPipeline", name, {}, opts);
    const { tags = {}, protect = false, logRetentionDays } = args;

    // One item an event, so that a repeated delivery is a refused condition and not a lost update.
    const records = new aws.dynamodb.Table(
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
        tags,
      },
      { parent: this, protect },
    );

    const receiver = new VoiceFunction(
      name,
      {
        description: "Verifies MiniVoice webhooks and records their events",
        source: { entry: "src/functions/webhook.ts" },
        timeout: "10 seconds",
        memorySize: 512,
        environment: {
          CALL_RECORDS_TABLE: records.name,
          CALL_RECORDS_RETENTION_DAYS: String(args.recordRetentionDays),
          WEBHOOK_SECRET: args.secret,
        },
        permissions: [{ Effect: "Allow", Action: "dynamodb:PutItem", Resource: records.arn }],
        logRetentionDays,
        protect,
        tags,
      },
      { parent: this },
    );

    this.url = receiver.url;
    this.registerOutputs({ url: this.url });
  }
}
