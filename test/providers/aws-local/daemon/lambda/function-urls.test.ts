import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { handler, json, LocalAws } from "../../local-aws.ts";

const PERMISSION = "aws:lambda/permission:Permission";

let aws: LocalAws;
let echo: string;
beforeAll(async () => {
  aws = await LocalAws.start();
  echo = await aws.deploy({ name: "echo", files: handler("return event;") });
});
afterAll(() => aws.remove());

describe("the event", () => {
  test("is Lambda's payload 2.0 for function URLs", async () => {
    const response = await fetch(`${echo}answer/support/menu?Digits=1&a=x&a=y&empty=`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Call": "7", Cookie: "a=1; b=2", "User-Agent": "minivoice" },
      body: '{"digits":"1"}',
    });
    const domainName = new URL(echo).host;
    expect(await response.json()).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/answer/support/menu",
      rawQueryString: "Digits=1&a=x&a=y&empty=",
      queryStringParameters: { Digits: "1", a: "x,y", empty: "" },
      cookies: ["a=1", "b=2"],
      headers: { "content-type": "application/json", "x-call": "7", host: domainName },
      requestContext: {
        accountId: "anonymous",
        domainName,
        http: {
          method: "POST",
          path: "/answer/support/menu",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "minivoice",
        },
        routeKey: "$default",
        stage: "$default",
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"digits":"1"}',
      isBase64Encoded: false,
    });
  });

  test("has no body, cookies or parameters where the request has none", async () => {
    const event = await (await fetch(echo)).json();
    expect(event).toMatchObject({ rawPath: "/", rawQueryString: "", isBase64Encoded: false });
    for (const absent of ["body", "cookies", "queryStringParameters"]) expect(event).not.toHaveProperty(absent);
  });

  test.each([
    ["text/plain; charset=utf-8", false],
    ["application/json", false],
    ["application/problem+json", false],
    ["application/xml", false],
    ["application/x-www-form-urlencoded", true],
    ["application/octet-stream", true],
  ])("carries a body of type %s in Base64: %p", async (type, encoded) => {
    const request = { method: "POST", headers: { "content-type": type }, body: "a=ä" };
    const event = await json<{ body: string; isBase64Encoded: boolean }>(await fetch(echo, request));
    expect(event.isBase64Encoded).toBe(encoded);
    expect(Buffer.from(event.body, encoded ? "base64" : "utf8").toString()).toBe("a=ä");
  });

  test("refuses a body of more than 6 MB", async () => {
    const response = await fetch(echo, { method: "POST", body: "x".repeat(6 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
  });
});

describe("the response", () => {
  test("has the handler's status, headers, cookies and binary body", async () => {
    const url = await aws.deploy({
      name: "whole",
      files: handler(
        'return { statusCode: 201, headers: { "Content-Type": "image/png", "X-Count": 3 }, cookies: ["a=1", "b=2"], body: "iVBO", isBase64Encoded: true };',
      ),
    });
    const response = await fetch(url);
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(response.headers.get("x-count")).toBe("3");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from("iVBO", "base64"));
  });

  test("is 200 with JSON for anything without a statusCode", async () => {
    const url = await aws.deploy({ name: "bare", files: handler("return { actions: [] };") });
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ actions: [] });
  });

  test.each([
    ["a status that is none", 'return { statusCode: "soon" };'],
    ["a body that is no text", "return { statusCode: 200, body: { actions: [] } };"],
    ["a header that HTTP cannot carry", 'return { statusCode: 200, headers: { "x-a": "b\\nc" }, body: "" };'],
    ["a value that is no JSON", "return 1n;"],
  ])("is 502 for %s", async (what, body) => {
    const name = what.replaceAll(" ", "-");
    const response = await fetch(await aws.deploy({ name, files: handler(body) }));
    expect(response.status).toBe(502);
  });
});

describe("permission", () => {
  test("is public by two statements, added with the URL and kept when it is deleted", async () => {
    await aws.createFunction({ name: "public", files: handler("return 1;") });
    expect((await fetch(await aws.createUrl("public"))).status).toBe(200);
    await aws.delete("aws:lambda/functionUrl:FunctionUrl", "public");
    const statement = { function: "public", action: "lambda:InvokeFunctionUrl", principal: "*" };
    const again = aws.create(PERMISSION, { ...statement, statementId: "FunctionURLAllowPublicAccess" });
    await expect(again).rejects.toThrow("ResourceConflictException: The statement id (FunctionURLAllowPublicAccess)");
  });

  test("must allow both actions: with one of them alone the URL answers 403", async () => {
    await aws.createFunction({ name: "closed", files: handler("return 1;") });
    const url = await aws.createUrl("closed", "AWS_IAM");
    const refusal = await fetch(url);
    expect(refusal.status).toBe(403);
    expect(await refusal.json()).toEqual({ Message: expect.stringMatching(/^Forbidden\. /) });
    // As with AWS's provider, a change to NONE adds no statements.
    await aws.update("aws:lambda/functionUrl:FunctionUrl", "closed", {
      functionName: "closed",
      authorizationType: "NONE",
    });
    expect((await fetch(url)).status).toBe(403);
    const everybody = { function: "closed", principal: "*" };
    await aws.create(PERMISSION, {
      ...everybody,
      action: "lambda:InvokeFunctionUrl",
      functionUrlAuthType: "NONE",
      statementId: "url",
    });
    expect((await fetch(url)).status).toBe(403);
    await aws.create(PERMISSION, { ...everybody, action: "lambda:InvokeFunction", invokedViaFunctionUrl: true });
    expect((await fetch(url)).status).toBe(200);
    await aws.delete(PERMISSION, "url", { function: "closed" });
    expect((await fetch(url)).status).toBe(403);
  });
});
