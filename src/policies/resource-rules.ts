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

const functionArn: ResourceRule["arn"] = (name, account) => `${account("lambda")}:function:${name}`;
const roleArn: ResourceRule["arn"] = (name, account) => `${account("iam", { global: true })}:role/${name}`;
const queueArn: ResourceRule["arn"] = (name, account) => `${account("sqs")}:${name}`;

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
};
