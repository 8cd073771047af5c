import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { allow, handler, json, LocalAws } from "../../local-aws.ts";

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start();
  // What a project around the store would offer: Node finds it, Lambda would not.
  const dependency = join(aws.stateDir, "node_modules/nearby");
  await mkdir(dependency, { recursive: true });
  await writeFile(join(dependency, "index.js"), "");
});
afterAll(() => aws.remove());

let count = 0;
/** Deploys a function under a name of its own, and calls its URL. */
async function call(
  options: Parameters<LocalAws["deploy"]>[0],
  path = "",
): Promise<{ response: Response; name: string }> {
  const name = `function-${++count}`;
  const url = await aws.deploy({ name, ...options });
  return { response: await fetch(`${url}${path}`), name };
}

describe("a function's process", () => {
  test("has the function's variables and those of Lambda, and nothing else of this machine", async () => {
    process.env.SECRET_OF_THIS_MACHINE = "not for functions";
    const { response, name } = await call({
      files: handler("return { env: process.env, cwd: process.cwd() };"),
      variables: { LEVEL: "info" },
    });
    delete process.env.SECRET_OF_THIS_MACHINE;
    const { env, cwd } = await json<{ env: Record<string, string>; cwd: string }>(response);
    expect(env).toMatchObject({
      LEVEL: "info",
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_ENDPOINT_URL_DYNAMODB: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    const foreign = Object.keys(env).filter(
      (key) => !/^(LEVEL|PATH|LANG|TZ|_HANDLER|LAMBDA_TASK_ROOT|AWS_\w+)$/.test(key),
    );
    expect(foreign).toEqual([]);
    expect(env.LAMBDA_TASK_ROOT).toBe(cwd);
  });

  test("is told about its invocation", async () => {
    const { response, name } = await call({
      files: handler("return { ...context, remaining: context.getRemainingTimeInMillis() };"),
      inputs: { memorySize: 256, timeout: 30 },
    });
    const context = await json(response);
    expect(context).toMatchObject({
      functionName: name,
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
      memoryLimitInMB: "256",
      logGroupName: `/aws/lambda/${name}`,
    });
    expect(context.remaining).toBeGreaterThan(0);
    expect(context.remaining).toBeLessThanOrEqual(30_000);
  });

  test("serves one invocation after the other, and a second one at once gets a process of its own", async () => {
    const files = {
      "index.mjs": `let calls = 0; let busy = false;
        export const handler = async () => {
          if (busy) throw new Error("two at once");
          busy = true; await new Promise((r) => setTimeout(r, 150)); busy = false;
          return { pid: process.pid, calls: ++calls };
        };`,
    };
    const url = await aws.deploy({ name: "busy", files });
    const get = async () => json<{ pid: number; calls: number }>(await fetch(url));
    const [first, second] = await Promise.all([get(), get()]);
    expect(first.pid).not.toBe(second.pid);
    const third = await get();
    expect([first.pid, second.pid]).toContain(third.pid);
    expect(third.calls).toBe(2);
  });

  test("is killed when the function's time is up, and the next call works", async () => {
    const files = handler('if (event.rawPath === "/hang") for (;;); return "fine";');
    const { response, name } = await call({ files, inputs: { timeout: 1 } }, "hang");
    expect(response.status).toBe(502);
    expect(await response.text()).toBe("Internal Server Error");
    expect(aws.log(`/aws/lambda/${name}`)).toContain("Task timed out after 1.00 seconds");
    expect(await (await fetch(response.url.replace("hang", ""))).text()).toBe("fine");
  });

  test("that ends in the middle of an invocation is a failure of the function", async () => {
    const { response, name } = await call({ files: handler("process.exit(3);") });
    expect(response.status).toBe(502);
    expect(aws.log(`/aws/lambda/${name}`)).toContain("Runtime exited with error: exit status 3");
  });

  test("has no more heap than the function's memory setting", async () => {
    const { response } = await call({
      files: handler('const v8 = await import("node:v8"); return v8.getHeapStatistics().heap_size_limit;'),
      inputs: { memorySize: 128 },
    });
    // The young generation comes on top of the setting; without it the limit is some gigabytes.
    expect(await response.json()).toBeLessThan(512 * 1024 * 1024);
  });
});

describe("calls beyond the reserved concurrency", () => {
  test("are answered with 429", async () => {
    const { response } = await call({ inputs: { reservedConcurrentExecutions: 0 } });
    expect(response.status).toBe(429);
  });
});

describe("logs", () => {
  test("hold the lines of Lambda around those of the function", async () => {
    const { name } = await call({ files: handler('console.log("call from %s", event.rawPath); return 1;') }, "desk");
    const lines = aws.log(`/aws/lambda/${name}`).trimEnd().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^START RequestId: [\w-]{36} Version: \$LATEST$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z\t[\w-]{36}\tINFO\tcall from \/desk$/),
      expect.stringMatching(/^END RequestId: [\w-]{36}$/),
      expect.stringMatching(
        /^REPORT RequestId: [\w-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t/,
      ),
    ]);
  });

  test("are JSON where the function asks for it, in the log group that it names", async () => {
    await call({
      files: handler('console.warn("slow", 3); return 1;'),
      inputs: { loggingConfig: { logFormat: "JSON", logGroup: "/voice/answers" } },
    });
    const lines = aws
      .log("/voice/answers")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: "platform.start" },
      { level: "WARN", message: "slow 3", requestId: expect.any(String) },
      { type: "platform.report", record: { status: "success" } },
    ]);
  });

  test("show why the handler failed", async () => {
    const { response, name } = await call({ files: handler('throw new TypeError("no such flow");') });
    expect(response.status).toBe(502);
    expect(aws.log(`/aws/lambda/${name}`)).toMatch(
      /ERROR\tInvoke Error \{"errorType":"TypeError","errorMessage":"no such flow"/,
    );
  });
});

describe("bundles", () => {
  test("may be CommonJS, whatever the project around the store says", async () => {
    const { response } = await call({
      files: { "index.js": 'exports.handler = async () => require("./part.js");', "part.js": "module.exports = 7;" },
    });
    expect(await response.json()).toBe(7);
  });

  test("may be an ES module by package.json, in a folder, with an export inside an object", async () => {
    const { response } = await call({
      files: { "package.json": '{"type":"module"}', "src/app.js": "export const app = { answer: async () => 8 };" },
      inputs: { handler: "src/app.app.answer" },
    });
    expect(await response.json()).toBe(8);
  });

  test("may leave the AWS SDK to the runtime", async () => {
    const esm =
      'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; export const handler = async () => typeof DynamoDBClient;';
    expect(await (await call({ files: { "index.mjs": esm } })).response.text()).toBe("function");
    const cjs =
      'const sdk = require("@aws-sdk/client-dynamodb"); exports.handler = async () => typeof sdk.DynamoDBClient;';
    expect(await (await call({ files: { "index.cjs": cjs } })).response.text()).toBe("function");
  });

  test("of the Node 22 runtime may use callbacks", async () => {
    const files = { "index.mjs": "export const handler = (event, context, callback) => callback(null, 9);" };
    const { response } = await call({ files, inputs: { runtime: "nodejs22.x" } });
    expect(await response.json()).toBe(9);
  });

  const refused: [string, Record<string, string>, string][] = [
    [
      "have no such file",
      { "main.mjs": "" },
      "Runtime.ImportModuleError: the handler does not load: Error: Cannot find module 'index'",
    ],
    [
      "have no such export",
      { "index.mjs": "export const other = 1;" },
      "Runtime.HandlerNotFound: the handler does not load: index.handler is undefined or not exported",
    ],
    [
      "lack a dependency that lies in the project around",
      { "index.mjs": 'import "nearby"; export const handler = async () => 1;' },
      "Cannot find package 'nearby' imported from index.mjs",
    ],
    [
      "lack a dependency, in CommonJS",
      { "index.cjs": 'require("nearby"); exports.handler = async () => 1;' },
      "Cannot find package 'nearby' imported from index.cjs",
    ],
    ["do not parse", { "index.mjs": "export const handler = async (" }, "Runtime.UserCodeSyntaxError"],
    [
      "fail while they load",
      { "index.mjs": 'throw new RangeError("no flows");' },
      "RangeError: the handler does not load: no flows",
    ],
    [
      "end their process",
      { "index.mjs": "process.exit(4);" },
      "Runtime.ExitError: the handler does not load: Runtime exited with exit status 4",
    ],
    [
      "take callbacks in the Node 24 runtime",
      { "index.mjs": "export const handler = (a, b, c) => c();" },
      "Runtime.CallbackHandlerDeprecated",
    ],
  ];
  test.each(refused)("are refused when they %s", async (_reason, files, message) => {
    const name = `refused-${++count}`;
    await expect(aws.createFunction({ name, files })).rejects.toThrow(message);
    expect(await aws.read("aws:lambda/function:Function", name)).toBeUndefined();
  });

  test("that fail with a secret in the message do not give it away", async () => {
    const files = { "index.mjs": 'throw new Error("bad key " + process.env.API_KEY);' };
    const creation = aws.createFunction({ name: "leak", files, variables: { API_KEY: "mv_test_not_a_real_key" } });
    await expect(creation).rejects.toThrow("bad key [value of API_KEY]");
  });

  test("that do not load leave the version before in service", async () => {
    const name = "update";
    const url = await aws.deploy({ name, files: handler('return "one";') });
    await expect(aws.updateFunction({ name, files: { "index.mjs": "broken(" } })).rejects.toThrow("does not load");
    expect(await (await fetch(url)).text()).toBe("one");
    await aws.updateFunction({ name, files: handler('return "two";') });
    expect(await (await fetch(url)).text()).toBe("two");
  });
});

describe("a role", () => {
  test("that may not log costs the function its lines, until it may", async () => {
    const { attributes } = await aws.createRole("silent");
    const name = "silent";
    const files = handler('console.log("a call"); return 1;');
    const url = await aws.deploy({ name, files, inputs: { role: attributes.arn } });
    const group = `/aws/lambda/${name}`;
    await fetch(url);
    expect(() => aws.log(group)).toThrow("ENOENT");
    const own = `arn:aws:logs:us-east-1:000000000000:log-group:${group}:*`;
    await aws.allow(allow(["logs:CreateLogStream", "logs:PutLogEvents"], own), "silent");
    await fetch(url);
    expect(() => aws.log(group)).toThrow("ENOENT");
    await aws.create("aws:cloudwatch/logGroup:LogGroup", { name: group });
    await fetch(url);
    expect(aws.log(group).match(/a call/g)).toHaveLength(1);
  });

  test.each([
    [
      "that does not trust Lambda",
      { Principal: { Service: "ec2.amazonaws.com" } },
      "does not allow lambda.amazonaws.com",
    ],
    ["that denies it", { Effect: "Deny" }, "its trust policy denies it"],
    [
      "that trusts Lambda on a condition",
      { Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } } },
      "its trust policy has a condition, which the local AWS does not evaluate",
    ],
  ])("%s cannot be a function's", async (name, more, message) => {
    const Statement = {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      ...more,
    };
    const role = name.replaceAll(" ", "-");
    const { attributes } = await aws.create("aws:iam/role:Role", {
      name: role,
      path: "/",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    const creation = aws.createFunction({ name: "untrusted", inputs: { role: attributes.arn } });
    await expect(creation).rejects.toThrow(message);
  });
});
