import { describe, expect, test } from "@jest/globals";
import { type Properties, UNKNOWN } from "../../../../providers/aws-local/resources/resource-type.ts";
import { check } from "../checked.ts";

const FUNCTION = {
  code: {},
  handler: "index.handler",
  role: "arn:aws:iam::000000000000:role/answer",
  runtime: "nodejs24.x",
};
const TABLE = {
  attributes: [{ name: "callId", type: "S" }],
  billingMode: "PAY_PER_REQUEST",
  hashKey: "callId",
};

const checkFunction = (inputs: Properties, more = {}) =>
  check("aws:lambda/function:Function", { ...FUNCTION, ...inputs }, more);
const checkTable = (inputs: Properties) => check("aws:dynamodb/table:Table", { ...TABLE, ...inputs });

describe("inputs that AWS fills in", () => {
  test("show their values in preview", () => {
    const { inputs, failures } = checkFunction({});
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ memorySize: 128, timeout: 3, architectures: ["x86_64"], packageType: "Zip" });
  });

  test("include a name, the same in preview and update", () => {
    const { name } = checkFunction({}).inputs;
    expect(name).toMatch(/^answer-[0-9a-f]{7}$/);
    expect(checkFunction({}).inputs.name).toBe(name);
  });

  test("keep a generated name, and drop one that the program gave before", () => {
    expect(checkFunction({}, { olds: { name: "answer-0000000", __defaults: ["name"] } }).inputs.name).toBe(
      "answer-0000000",
    );
    expect(checkFunction({}, { olds: { name: "mine", __defaults: [] } }).inputs.name).toMatch(/^answer-[0-9a-f]{7}$/);
  });

  test("give way to those of the program", () => {
    expect(checkFunction({ name: "mine", timeout: 9 }).inputs).toMatchObject({ name: "mine", timeout: 9 });
  });
});

describe("what is not implemented", () => {
  test("is refused by property and type", () => {
    const { failures } = checkFunction({
      vpcConfig: { subnetIds: [] },
      loggingConfig: { logFormat: "JSON", systemLogLevel: "WARN" },
    });
    expect(failures).toEqual([
      expect.stringMatching(
        /^property "loggingConfig.systemLogLevel" of aws:lambda\/function:Function is not implemented by the local AWS/,
      ),
      expect.stringMatching(
        /^property "vpcConfig" of aws:lambda\/function:Function is not implemented by the local AWS\. Implemented: architectures, code, /,
      ),
    ]);
  });

  test.each([
    ["another runtime", { runtime: "python3.14" }, /"runtime" .* is "python3.14": .*nodejs22\.x or nodejs24\.x/],
    ["images", { packageType: "Image" }, /"packageType" .* is "Image": only "Zip"/],
    ["published versions", { publish: true }, /"publish" .* is true: true is not implemented/],
  ])("is refused by value: %s", (_name, inputs, message) => {
    expect(checkFunction(inputs).failures).toEqual([expect.stringMatching(message)]);
  });
});

describe("wrong inputs", () => {
  test.each([
    [
      "a missing handler",
      { handler: undefined },
      'property "handler" of aws:lambda/function:Function is needed by the local AWS, but missing.',
    ],
    [
      "too little memory",
      { memorySize: 64 },
      'property "memorySize" of aws:lambda/function:Function is 64: Too small: expected number to be >=128',
    ],
    [
      "a reserved variable",
      { environment: { variables: { AWS_REGION: "x" } } },
      "environment.variables.AWS_REGION is reserved: the Lambda runtime sets it. Use another name.",
    ],
    [
      "too large an environment",
      { environment: { variables: { BIG: "x".repeat(4096) } } },
      "environment.variables take 4106 bytes; Lambda allows 4096 in all.",
    ],
  ])("%s", (_name, inputs, message) => {
    expect(checkFunction(inputs).failures).toEqual([message]);
  });

  test("do not show a secret", () => {
    const environment = { variables: { "9": "mv_test_not_a_real_key" } };
    const { failures } = checkFunction(
      { environment, description: 7 },
      { secrets: [["environment", "variables", "9"], ["description"]] },
    );
    expect(failures).toHaveLength(2);
    expect(failures.join()).not.toContain("mv_test_not_a_real_key");
    expect(failures.join()).toContain('"description" of aws:lambda/function:Function is a secret');
  });
});

describe("unknown values", () => {
  test("pass at any depth", () => {
    const environment = { variables: { TABLE: UNKNOWN } };
    expect(checkFunction({ role: UNKNOWN, timeout: UNKNOWN, code: UNKNOWN, environment }).failures).toEqual([]);
    expect(checkFunction({ environment: UNKNOWN, loggingConfig: UNKNOWN }).failures).toEqual([]);
    expect(checkTable({ attributes: UNKNOWN, hashKey: UNKNOWN }).failures).toEqual([]);
    expect(check("aws:iam/rolePolicy:RolePolicy", { role: "answer", policy: UNKNOWN }).failures).toEqual([]);
  });
});

describe("tables", () => {
  test.each([
    [
      "a key that is not declared",
      { rangeKey: "eventKey" },
      'the key "eventKey" must be declared in attributes (declared: callId).',
    ],
    [
      "an attribute that is no key",
      { attributes: [...TABLE.attributes, { name: "at", type: "N" }] },
      'attributes may hold only the table\'s keys, but "at" is none (there are no indexes).',
    ],
    [
      "capacities that are missing",
      { billingMode: "PROVISIONED" },
      'billingMode "PROVISIONED" needs readCapacity and writeCapacity; "PAY_PER_REQUEST" needs neither.',
    ],
    ["a TTL without attribute", { ttl: { enabled: true } }, "ttl.attributeName is needed when ttl.enabled is true."],
  ])("refuse %s", (_name, inputs, message) => {
    expect(checkTable(inputs).failures).toEqual([message]);
  });
});

describe("policies", () => {
  const policy = (statement: object) => ({ Version: "2012-10-17", Statement: [statement] });

  test("may be objects and are stored as text", () => {
    const document = policy({ Effect: "Allow", Action: "logs:PutLogEvents", Resource: "*" });
    const { inputs, failures } = check("aws:iam/rolePolicy:RolePolicy", { role: "answer", policy: document });
    expect(failures).toEqual([]);
    expect(inputs.policy).toBe(JSON.stringify(document));
  });

  test("with an unknown part are unknown, and with a secret part secret", () => {
    const document = policy({ Effect: "Allow", Action: "*", Resource: UNKNOWN });
    const path = ["policy", "Statement", "0", "Resource"];
    const { inputs, secrets } = check(
      "aws:iam/rolePolicy:RolePolicy",
      { role: "answer", policy: document },
      { secrets: [path] },
    );
    expect(inputs.policy).toBe(UNKNOWN);
    expect(secrets).toEqual([["policy"]]);
  });

  test.each([
    ["no JSON", "{", /is "\{": MalformedPolicyDocument: the policy is not JSON/],
    ["no effect", policy({ Action: "*", Resource: "*" }), /MalformedPolicyDocument: Statement\.0\.Effect: /],
    [
      "a condition",
      policy({ Effect: "Allow", Action: "*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
      /Statement\.0\.Condition: the local AWS evaluates no conditions, so a policy with one is refused/,
    ],
    [
      "a policy variable",
      policy({ Effect: "Allow", Action: "*", Resource: "arn:aws:sqs:*:*:$" + "{aws:username}" }),
      /Statement\.0\.Resource: .*holds a policy variable, which the local AWS does not evaluate/,
    ],
    [
      "an action of no service",
      policy({ Effect: "Allow", Action: "SendMessage", Resource: "*" }),
      /Statement\.0\.Action: .*begin with a service, such as "sqs:SendMessage"/,
    ],
    [
      "a resource that is no ARN",
      policy({ Effect: "Allow", Action: "*", Resource: "events" }),
      /Statement\.0\.Resource: .*must be "\*" or an ARN/,
    ],
    [
      "no resource",
      policy({ Effect: "Allow", Action: "*" }),
      /MalformedPolicyDocument: Statement\.0: needs exactly one of Resource/,
    ],
  ])("with %s are refused", (_name, value, message) => {
    const { failures } = check("aws:iam/rolePolicy:RolePolicy", { role: "answer", policy: value });
    expect(failures).toEqual([expect.stringMatching(message)]);
  });
});

test("a log group's name cannot lead out of the folder of the logs", () => {
  const { failures } = check("aws:cloudwatch/logGroup:LogGroup", { name: "/../../etc/passwd" });
  expect(failures).toEqual([expect.stringContaining("may not hold . or .. as a part")]);
});
