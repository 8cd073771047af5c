import type { LambdaFunctionURLEvent } from "aws-lambda";

/** A Lambda function URL event (payload 2.0) as AWS builds it from an HTTP request. */
export function functionUrlEvent(request: {
  method?: string;
  /** Path and query as sent, such as `/answer/support/menu.1?digits=1`. */
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  domainName?: string;
}): LambdaFunctionURLEvent {
  const {
    method = "GET",
    path = "/",
    headers = {},
    body,
    domainName = "abc123.lambda-url.eu-central-1.on.aws",
  } = request;
  const [rawPath = "/", rawQueryString = ""] = path.split("?", 2);
  const query = Object.fromEntries(new URLSearchParams(rawQueryString));
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: { host: domainName, "x-forwarded-proto": "https", ...headers },
    ...(rawQueryString === "" ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: "anonymous",
      apiId: "abc123",
      domainName,
      domainPrefix: domainName.split(".")[0] ?? "",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "MiniVoice" },
      requestId: "4b2a5c1e-0000-4000-8000-000000000000",
      routeKey: "$default",
      stage: "$default",
      time: "29/May/2026:12:00:00 +0000",
      timeEpoch: 1_780_056_000_000,
    },
    ...(body === undefined
      ? { isBase64Encoded: false }
      : Buffer.isBuffer(body)
        ? { body: body.toString("base64"), isBase64Encoded: true }
        : { body, isBase64Encoded: false }),
  };
}
