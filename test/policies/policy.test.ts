import { describe, expect, test } from "@jest/globals";
import { resourceTypes } from "../../providers/aws-local/resources/index.ts";
import { resourceOf } from "../../src/cli/commands/policies.ts";
import { type DeclaredResource, NoRule, policyFor, type Statement } from "../../src/policies/policy.ts";

const target = { stack: "production", project: "voice", region: "eu-central-1", account: "123456789012" };
const resources: DeclaredResource[] = [
  { type: "pulumi:pulumi:Stack", logicalName: "voice-production" },
  { type: "pulumi-nodejs:dynamic/minivoice:Application", logicalName: "support" },
  { type: "aws:iam/role:Role", logicalName: "voice-production-answer" },
  { type: "aws:iam/rolePolicy:RolePolicy", logicalName: "voice-production-answer" },
  { type: "aws:lambda/function:Function", logicalName: "voice-production-answer" },
  { type: "aws:lambda/function:Function", logicalName: "voice-production-worker", name: "the-worker" },
  { type: "aws:lambda/functionUrl:FunctionUrl", logicalName: "voice-production-answer" },
  { type: "aws:lambda/eventSourceMapping:EventSourceMapping", logicalName: "voice-production-webhook" },
  { type: "aws:cloudwatch/logGroup:LogGroup", logicalName: "voice-production-answer" },
  { type: "aws:ssm/parameter:Parameter", logicalName: "secret", name: "/voice/production/webhook" },
];

const statements = (role: "deploy" | "review", more: object = {}): Record<string, Statement> =>
  Object.fromEntries(policyFor(role, resources, { ...target, ...more }).Statement.map((each) => [each.Sid, each]));
const actions = (role: "deploy" | "review", more: object = {}): string[] =>
  Object.values(statements(role, more)).flatMap(({ Action }) => Action);

describe("a role's policy", () => {
  test("names the resources of the stack alone, by the names that the program gives them", () => {
    const { Function: functions, Role, RolePolicy, FunctionUrl, Parameter } = statements("deploy");
    const lambda = "arn:aws:lambda:eu-central-1:123456789012:function:";
    expect(functions?.Resource).toEqual([`${lambda}the-worker`, `${lambda}voice-production-answer-*`]);
    expect(FunctionUrl?.Resource).toEqual(functions?.Resource);
    expect(Role?.Resource).toEqual(["arn:aws:iam::123456789012:role/voice-production-answer-*"]);
    expect(RolePolicy?.Resource).toEqual(Role?.Resource);
    expect(Parameter?.Resource).toEqual(["arn:aws:ssm:eu-central-1:123456789012:parameter/voice/production/webhook"]);
  });

  test("is open to everything only where AWS knows no narrower resource, and then says for which function, or reads lists", () => {
    const open = Object.values(statements("deploy")).filter(({ Resource }) => Resource.includes("*"));
    expect(open.map(({ Sid }) => Sid)).toEqual(["EventSourceMapping", "ReadLists"]);
    expect(open[0]?.Condition).toEqual({ ArnLike: { "lambda:FunctionArn": statements("deploy").Function?.Resource } });
    expect(open[1]?.Action).toEqual(["logs:DescribeLogGroups", "ssm:DescribeParameters"]);
  });

  test("lets a deploying job hand the stack's roles to Lambda, and to nothing else", () => {
    expect(statements("deploy").PassRole).toMatchObject({
      Action: ["iam:PassRole"],
      Resource: ["arn:aws:iam::123456789012:role/voice-production-answer-*"],
      Condition: { StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com"] } },
    });
  });

  test("lets a reviewing job read, and write nothing", () => {
    const more = { bucket: "state", key: "alias/voice" };
    const writes = (role: "deploy" | "review") =>
      actions(role, more).filter((action) => !/:(?:Get|List|Describe)|^kms:Decrypt$/.test(action));
    expect(writes("review")).toEqual([]);
    expect(writes("deploy")).toEqual(
      expect.arrayContaining(["lambda:UpdateFunctionCode", "s3:PutObject", "kms:Encrypt"]),
    );
    // Whoever writes also reads.
    expect(actions("deploy", more)).toEqual(expect.arrayContaining(actions("review", more)));
  });

  test("opens the state of the stack and not its neighbour's, and one key", () => {
    const { State, Secrets } = statements("deploy", { bucket: "state", key: "alias/voice" });
    expect(State?.Resource).toContain("arn:aws:s3:::state/.pulumi/stacks/voice/production.json*");
    expect(State?.Resource.filter((arn) => !arn.includes("production"))).toEqual([
      "arn:aws:s3:::state/.pulumi/meta.yaml",
    ]);
    expect(Secrets?.Condition).toEqual({ "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/voice"] } });
    const byId = statements("review", { key: "1234abcd-12ab-34cd-56ef-1234567890ab" }).Secrets;
    expect(byId?.Resource).toEqual(["arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"]);
    expect(byId).not.toHaveProperty("Condition");
  });

  test("opens neither where the stack keeps them elsewhere", () => {
    expect(Object.keys(statements("deploy"))).not.toEqual(expect.arrayContaining(["State"]));
    expect(Object.keys(statements("deploy"))).not.toEqual(expect.arrayContaining(["Secrets"]));
  });

  test("is refused for a type of resource that nobody has thought about", () => {
    const topic = { type: "aws:sns/topic:Topic", logicalName: "on-call" };
    expect(() => policyFor("deploy", [...resources, topic], target)).toThrow(NoRule);
    expect(() => policyFor("deploy", [...resources, topic], target)).toThrow("aws:sns/topic:Topic");
  });
});

test("the watch over drift is a bucket, its objects and a rule, by the names that the program gives them", () => {
  const watch = ["aws:s3/bucket:Bucket", "aws:s3/bucketObjectv2:BucketObjectv2", "aws:cloudwatch/eventRule:EventRule"];
  const declared = watch.map((type) => ({ type, logicalName: "voice-production-drift" }));
  const found = policyFor("deploy", declared, target).Statement.map(({ Sid, Resource }) => [Sid, ...Resource]);
  expect(found).toEqual([
    ["EventRule", "arn:aws:events:eu-central-1:123456789012:rule/voice-production-drift-*"],
    ["Bucket", "arn:aws:s3:::voice-production-drift-*"],
    ["BucketObjectv2", "arn:aws:s3:::voice-production-drift-*/*"],
  ]);
});

test("a preview tells a name that the program chose from one that the engine makes", () => {
  const step = (inputs: Record<string, unknown>) =>
    resourceOf({
      op: "create",
      urn: "urn:pulumi:production::voice::voice:index:VoiceFunction$aws:lambda/function:Function::voice-production-answer",
      newState: { type: "aws:lambda/function:Function", inputs },
    });
  const about = { type: "aws:lambda/function:Function", logicalName: "voice-production-answer" };
  expect(step({ __defaults: ["name"], name: "voice-production-answer-0a1b2c3" })).toEqual([about]);
  expect(step({ __defaults: [], name: "the-answer" })).toEqual([{ ...about, name: "the-answer" }]);
  expect(resourceOf({ op: "same" })).toEqual([]);
});

test("every type of resource that the local stack can deploy has a rule", () => {
  const all = [...resourceTypes.keys()].map((type) => ({ type, logicalName: "x" }));
  expect(policyFor("deploy", all, target).Statement.length).toBeGreaterThanOrEqual(all.length);
});
