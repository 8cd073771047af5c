/** HTTP requests as Lambda hands them to a function behind a function URL: payload format 2.0. */
import type { IncomingMessage } from "node:http";
import type { LambdaFunctionURLEvent } from "aws-lambda";

/** Text types arrive as they are, everything else (forms too) in Base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+(json|xml)\b)/i;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Facts about the function URL and this request to it. */
export interface UrlRequestFacts {
  readonly urlId: string;
  /** Host and port of the URL. */
  readonly domainName: string;
  readonly requestId: string;
  readonly now: Date;
}

/**
 * Builds the event.
 *
 * @example urlEvent(request, Buffer.from("{}"), facts).requestContext.http.method // "POST"
 */
export function urlEvent(request: IncomingMessage, body: Buffer, facts: UrlRequestFacts): LambdaFunctionURLEvent {
  const [rawPath = "/", ...query] = (request.url ?? "/").split("?");
  const rawQueryString = query.join("?");
  const { cookie, ...headers } = joinedHeaders(request);
  const parameters = joinedParameters(rawQueryString);
  const isBase64Encoded = body.length > 0 && !TEXT.test(headers["content-type"] ?? "");
  const port = facts.domainName.split(":")[1] ?? "80";
  const sourceIp = request.socket.remoteAddress ?? "127.0.0.1";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookie && { cookies: cookie.split(/; */) }),
    headers: { ...headers, "x-forwarded-for": sourceIp, "x-forwarded-port": port, "x-forwarded-proto": "http" },
    ...(parameters && { queryStringParameters: parameters }),
    requestContext: {
      accountId: "anonymous",
      apiId: facts.urlId,
      domainName: facts.domainName,
      domainPrefix: facts.urlId,
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: facts.requestId,
      routeKey: "$default",
      stage: "$default",
      time: commonLogTime(facts.now),
      timeEpoch: facts.now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}

/** Names in lower case; a header that comes several times has its values joined by commas. */
function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headersDistinct);
  const joined = entries.map(([name, values = []]) => [name, values.join(name === "cookie" ? "; " : ",")]);
  return Object.fromEntries(joined);
}

function joinedParameters(query: string): Record<string, string> | undefined {
  const search = new URLSearchParams(query);
  const names = [...new Set(search.keys())];
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, search.getAll(name).join(",")]));
}

/** Such as `12/Mar/2026:19:03:58 +0000`. */
function commonLogTime(time: Date): string {
  const [day, month, year] = [time.getUTCDate(), MONTHS[time.getUTCMonth()], time.getUTCFullYear()];
  return `${String(day).padStart(2, "0")}/${month}/${year}:${time.toISOString().slice(11, 19)} +0000`;
}
