import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Duration, milliseconds } from "pulumi-minivoice/api";
import { type BundleSource, bundleArchive } from "./bundle.ts";

export interface VoiceFunctionArgs {
  description: string;
  /** What the function runs. */
  source: BundleSource;
  /** After this the caller of the function gets an error. */
  timeout: Duration;
  /** Megabytes; the share of a processor grows with them. */
  memorySize: number;
  environment?: Record<string, pulumi.Input<string>>;
  /** What the function may do, besides writing its own log. */
  permissions?: aws.iam.PolicyStatement[];
  /** Days that CloudWatch keeps the log. */
  logRetentionDays: number;
  /** Refuse to delete the URL: it is written in the account, and a new function would have another one. */
  protect?: boolean;
  tags?: Record<string, string>;
}

/**
 * One Lambda function behind a public URL: bundle, role, log, URL.
 *
 * The URL has the auth type `NONE`, because MiniVoice cannot sign requests for AWS. The provider adds the two
 * statements that such a URL needs (`lambda:InvokeFunctionUrl`, and `lambda:InvokeFunction` for calls through the
 * URL only) when it creates the URL, so a permission of our own would be a second copy.
 *
 * @example
 * const answer = new VoiceFunction("answer", {
 *   description: "Answers calls",
 *   source: { entry: "src/functions/answer.ts", virtual: { "virtual:answers": answers } },
 *   timeout: "5 seconds",
 *   memorySize: 512,
 *   logRetentionDays: 30,
 * });
 * answer.url; // "https://….lambda-url.eu-central-1.on.aws/"
 */
export class VoiceFunction extends pulumi.ComponentResource {
  /** The public address; it ends in a slash. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: VoiceFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:VoiceFunction", name, {}, opts);
    const parent = { parent: this };
    const tags = args.tags ?? {};

    // Named by the engine and handed to the function: a log group that Lambda makes by itself is never deleted.
    const log = new aws.cloudwatch.LogGroup(name, { retentionInDays: args.logRetentionDays, tags }, parent);

    const role = new aws.iam.Role(
      name,
      { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }), tags },
      parent,
    );
    const writeLog: aws.iam.PolicyStatement = {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${log.arn}:*`,
    };
    const policy = new aws.iam.RolePolicy(
      name,
      { role: role.name, policy: { Version: "2012-10-17", Statement: [writeLog, ...(args.permissions ?? [])] } },
      parent,
    );

    const lambda = new aws.lambda.Function(
      name,
      {
        description: args.description,
        runtime: aws.lambda.Runtime.NodeJS24dX,
        architectures: ["arm64"],
        handler: "index.handler",
        code: bundleArchive(args.source),
        role: role.arn,
        timeout: seconds(args.timeout),
        memorySize: args.memorySize,
        loggingConfig: { logFormat: "JSON", logGroup: log.name },
        tags,
        ...(args.environment && { environment: { variables: args.environment } }),
      },
      // The first request may come as soon as the function exists, and needs its permissions by then.
      { ...parent, dependsOn: [policy] },
    );
    const url = new aws.lambda.FunctionUrl(
      name,
      { functionName: lambda.name, authorizationType: "NONE" },
      { ...parent, protect: args.protect ?? false },
    );

    this.url = url.functionUrl;
    this.registerOutputs({ url: this.url });
  }
}

/** Lambda counts whole seconds, 1 to 900. */
function seconds(duration: Duration): number {
  const value = (milliseconds(duration) ?? 0) / 1000;
  if (!Number.isInteger(value) || value < 1 || value > 900) {
    throw new pulumi.RunError(
      `timeout "${duration}": a function has from "1 second" to "900 seconds", in whole seconds`,
    );
  }
  return value;
}
