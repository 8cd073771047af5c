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
    const { stack, every, account, tags = {}, transform = {} } = args;
    const own = `${name}-drift`;
    const minutes = wholeMinutes(every);
    const timeout = timeLimit(minutes);
    assertInTime(args.count, account.settings, timeout);

    const picture = keptPicture(own, args, parent);
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
          EXPECTED_PICTURE_BUCKET: picture.bucket,
          EXPECTED_PICTURE_KEY: picture.key,
          API_KEY_PARAMETER: key.name,
          MINIVOICE_SETTINGS: JSON.stringify(account.settings),
        },
        permissions: [
          { Effect: "Allow", Action: "s3:GetObject", Resource: picture.arn },
          { Effect: "Allow", Action: "ssm:GetParameter", Resource: key.arn },
        ],
        logRetentionDays: args.logRetentionDays,
        tags,
        transform,
      },
      parent,
    );
    const { lambda } = this.function;
    const scheduled = invoked(lambda, minutes, { name: own, args, dependsOn: [picture], ...parent });
    declareAlarms(
      name,
      driftAlarmsOf({ stack, every }),
      { actions: args.alarmActions, runbook: args.runbook, tags, transform: transform.alarms },
      { ...parent, dependsOn: [scheduled] },
    );
    this.registerOutputs({ name: lambda.name });
  }
}

/** The picture in a bucket of its own, written once the account has all of it. */
function keptPicture(name: string, args: DriftWatchArgs, parent: { parent: pulumi.Resource }): aws.s3.BucketObjectv2 {
  const { numbers, tags = {}, transform = {} } = args;
  // What is in it can be made again from the state.
  const { bucket } = new aws.s3.Bucket(
    ...transformed<aws.s3.BucketArgs>(transform.bucket, name, { forceDestroy: true, tags }, parent),
  );
  const versioningConfiguration = { status: "Enabled" };
  const versioning = new aws.s3.BucketVersioning(name, { bucket, versioningConfiguration }, parent);
  new aws.s3.BucketPublicAccessBlock(
    name,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    parent,
  );
  const source = deployedPicture(args).apply((picture) => contentFile("pictures", pictureText(picture), ".json"));
  return new aws.s3.BucketObjectv2(
    ...transformed<aws.s3.BucketObjectv2Args>(
      transform.picture,
      name,
      { bucket, key: PICTURE_KEY, source, contentType: "application/json", tags },
      { ...parent, dependsOn: [versioning, numbers] },
    ),
  );
}

/** A rule that invokes the function at its rate, from the last of these resources on. */
function invoked(
  lambda: aws.lambda.Function,
  minutes: number,
  {
    name,
    args,
    dependsOn,
    parent,
  }: { name: string; args: DriftWatchArgs; dependsOn: pulumi.Resource[]; parent: pulumi.Resource },
): pulumi.Resource {
  const { tags = {}, transform = {} } = args;
  const rule = new aws.cloudwatch.EventRule(
    ...transformed<aws.cloudwatch.EventRuleArgs>(
      transform.rule,
      name,
      {
        description: "When the watch over drift looks at the account",
        scheduleExpression: `rate(${minutes} minute${minutes === 1 ? "" : "s"})`,
        tags,
      },
      { parent },
    ),
  );
  const permission = new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: lambda.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  return new aws.cloudwatch.EventTarget(
    name,
    { rule: rule.name, arn: lambda.arn },
    { parent, dependsOn: [permission, ...dependsOn] },
  );
}
