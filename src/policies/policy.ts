import { type AccountArn, type ResourceRule, resourceRules } from "./resource-rules.ts";

/** Who is given the policy: a job that deploys, or one that only looks. */
export type JobRole = "deploy" | "review";

/** A resource of AWS as a preview of the program shows it. */
export interface DeclaredResource {
  /** Such as `aws:sqs/queue:Queue`. */
  type: string;
  /** The name in the program, which AWS's name begins with unless the program chooses one. */
  logicalName: string;
  /** The name that the program chooses, e.g. for a log group. */
  name?: string;
}

/** Where the stack is deployed to. */
export interface Target {
  stack: string;
  /** The name of the project in Pulumi.yaml. */
  project: string;
  region: string;
  /** Twelve digits. */
  account: string;
  /** The bucket of the state; absent where it is kept elsewhere. */
  bucket?: string | undefined;
  /** The KMS key of the secrets, as `alias/<name>` or by its id; absent where something else closes them. */
  key?: string | undefined;
}

/** A statement of an IAM policy. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

/** A type of resource that has no rule yet. */
export class NoRule extends Error {}

/**
 * The least that a job needs: for every type of resource that the program declares its reads, and its writes where the
 * job deploys, on the resources of those names alone; then the stack's own state and the key of its secrets.
 *
 * @throws NoRule that names the types without a rule.
 */
export function policyFor(role: JobRole, resources: readonly DeclaredResource[], target: Target) {
  const declared = resources.filter(({ type }) => type.startsWith("aws:"));
  const unknown = [...new Set(declared.map(({ type }) => type))].filter((type) => !Object.hasOwn(resourceRules, type));
  if (unknown.length > 0)
    throw new NoRule(
      `${unknown.join(", ")}: what a role needs for it is not known, add a rule to src/policies/resource-rules.ts`,
    );

  const account: AccountArn = (service, { global } = { global: false as never }) =>
    `arn:aws:${service}:${global ? "" : target.region}:${target.account}`;
  const arnsOf = (type: string, { partOf = type, arn }: ResourceRule) =>
    sorted(
      declared.filter((resource) => resource.type === partOf).map((resource) => arn(namePattern(resource), account)),
    );

  const types = sorted(declared.map(({ type }) => type));
  const statements = types.flatMap((type) =>
    statementsFor(type, resourceRules[type] as ResourceRule, arnsOf, account, role),
  );
  const anywhere = sorted(types.flatMap((type) => resourceRules[type]?.readAnywhere ?? []));
  return {
    Version: "2012-10-17",
    Statement: [
      ...statements,
      ...(anywhere.length > 0 ? [allow("ReadLists", anywhere, ["*"])] : []),
      ...(role === "deploy" ? passRoles(declared, account) : []),
      ...stateStatements(role, target),
    ],
  };
}

function statementsFor(
  type: string,
  rule: ResourceRule,
  arnsOf: (type: string, rule: ResourceRule) => string[],
  account: AccountArn,
  role: JobRole,
): Statement[] {
  const actions = [...rule.read, ...(role === "deploy" ? rule.write : [])];
  const [sid, arns] = [type.split(":").at(-1) ?? type, arnsOf(type, rule)];
  if (!rule.byFunction) return [allow(sid, actions, arns)];
  const tags = ["lambda:ListTags", ...(role === "deploy" ? ["lambda:TagResource", "lambda:UntagResource"] : [])];
  return [
    { ...allow(sid, actions, ["*"]), Condition: { ArnLike: { "lambda:FunctionArn": arns } } },
    allow(`${sid}Tags`, tags, [`${account("lambda")}:event-source-mapping:*`]),
  ];
}

/** Without it nobody could give a function its role; with it for every service, anything could be given that role. */
function passRoles(declared: readonly DeclaredResource[], account: AccountArn): Statement[] {
  const roles = declared.filter(({ type }) => type === "aws:iam/role:Role");
  const arns = sorted(roles.map((resource) => `${account("iam", { global: true })}:role/${namePattern(resource)}`));
  const Condition = { StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com"] } };
  return arns.length > 0 ? [{ ...allow("PassRole", ["iam:PassRole"], arns), Condition }] : [];
}

/** The stack's own part of the bucket: the state of another stack is not opened by it. */
function stateStatements(role: JobRole, { stack, project, region, account, bucket, key }: Target): Statement[] {
  const statements: Statement[] = [];
  if (bucket !== undefined) {
    const objects = [
      "meta.yaml",
      `stacks/${project}/${stack}.json*`,
      ...["history", "backups"].map((folder) => `${folder}/${project}/${stack}/*`),
      `locks/organization/${project}/${stack}/*`,
    ];
    const actions = ["s3:GetObject", ...(role === "deploy" ? ["s3:PutObject", "s3:DeleteObject"] : [])];
    statements.push(
      allow("StateList", ["s3:ListBucket"], [`arn:aws:s3:::${bucket}`]),
      allow(
        "State",
        actions,
        objects.map((object) => `arn:aws:s3:::${bucket}/.pulumi/${object}`),
      ),
    );
  }
  if (key !== undefined) {
    const actions = ["kms:Decrypt", ...(role === "deploy" ? ["kms:Encrypt"] : [])];
    const arn = (id: string) => `arn:aws:kms:${region}:${account}:key/${id}`;
    const Condition = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": [key] } };
    statements.push(
      key.startsWith("alias/")
        ? { ...allow("Secrets", actions, [arn("*")]), Condition }
        : allow("Secrets", actions, [arn(key)]),
    );
  }
  return statements;
}

const allow = (Sid: string, actions: readonly string[], resources: readonly string[]): Statement => ({
  Sid,
  Effect: "Allow",
  Action: [...actions].sort(),
  Resource: [...resources],
});

/** The engine appends a dash and seven hexadecimal digits to the name in the program, unless the program chose a name. */
const namePattern = ({ logicalName, name }: DeclaredResource): string => name ?? `${logicalName}-*`;

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
