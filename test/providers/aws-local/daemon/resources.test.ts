import { statSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startAwsLocal } from "../../../../providers/aws-local/index.ts";
import { DaemonClient } from "../../../../providers/aws-local/plugin/daemon-client.ts";
import { allow, handler, inOwnProcess, json, LocalAws } from "../local-aws.ts";

const FUNCTION = "aws:lambda/function:Function";
const GROUP = "aws:cloudwatch/logGroup:LogGroup";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ROLE = "aws:iam/role:Role";
const TABLE = "aws:dynamodb/table:Table";
const URL_TYPE = "aws:lambda/functionUrl:FunctionUrl";

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
});
afterEach(() => aws.remove());

describe("a restart", () => {
  test("loses neither functions, nor their URLs and ports, nor tables", async () => {
    const url = await aws.deploy({ files: handler("return process.env.AWS_ENDPOINT_URL_DYNAMODB;") });
    const endpoint = await (await fetch(url)).text();
    await aws.create(TABLE, { name: "records", hashKey: "id", attributes: [{ name: "id", type: "S" }] });
    await withTable((client) => client.send(new PutItemCommand({ TableName: "records", Item: ITEM })));
    await aws.restart();
    expect(await (await fetch(url)).text()).toBe(endpoint);
    const { Item } = await withTable((client) =>
      client.send(new GetItemCommand({ TableName: "records", Key: { id: ITEM.id } })),
    );
    expect(Item).toEqual(ITEM);
  });

  test("says so when the port of a URL was taken in the meantime", async () => {
    const port = Number(new URL(await aws.deploy({})).port);
    await aws.stop();
    const thief = createServer();
    await new Promise<void>((ready) => thief.listen(port, "127.0.0.1", ready));
    await expect(startAwsLocal({ stateDir: aws.stateDir })).rejects.toThrow(
      `port ${port} of the URL of the function answer is in use by another program. ` +
        `See which one: lsof -nP -iTCP:${port} -sTCP:LISTEN. End it`,
    );
    await new Promise((gone) => thief.close(gone));
    await aws.resume();
  });
});

describe("the state", () => {
  test("is for its owner alone", async () => {
    await aws.deploy({ variables: { KEY: "mv_test_not_a_real_key" } });
    expect(statSync(join(aws.stateDir, "state.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(aws.stateDir, "logs/aws/lambda/answer.log")).mode & 0o777).toBe(0o600);
  });

  test.each([["not JSON"], ['{"version":1,"resources":[]}']])(
    "that is broken is not started with: %s",
    async (text) => {
      const stateDir = await mkdtemp(join(tmpdir(), "aws-local-"));
      writeFileSync(join(stateDir, "state.json"), text);
      await expect(startAwsLocal({ stateDir })).rejects.toThrow(
        /state of the local AWS in .*state\.json is broken .*npm start/,
      );
      await rm(stateDir, { recursive: true });
    },
  );

  test("keeps the code that runs, once", async () => {
    const code = async () => (await readdir(join(aws.stateDir, "code"))).filter((name) => name !== "package.json");
    await aws.createFunction({ name: "one", files: handler("return 1;") });
    await aws.createFunction({ name: "two", files: handler("return 1;") });
    expect(await code()).toHaveLength(1);
    await aws.updateFunction({ name: "one", files: handler("return 2;") });
    expect(await code()).toHaveLength(2);
    await aws.delete(FUNCTION, "two");
    await aws.delete(FUNCTION, "one");
    expect(await code()).toEqual([]);
  });

  test("has one hash for the same code", async () => {
    const one = await aws.createFunction({ name: "one", files: handler("return 1;") });
    const two = await aws.createFunction({ name: "two", files: handler("return 1;") });
    expect(one.attributes.codeSha256).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(two.attributes.codeSha256).toBe(one.attributes.codeSha256);
  });
});

describe("names", () => {
  test("that exist already are a conflict", async () => {
    await aws.createFunction({ name: "answer", urn: "urn:one" });
    const again = aws.createFunction({ name: "answer", urn: "urn:two" });
    await expect(again).rejects.toThrow(`ResourceConflictException: ${FUNCTION} answer exists already.`);
  });

  test("that a killed run of the same program left behind are taken over", async () => {
    await aws.createFunction({ urn: "urn:one", files: handler('return "killed";') });
    const url = await aws.createUrl();
    await aws.createFunction({ urn: "urn:one", files: handler('return "again";') });
    expect(await (await fetch(url)).text()).toBe("again");
  });
});

describe("what depends on something else", () => {
  test.each([
    [
      "a function needs its role",
      FUNCTION,
      { name: "x", role: "arn:aws:iam::000000000000:role/none" },
      "cannot be assumed by Lambda (there is no role arn:aws:iam::000000000000:role/none)",
    ],
    [
      "a policy needs its role",
      POLICY,
      { name: "x", role: "none" },
      "NoSuchEntity: The role with name none cannot be found.",
    ],
    [
      "a URL needs its function",
      URL_TYPE,
      { functionName: "none", authorizationType: "NONE" },
      "ResourceNotFoundException: Function does not exist: arn:aws:lambda:us-east-1:000000000000:function:none",
    ],
    [
      "a permission needs its function",
      "aws:lambda/permission:Permission",
      { function: "none", action: "lambda:InvokeFunction", principal: "*" },
      "ResourceNotFoundException: Function not found: none",
    ],
  ])("%s", async (_name, type, inputs, message) => {
    await expect(aws.create(type, inputs)).rejects.toThrow(message);
  });

  test("a role goes after its policies", async () => {
    await aws.createRole("worker");
    const inputs = { name: "queue", role: "worker", policy: allow("sqs:*", "*") };
    await aws.create(POLICY, inputs);
    await expect(aws.delete(ROLE, "worker")).rejects.toThrow("DeleteConflict");
    await aws.delete(POLICY, "worker:queue", inputs);
    await aws.delete(ROLE, "worker");
    expect(await aws.read(ROLE, "worker")).toBeUndefined();
  });

  test("a function takes its URL and its policy with it", async () => {
    const url = await aws.deploy({});
    await aws.delete(FUNCTION, "answer");
    await expect(fetch(url)).rejects.toThrow();
    expect(await aws.read(URL_TYPE, "answer")).toBeUndefined();
  });
});

describe("log groups", () => {
  test("are created by the first invocation when nobody did", async () => {
    const url = await aws.deploy({});
    expect(await aws.read(GROUP, "/aws/lambda/answer")).toBeUndefined();
    await fetch(url);
    expect(await aws.read(GROUP, "/aws/lambda/answer")).toMatchObject({ inputs: { retentionInDays: 0 } });
    const late = aws.create(GROUP, { name: "/aws/lambda/answer" });
    await expect(late).rejects.toThrow("ResourceAlreadyExistsException");
  });

  test("take their lines with them, and the function goes on in a new file", async () => {
    await aws.create(GROUP, { name: "/aws/lambda/answer" });
    const url = await aws.deploy({ files: handler('console.log("a call"); return 1;') });
    await fetch(url);
    await aws.delete(GROUP, "/aws/lambda/answer");
    expect(() => aws.log()).toThrow("ENOENT");
    await fetch(url);
    expect(aws.log().match(/a call/g)).toHaveLength(1);
  });
});

test("a table with deletion protection stays", async () => {
  const inputs = { name: "records", hashKey: "id", attributes: [{ name: "id", type: "S" }] };
  await aws.create(TABLE, { ...inputs, deletionProtectionEnabled: true });
  await expect(aws.delete(TABLE, "records")).rejects.toThrow("Resource cannot be deleted as it is currently protected");
  await aws.update(TABLE, "records", inputs);
  await aws.delete(TABLE, "records");
  expect(await aws.read(TABLE, "records")).toBeUndefined();
});

describe("the door", () => {
  test("opens only with the token", async () => {
    const client = new DaemonClient({ AWS_LOCAL_URL: aws.url, AWS_LOCAL_TOKEN: "guess" });
    const request = { type: ROLE, urn: "", region: "us-east-1", id: "answer" };
    await expect(client.send("read", request)).rejects.toThrow("token of the local AWS is missing or wrong");
  });

  test.each([
    [{}, "The local AWS is not running (AWS_LOCAL_URL is not set): start it with `npm start`."],
    [
      { AWS_LOCAL_URL: "http://127.0.0.1:1", AWS_LOCAL_TOKEN: "t" },
      "The local AWS does not answer at http://127.0.0.1:1: start it with `npm start`.",
    ],
  ])("that is closed says how to open it", async (environment, message) => {
    const request = { type: ROLE, urn: "", region: "us-east-1", id: "answer" };
    await expect(new DaemonClient(environment).send("read", request)).rejects.toThrow(message);
  });
});

test("a killed background process leaves no process of a function behind, even a busy one", async () => {
  const doomed = await LocalAws.start(inOwnProcess);
  const url = await doomed.deploy({
    files: handler('if (event.rawPath === "/hang") for (;;); return process.pid;'),
    inputs: { timeout: 60 },
  });
  const pid = await json<number>(await fetch(url));
  const hanging = fetch(`${url}hang`).catch(() => "gone");
  await doomed.stop();
  expect(await hanging).toBe("gone");
  while (isAlive(pid)) await new Promise((soon) => setTimeout(soon, 50));
  await rm(doomed.stateDir, { recursive: true });
});

const ITEM = { id: { S: "call-1" }, event: { S: "completed" } };

async function withTable<Result>(use: (client: DynamoDBClient) => Promise<Result>): Promise<Result> {
  const client = new DynamoDBClient(aws.sdk);
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
