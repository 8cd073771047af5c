import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "pulumi-minivoice/api";
import { pictureText } from "../src/drift/expected-picture.ts";
import { declareAlarms } from "./alarms.ts";
import { assertInTime, timeLimit, wholeMinutes } from "./check-interval.ts";
import { contentFile } from "./content-file.ts";
import { type Deployed, deployedPicture } from "./deployed-picture.ts";
import { type DriftAlarmName, driftAlarmsOf } from "./drift-alarms.ts";
import { driftWatchSource } from "./function-sources.ts";
import { type Transform, transformed } from "./transform.ts";
import { type FunctionTransforms, VoiceFunction } from "./voice-function.ts";

/** The account that is watched, as the provider reaches it. */
export interface WatchedAccount {
  /** Kept in the parameter store for the watch. */
  apiKey: pulumi.Input<string>;
  /** The configuration of the namespace `minivoice`, such as `{"minivoice:capabilities": "managed"}`, without the key. */
  settings: Readonly<Record<`minivoice:${string}`, string>>;
}

/** Changes of what the underlying resources are made with. */
export interface DriftWatchTransforms extends FunctionTransforms {
  bucket?: Transform<aws.s3.BucketArgs>;
  picture?: Transform<aws.s3.BucketObjectv2Args>;
  key?: Transform<aws.ssm.ParameterArgs>;
  rule?: Transform<aws.cloudwatch.EventRuleArgs>;
  alarms?: Partial<Record<DriftAlarmName, Transform<aws.cloudwatch.MetricAlarmArgs>>>;
}

export interface DriftWatchArgs extends Deployed {
  stack: string;
  /** The time from one check to the next, in whole minutes, up to a day. */
  every: Duration;
  account: WatchedAccount;
  /** How many numbers the table has, which is known before any of them is written. */
  count: number;
  logRetentionDays: number;
  /** Who is told when an alarm goes off, and when it is over: ARNs, such as those of SNS topics. */
  alarmActions?: pulumi.Input<string>[] | undefined;
  /** Where the runbook can be read; each alarm links to its section. */
  runbook?: string | undefined;
  tags?: Record<string, string>;
  transform?: DriftWatchTransforms | undefined;
}

const PICTURE_KEY = "expected-picture.json";

/**
 * Compares, on a schedule and without any other machine, what is live in the account with what this stack has deployed:
 * counts what drifted, and has alarms for that and for the case that the check itself stops. It writes nothing.
 *
 * What it compares with lies in a bucket of its own, every version of it, and is written after the table of numbers, so that
 * it is never ahead of the account.
 */
export class DriftWatch extends pulumi.ComponentResource {
  readonly function: VoiceFunction;

  constructor(name: string, args: DriftWatchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:DriftWatch", name, {}, opts);
    const parent = { parent: this };
    const { stack, every, account, numbers, tags = {}, transform = {} } = args;
    const own = `${name}-drift`;
    const minutes = wholeMinutes(every);
    const timeout = timeLimit(minutes);
    assertInTime(args.count, account.settings, timeout);

    // What is in it can be made again from the state.
    const bucketArgs = { forceDestroy: true, tags };
    const bucket = new aws.s3.Bucket(...transformed<aws.s3.BucketArgs>(transform.bucket, own, bucketArgs, parent));
    const versioning = new aws.s3.BucketVersioning(
      own,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      parent,
    );
    new aws.s3.BucketPublicAccessBlock(
      own,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    const source = deployedPicture(args).apply((picture) => contentFile("pictures", pictureText(picture), ".json"));
    const object = new aws.s3.BucketObjectv2(
      ...transformed<aws.s3.BucketObjectv2Args>(
        transform.picture,
        own,
        { bucket: bucket.bucket, key: PICTURE_KEY, source, contentType: "application/json", tags },
        { ...parent, dependsOn: [versioning, numbers] },
      ),
    );
    const key = new aws.ssm.Parameter(
      ...transformed<aws.ssm.ParameterArgs>(
        transform.key,
        `${own}-key`,
        {
          description: "The API key with which the watch over drift reads the account of this stack",
          type: "SecureString",
          value: pulumi.secret(account.apiKey),
          tags,
        },
        parent,
      ),
    );

    this.function = new VoiceFunction(
      own,
      {
        description: "Compares what is live in the account with what was deployed, and writes nothing",
        source: driftWatchSource,
        timeout: `${timeout} seconds`,
        memorySize: 512,
        environment: {
          VOICE_STACK: stack,
          EXPECTED_PICTURE_BUCKET: bucket.bucket,
          EXPECTED_PICTURE_KEY: object.key,
          API_KEY_PARAMETER: key.name,
          MINIVOICE_SETTINGS: JSON.stringify(account.settings),
        },
        permissions: [
          { Effect: "Allow", Action: "s3:GetObject", Resource: object.arn },
          { Effect: "Allow", Action: "ssm:GetParameter", Resource: key.arn },
        ],
        logRetentionDays: args.logRetentionDays,
        tags,
        transform,
      },
      parent,
    );
    const rule = new aws.cloudwatch.EventRule(
      ...transformed<aws.cloudwatch.EventRuleArgs>(
        transform.rule,
        own,
        {
          description: "When the watch over drift looks at the account",
          scheduleExpression: `rate(${minutes} minute${minutes === 1 ? "" : "s"})`,
          tags,
        },
        parent,
      ),
    );
    const { lambda } = this.function;
    const permission = new aws.lambda.Permission(
      own,
      {
        action: "lambda:InvokeFunction",
        function: lambda.name,
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      parent,
    );
    const target = new aws.cloudwatch.EventTarget(
      own,
      { rule: rule.name, arn: lambda.arn },
      { ...parent, dependsOn: [permission, object] },
    );
    declareAlarms(
      name,
      driftAlarmsOf({ stack, every }),
      { actions: args.alarmActions, runbook: args.runbook, tags, transform: transform.alarms },
      { ...parent, dependsOn: [target] },
    );
    this.registerOutputs({ name: lambda.name });
  }
}
