/** What a role may do to one type of resource, and where. */
export interface ResourceRule {
  /** What `preview --refresh` and `refresh` need. */
  read: readonly string[];
  /** What `up` and `destroy` need beyond that. */
  write: readonly string[];
  /** Reads that AWS knows for all resources of a kind only. */
  readAnywhere?: readonly string[];
  /** The resource of this name; `*` in it stands for what the engine appends. */
  arn: (name: string, account: AccountArn) => string;
  /** The type of resource that this one is a part of: it is reached by that one's name. */
  partOf?: string;
  /** Whether AWS names it by a number of its own; then the function that it feeds tells whose it is. */
  byFunction?: true;
}

/** The beginning of an ARN, such as `arn:aws:sqs:eu-central-1:123456789012`. */
export type AccountArn = (service: string, options?: { global: true }) => string;

const FUNCTION = "aws:lambda/function:Function";
const ROLE = "aws:iam/role:Role";
const QUEUE = "aws:sqs/queue:Queue";
const BUCKET = "aws:s3/bucket:Bucket";
const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";

const functionArn: ResourceRule["arn"] = (name, account) => `${account("lambda")}:function:${name}`;
const roleArn: ResourceRule["arn"] = (name, account) => `${account("iam", { global: true })}:role/${name}`;
const queueArn: ResourceRule["arn"] = (name, account) => `${account("sqs")}:${name}`;
/** Buckets have one name in the whole world. */
const bucketArn: ResourceRule["arn"] = (name) => `arn:aws:s3:::${name}`;
const eventRuleArn: ResourceRule["arn"] = (name, account) => `${account("events")}:rule/${name}`;

/**
 * One rule for each type of resource that the program declares. A type without one is an error, so that a new resource
 * brings its rule along.
 */
export const resourceRules: Readonly<Record<string, ResourceRule>> = {
  [ROLE]: {
    read: ["iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole"],
    write: [
      ...[
        "iam:CreateRole",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
        "iam:UpdateAssumeRolePolicy",
        "iam:DeleteRole",
      ],
      ...["iam:TagRole", "iam:UntagRole"],
    ],
    arn: roleArn,
  },
  "aws:iam/rolePolicy:RolePolicy": {
    read: ["iam:GetRolePolicy"],
    write: ["iam:PutRolePolicy", "iam:DeleteRolePolicy"],
    arn: roleArn,
    partOf: ROLE,
  },
  [FUNCTION]: {
    read: [
      ...["lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:GetFunctionCodeSigningConfig"],
      ...["lambda:ListVersionsByFunction", "lambda:ListTags", "lambda:GetPolicy"],
    ],
    write: [
      ...["lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
      ...["lambda:DeleteFunction", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"],
      ...["lambda:TagResource", "lambda:UntagResource"],
    ],
    arn: functionArn,
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    read: ["lambda:GetFunctionUrlConfig"],
    write: [
      ...["lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig"],
      // The provider adds the statements of a public URL when it creates one.
      ...["lambda:AddPermission", "lambda:RemovePermission"],
    ],
    arn: functionArn,
    partOf: FUNCTION,
  },
  "aws:lambda/permission:Permission": {
    read: ["lambda:GetPolicy"],
    write: ["lambda:AddPermission", "lambda:RemovePermission"],
    arn: functionArn,
    partOf: FUNCTION,
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    read: ["lambda:GetEventSourceMapping"],
    write: ["lambda:CreateEventSourceMapping", "lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping"],
    arn: functionArn,
    partOf: FUNCTION,
    byFunction: true,
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    read: ["logs:ListTagsForResource"],
    readAnywhere: ["logs:DescribeLogGroups"],
    write: [
      ...["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy"],
      ...["logs:TagResource", "logs:UntagResource"],
    ],
    arn: (name, account) => `${account("logs")}:log-group:${name}`,
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    write: [
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:DeleteAlarms",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
    ],
    arn: (name, account) => `${account("cloudwatch")}:alarm:${name}`,
  },
  "aws:dynamodb/table:Table": {
    read: [
      ...["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:DescribeContinuousBackups"],
      "dynamodb:ListTagsOfResource",
    ],
    write: [
      ...["dynamodb:CreateTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive"],
      ...["dynamodb:UpdateContinuousBackups", "dynamodb:TagResource", "dynamodb:UntagResource"],
    ],
    arn: (name, account) => `${account("dynamodb")}:table/${name}`,
  },
  [QUEUE]: {
    read: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
    write: ["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue", "sqs:TagQueue", "sqs:UntagQueue"],
    arn: queueArn,
  },
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {
    read: ["sqs:GetQueueAttributes"],
    write: ["sqs:SetQueueAttributes"],
    arn: queueArn,
    partOf: QUEUE,
  },
  "aws:ssm/parameter:Parameter": {
    read: ["ssm:GetParameter", "ssm:GetParameters", "ssm:ListTagsForResource"],
    readAnywhere: ["ssm:DescribeParameters"],
    write: ["ssm:PutParameter", "ssm:DeleteParameter", "ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"],
    arn: (name, account) => `${account("ssm")}:parameter/${name.replace(/^\//, "")}`,
  },
  [BUCKET]: {
    // AWS's provider reads all settings of a bucket, also those that nobody has made.
    read: [
      ...["s3:ListBucket", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLogging", "s3:GetBucketPolicy"],
      ...["s3:GetBucketRequestPayment", "s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetBucketWebsite"],
      ...["s3:GetAccelerateConfiguration", "s3:GetBucketObjectLockConfiguration", "s3:GetEncryptionConfiguration"],
      ...["s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListTagsForResource"],
    ],
    write: [
      ...["s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource"],
      "s3:ListBucketVersions",
    ],
    arn: bucketArn,
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    read: ["s3:GetBucketVersioning"],
    write: ["s3:PutBucketVersioning"],
    arn: bucketArn,
    partOf: BUCKET,
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    read: ["s3:GetBucketPublicAccessBlock"],
    write: ["s3:PutBucketPublicAccessBlock"],
    arn: bucketArn,
    partOf: BUCKET,
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    read: ["s3:GetObject", "s3:GetObjectTagging"],
    write: ["s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject", "s3:DeleteObjectVersion"],
    arn: (name, account) => `${bucketArn(name, account)}/*`,
    partOf: BUCKET,
  },
  [EVENT_RULE]: {
    read: ["events:DescribeRule", "events:ListTagsForResource"],
    write: [
      ...["events:PutRule", "events:DeleteRule", "events:EnableRule", "events:DisableRule"],
      ...["events:TagResource", "events:UntagResource"],
    ],
    arn: eventRuleArn,
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    read: ["events:ListTargetsByRule"],
    write: ["events:PutTargets", "events:RemoveTargets"],
    arn: eventRuleArn,
    partOf: EVENT_RULE,
  },
};
