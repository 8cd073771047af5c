import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Duration, milliseconds } from "pulumi-minivoice/api";
import type { BundleSource } from "./bundle.ts";
import { bundleArchive } from "./bundle-archive.ts";
import { type Transform, transformed } from "./transform.ts";

/** How much of Lambda one function gets. */
export interface FunctionSize {
  /** After this the caller of the function gets an error. */
  timeout?: Duration;
  /** Megabytes; the share of a processor grows with them. */
  memorySize?: number;
  /**
   * Instances that are kept for this function, and also the most that it gets. Default: none are, and the function shares
   * the account's. A new AWS account has ten in all and must leave them unreserved, so a reservation there fails.
   */
  reservedConcurrency?: number;
}

/** Changes of what the underlying resources are made with. */
export interface FunctionTransforms {
  function?: Transform<aws.lambda.FunctionArgs>;
  role?: Transform<aws.iam.RoleArgs>;
  policy?: Transform<aws.iam.RolePolicyArgs>;
  logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
}

export interface VoiceFunctionArgs extends FunctionSize {
  description: string;
  /** What the function runs. */
  source: BundleSource;
  timeout: Duration;
  memorySize: number;
  environment?: Record<string, pulumi.Input<string>>;
  /** What the function may do, besides writing its own log. */
  permissions?: aws.iam.PolicyStatement[];
  /** Days that CloudWatch keeps the log. */
  logRetentionDays: number;
  tags?: Record<string, string>;
  transform?: FunctionTransforms | undefined;
}

/**
 * One Lambda function with a log that is not kept for ever and a role of its own, which may do what is named and nothing
 * else.
 *
 * @example
 * const answer = new VoiceFunction("answer", {
 *   description: "Answers calls",
 *   source: { entry: "src/functions/answer.ts", virtual: { "virtual:answers": answers } },
 *   timeout: "5 seconds",
 *   memorySize: 512,
 *   logRetentionDays: 30,
 * });
 * answer.addUrl(); // "https://….lambda-url.eu-central-1.on.aws/"
 */
export class VoiceFunction extends pulumi.ComponentResource {
  readonly lambda: aws.lambda.Function;
  readonly #name: string;

  constructor(name: string, args: VoiceFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("voice:index:VoiceFunction", name, {}, opts);
    this.#name = name;
    const parent = { parent: this };
    const { tags = {}, transform = {} } = args;

    // Named by the engine and handed to the function: a log group that Lambda makes by itself is never deleted.
    const log = new aws.cloudwatch.LogGroup(
      ...transformed(transform.logGroup, name, { retentionInDays: args.logRetentionDays, tags }, parent),
    );
    const assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });
    const role = new aws.iam.Role(...transformed(transform.role, name, { assumeRolePolicy, tags }, parent));
    const writeLog: aws.iam.PolicyStatement = {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${log.arn}:*`,
    };
    const policy = new aws.iam.RolePolicy(
      ...transformed<aws.iam.RolePolicyArgs>(
        transform.policy,
        name,
        { role: role.name, policy: { Version: "2012-10-17", Statement: [writeLog, ...(args.permissions ?? [])] } },
        parent,
      ),
    );

    this.lambda = new aws.lambda.Function(
      ...transformed<aws.lambda.FunctionArgs>(
        transform.function,
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
          ...(args.reservedConcurrency !== undefined && { reservedConcurrentExecutions: args.reservedConcurrency }),
        },
        // The first request may come as soon as the function exists, and needs its permissions by then.
        { ...parent, dependsOn: [policy] },
      ),
    );
    this.registerOutputs({ name: this.lambda.name });
  }

  /**
   * Puts the function behind a public URL of its own, which ends in a slash.
   *
   * It has the auth type `NONE`, because MiniVoice cannot sign requests for AWS. The provider adds the two statements that
   * such a URL needs (`lambda:InvokeFunctionUrl`, and `lambda:InvokeFunction` for calls through the URL only) when it
   * creates the URL, so a permission of our own would be a second copy.
   *
   * @param protect - refuse to delete it: it is written in the account, and a new one would be another.
   */
  addUrl({ protect = false, transform }: FunctionUrlArgs = {}): pulumi.Output<string> {
    const args = { functionName: this.lambda.name, authorizationType: "NONE" };
    const options = { parent: this, protect };
    return new aws.lambda.FunctionUrl(...transformed<aws.lambda.FunctionUrlArgs>(transform, this.#name, args, options))
      .functionUrl;
  }
}

export interface FunctionUrlArgs {
  protect?: boolean;
  transform?: Transform<aws.lambda.FunctionUrlArgs> | undefined;
}

/** Lambda counts whole seconds, 1 to 900. */
export function seconds(duration: Duration): number {
  const value = (milliseconds(duration) ?? 0) / 1000;
  if (!Number.isInteger(value) || value < 1 || value > 900) {
    throw new pulumi.RunError(
      `timeout "${duration}": a function has from "1 second" to "900 seconds", in whole seconds`,
    );
  }
  return value;
}
