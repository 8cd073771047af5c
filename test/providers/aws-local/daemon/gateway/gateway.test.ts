/** What functions may do: asked with the AWS SDK, and with the credentials that a function has. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { GetQueueUrlCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { allow, handler, json, LocalAws } from "../../local-aws.ts";

const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/records";
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:events";
const PARAMETER = "arn:aws:ssm:us-east-1:000000000000:parameter/voice/secret";
const KEY = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000";
const ITEM = { id: { S: "call-1" } };
const put = new PutItemCommand({ TableName: "records", Item: ITEM });

let aws: LocalAws;
let queueUrl: string;
let count = 0;

beforeAll(async () => {
  aws = await LocalAws.start();
  await aws.create("aws:dynamodb/table:Table", {
    name: "records",
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
  });
  queueUrl = String((await aws.create("aws:sqs/queue:Queue", { name: "events" })).attributes.url);
  const secret = { type: "SecureString", value: "hush", dataType: "text" };
  await aws.create("aws:ssm/parameter:Parameter", { ...secret, name: "/voice/secret" });
  await aws.create("aws:ssm/parameter:Parameter", { ...secret, name: "/voice/own-key", keyId: KEY });
});
afterAll(() => aws.remove());

/** Clients in the name of a function whose role has these policies. */
async function functionWith(...policies: string[]) {
  const role = `role-${++count}`;
  const { attributes } = await aws.createRole(role);
  for (const policy of policies) await aws.allow(policy, role);
  const name = `function-${count}`;
  const files = handler("return process.env;");
  const url = await aws.deploy({ name, files, inputs: { role: attributes.arn } });
  const env = await json<Record<string, string>>(await fetch(url));
  await aws.allow(allow("logs:*", "*"), role);
  const config = {
    region: String(env.AWS_REGION),
    maxAttempts: 1,
    credentials: {
      accessKeyId: String(env.AWS_ACCESS_KEY_ID),
      secretAccessKey: String(env.AWS_SECRET_ACCESS_KEY),
    },
  };
  return {
    role,
    user: `arn:aws:sts::000000000000:assumed-role/${role}/${name}`,
    dynamodb: new DynamoDBClient({ ...config, endpoint: String(env.AWS_ENDPOINT_URL_DYNAMODB) }),
    sqs: new SQSClient({ ...config, endpoint: String(env.AWS_ENDPOINT_URL_SQS) }),
    ssm: new SSMClient({ ...config, endpoint: String(env.AWS_ENDPOINT_URL_SSM) }),
    env,
  };
}

describe("without a permission", () => {
  const denied = (user: string, action: string, resource: string) =>
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`;

  test("each service refuses as it does in AWS", async () => {
    const { user, dynamodb, sqs, ssm } = await functionWith();
    await expect(dynamodb.send(put)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: denied(user, "dynamodb:PutItem", TABLE),
      $metadata: { httpStatusCode: 400 },
    });
    await expect(sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "x" }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: denied(user, "sqs:SendMessage", QUEUE),
    });
    await expect(ssm.send(new GetParameterCommand({ Name: "/voice/secret" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: denied(user, "ssm:GetParameter", PARAMETER),
    });
  });

  test("for one of several resources, the whole call is refused", async () => {
    const { dynamodb, ssm } = await functionWith(
      allow(["dynamodb:BatchGetItem", "ssm:GetParameters"], [TABLE, PARAMETER]),
    );
    const RequestItems = { records: { Keys: [ITEM] }, others: { Keys: [ITEM] } };
    await expect(dynamodb.send(new BatchGetItemCommand({ RequestItems }))).rejects.toThrow(
      "dynamodb:BatchGetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/others ",
    );
    await expect(ssm.send(new GetParametersCommand({ Names: ["/voice/secret", "/voice/other"] }))).rejects.toThrow(
      "ssm:GetParameters on resource: arn:aws:ssm:us-east-1:000000000000:parameter/voice/other ",
    );
  });

  test("for the key, a secure string stays encrypted", async () => {
    const role = await functionWith(allow("ssm:GetParameter", "*"));
    const decrypted = new GetParameterCommand({ Name: "/voice/own-key", WithDecryption: true });
    await expect(role.ssm.send(decrypted)).rejects.toThrow(denied(role.user, "kms:Decrypt", KEY));
    await aws.allow(allow("kms:Decrypt", KEY), role.role);
    expect((await role.ssm.send(decrypted)).Parameter?.Value).toBe("hush");
  });
});

describe("with a permission", () => {
  test("each service answers", async () => {
    const { dynamodb, sqs, ssm } = await functionWith(
      allow(["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:BatchWriteItem"], TABLE),
      allow(["sqs:SendMessage", "sqs:GetQueueUrl"], QUEUE),
      allow("ssm:Get*", "arn:aws:ssm:*:*:parameter/voice/*"),
    );
    await dynamodb.send(put);
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { records: [{ PutRequest: { Item: ITEM } }] } }));
    expect((await dynamodb.send(new GetItemCommand({ TableName: "records", Key: ITEM }))).Item).toEqual(ITEM);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "events" }));
    expect(QueueUrl).toBe(queueUrl);
    const Entries = [{ Id: "a", MessageBody: "x" }];
    expect((await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).Successful).toHaveLength(1);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/voice/secret", WithDecryption: true }));
    expect(Parameter?.Value).toBe("hush");
  });

  test("an explicit deny wins, from the moment it is there", async () => {
    const { role, user, dynamodb } = await functionWith(allow("dynamodb:*", "*"));
    await dynamodb.send(put);
    const Statement = { Effect: "Deny", Action: "dynamodb:Put*", Resource: TABLE };
    await aws.allow(JSON.stringify({ Version: "2012-10-17", Statement }), role);
    await expect(dynamodb.send(put)).rejects.toThrow(
      `User: ${user} is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} ` +
        "with an explicit deny in an identity-based policy",
    );
  });
});

describe("what is not implemented", () => {
  test("is refused by name", async () => {
    const { dynamodb } = await functionWith(allow("*", "*"));
    await expect(dynamodb.send(new ListTablesCommand())).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringMatching(
        /^dynamodb:ListTables is not implemented by the local AWS for functions\. Implemented: BatchGetItem, /,
      ),
    });
    const TransactItems = [{ Put: { TableName: "records", Item: ITEM } }];
    await expect(dynamodb.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toThrow(
      "dynamodb:TransactWriteItems is not implemented by the local AWS",
    );
  });

  test("other services of AWS are refused instead of called", async () => {
    const { env } = await functionWith();
    const response = await fetch(`${env.AWS_ENDPOINT_URL}/?Action=GetCallerIdentity`, { method: "POST" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      "POST / is no operation of the services that the local AWS implements (dynamodb, sqs, ssm, s3).",
    );
  });
});

describe("credentials", () => {
  test("that nobody issued are refused", async () => {
    const client = new DynamoDBClient({ ...aws.sdk, credentials: { accessKeyId: "local", secretAccessKey: "local" } });
    await expect(client.send(put)).rejects.toMatchObject({
      name: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    });
  });

  test("of the owner of the machine may do everything", async () => {
    const client = new DynamoDBClient(aws.sdk);
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual(["records"]);
  });

  test("of a function end with it", async () => {
    const { dynamodb, env } = await functionWith(allow("dynamodb:*", "*"));
    await dynamodb.send(put);
    await aws.delete("aws:lambda/function:Function", String(env.AWS_LAMBDA_FUNCTION_NAME));
    await expect(dynamodb.send(put)).rejects.toThrow("The security token included in the request is invalid.");
  });
});

describe("a request that no SDK would send", () => {
  const signed = (key: string) => `AWS4-HMAC-SHA256 Credential=${key}/20261126/us-east-1/sqs/aws4_request`;
  const ask = (body: string | Buffer, headers: Record<string, string>) =>
    fetch(aws.sdk.endpoint, { method: "POST", body, headers });

  test.each([
    ["without a signature", "{}", {}, /UnrecognizedClientException/],
    ["with somebody's key", "{}", { authorization: signed("AKIALOCAL") }, /UnrecognizedClientException/],
    ["that is not JSON", "{", { authorization: "owner" }, /SerializationException.*The request is not JSON/],
    ["that is no object", "7", { authorization: "owner" }, /SerializationException/],
  ])("%s is refused", async (_name, body, given, message) => {
    const headers = { "x-amz-target": "AmazonSQS.SendMessage", ...given } as Record<string, string>;
    if (headers.authorization === "owner") headers.authorization = signed(aws.sdk.credentials.accessKeyId);
    const response = await ask(body, headers);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(message);
  });

  test("and is too large is refused", async () => {
    const response = await ask(Buffer.alloc(18 * 1024 * 1024), { "x-amz-target": "AmazonSQS.SendMessage" });
    expect(response.status).toBe(413);
  });
});
