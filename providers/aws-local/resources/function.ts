import { z } from "zod";
import type { AwsContext, Properties, ResourceType } from "./resource-type.ts";
import { isKnown, UNKNOWN } from "./resource-type.ts";
import { tagsAll, tagsSchema } from "./tags.ts";

/** AWS refuses these names of environment variables, because the runtime sets them itself. */
const RESERVED_VARIABLES = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SECRET_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

/** A function from an archive, in one of Lambda's current Node runtimes. */
export const lambdaFunction: ResourceType = {
  token: "aws:lambda/function:Function",
  inputs: z.strictObject({
    architectures: z.array(z.enum(["arm64", "x86_64"])).length(1),
    code: z.custom<object>((value) => typeof value === "object" && value !== null, "must be an archive"),
    description: z.string().max(256).optional(),
    environment: z
      .strictObject({
        variables: z
          .record(
            z.string().regex(/^[A-Za-z]\w+$/, "must begin with a letter and hold letters, digits and _"),
            z.string(),
          )
          .optional(),
      })
      .optional(),
    handler: z
      .string()
      .max(128)
      .regex(/^\S+\.[^\s.]+$/, 'must be <module>.<export>, such as "index.handler"'),
    loggingConfig: z.strictObject({ logFormat: z.enum(["Text", "JSON"]), logGroup: z.string().optional() }).optional(),
    memorySize: z.int().min(128).max(10_240),
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, - or _"),
    packageType: z.literal("Zip", 'only "Zip" is implemented by the local AWS'),
    publish: z.literal(false, "true is not implemented by the local AWS"),
    reservedConcurrentExecutions: z.int().min(-1),
    role: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/\S+$/, "must be the ARN of a role"),
    runtime: z.enum(["nodejs22.x", "nodejs24.x"], "is no runtime of the local AWS: use nodejs22.x or nodejs24.x"),
    skipDestroy: z.literal(false, "true is not implemented by the local AWS"),
    sourceCodeHash: z.string().optional(),
    tags: tagsSchema.optional(),
    timeout: z.int().min(1).max(900),
  }),
  autoName: { property: "name", maxLength: 64 },
  defaults: {
    architectures: ["x86_64"],
    memorySize: 128,
    packageType: "Zip",
    publish: false,
    reservedConcurrentExecutions: -1,
    skipDestroy: false,
    timeout: 3,
  },
  rules: environmentRules,
  computed: [
    "arn",
    "codeSha256",
    "invokeArn",
    "lastModified",
    "qualifiedArn",
    "qualifiedInvokeArn",
    "sourceCodeHash",
    "sourceCodeSize",
    "version",
  ],
  derived: (inputs, context) => ({
    ephemeralStorage: { size: 512 },
    loggingConfig: loggingConfig(inputs),
    region: context.region,
    tracingConfig: { mode: "PassThrough" },
    ...tagsAll(inputs, context),
  }),
  stale: (changed) =>
    changed.has("code") ? ["codeSha256", "lastModified", "sourceCodeHash", "sourceCodeSize"] : ["lastModified"],
  replaceOnChange: ["name", "packageType"],
  identity: (inputs) => String(inputs.name),
};

/** Where a function logs, with what AWS fills in. */
export function loggingConfig(inputs: Properties): unknown {
  const given = inputs.loggingConfig;
  if (!isKnown(given)) return UNKNOWN;
  const logGroup = isKnown(inputs.name) ? `/aws/lambda/${inputs.name}` : UNKNOWN;
  return { logFormat: "Text", logGroup, ...(given as object | undefined) };
}

/** The ARN of a function. */
export function functionArn(name: string, context: Pick<AwsContext, "partition" | "region" | "accountId">): string {
  return `arn:${context.partition}:lambda:${context.region}:${context.accountId}:function:${name}`;
}

/** The name in a function's ARN, or the name itself: AWS takes both. */
export function functionName(nameOrArn: unknown): string {
  return /:function:([\w-]+)$/.exec(String(nameOrArn))?.[1] ?? String(nameOrArn);
}

function environmentRules(inputs: Properties): string[] {
  const variables = (inputs.environment as { variables?: unknown } | undefined)?.variables;
  if (typeof variables !== "object" || variables === null) return [];
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  return [
    ...reserved.map(
      (name) => `environment.variables.${name} is reserved: the Lambda runtime sets it. Use another name.`,
    ),
    ...(bytes > 4096 ? [`environment.variables take ${bytes} bytes; Lambda allows 4096 in all.`] : []),
  ];
}
