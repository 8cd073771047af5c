/**
 * The one address of all services. Every request is judged by the policies of the role whose access key it carries, so that
 * a missing permission fails here as it would in AWS.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { listenOnLoopback } from "../../../../src/background/ports.ts";
import type { AccessKeys } from "../iam/access-keys.ts";
import type { Authorizer, Principal } from "../iam/authorizer.ts";
import type { Service, ServiceCall, ServiceResponse } from "./service.ts";
import { failure } from "./service.ts";

/** More than any request of DynamoDB or SQS may have. */
const MAX_REQUEST_BYTES = 17 * 1024 * 1024;
/** The beginning of a signature: access key, day, region, service. */
const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/,\s]+)/;

/** What the gateway needs. */
export interface GatewayOptions {
  readonly services: readonly Service[];
  readonly accessKeys: AccessKeys;
  readonly authorizer: Authorizer;
  /** Called on each request that counts as use. */
  readonly touch: () => void;
}

/** Answers the SDKs of functions and of the command line. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server: Server;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** @param port The port of an earlier run: queues have it in their URLs. */
  listen(port?: number): Promise<number> {
    return listenOnLoopback(this.#server, "the services of the local AWS", port);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      const service = this.#serviceOf(request);
      const answer = body
        ? await this.#answer(service, request, body)
        : {
            ...fail(service)("RequestEntityTooLarge", `A request has at most ${MAX_REQUEST_BYTES} bytes.`),
            status: 413,
          };
      write(response, answer, service?.contentType);
    } catch (error) {
      // The caller went away in the middle of its request, or a service failed.
      if (response.writableEnded || request.destroyed) response.destroy();
      else {
        console.error(error);
        const service = this.#serviceOf(request);
        write(
          response,
          { ...fail(service)("InternalFailure", "The local AWS failed."), status: 500 },
          service?.contentType,
        );
      }
    }
  }

  async #answer(service: Service | undefined, request: IncomingMessage, body: Buffer): Promise<ServiceResponse> {
    if (!service) return failure("UnknownOperationException", this.#notImplemented(request));
    const { key, region } = credentialOf(request);
    const principal = this.#options.accessKeys.principal(key);
    if (!principal) {
      return fail(service)(
        "com.amazon.coral.service#UnrecognizedClientException",
        "The security token included in the request is invalid.",
      );
    }
    const asked = service.read?.(request.method ?? "", request.url ?? "") ?? askedByTarget(service, request, body);
    if (!asked) return fail(service)("com.amazon.coral.service#SerializationException", "The request is not JSON.");
    const call = { ...asked, region, headers: request.headers, body };
    if (principal === "owner") this.#options.touch();
    return this.#refusal(service, call, principal) ?? service.answer(call);
  }

  #refusal(service: Service, call: ServiceCall, principal: Principal): ServiceResponse | undefined {
    if (principal === "owner") return undefined;
    const permissions = service.operations[call.operation];
    if (!permissions) {
      return fail(service)(
        "com.amazon.coral.service#UnknownOperationException",
        `${service.name}:${call.operation} is not implemented by the local AWS for functions. ` +
          `Implemented: ${Object.keys(service.operations).sort().join(", ")}.`,
      );
    }
    for (const permission of permissions(call)) {
      const refusal = this.#options.authorizer.refusal(principal, permission);
      if (refusal) {
        const denied = fail(service)("com.amazon.coral.service#AccessDeniedException", refusal);
        return { ...denied, headers: { ...denied.headers, ...service.deniedHeaders } };
      }
    }
    return undefined;
  }

  /** Without a target the signature says for which service it is. */
  #serviceOf(request: IncomingMessage): Service | undefined {
    const target = request.headers["x-amz-target"];
    const signedFor = credentialOf(request).service;
    return this.#options.services.find((service) =>
      service.target === undefined
        ? target === undefined && service.name === signedFor
        : String(target).startsWith(service.target),
    );
  }

  #notImplemented({ headers, method, url }: IncomingMessage): string {
    const names = this.#options.services.map(({ name }) => name).join(", ");
    const what = headers["x-amz-target"] ?? `${method} ${url?.split("?")[0]}`;
    return `${what} is no operation of the services that the local AWS implements (${names}).`;
  }
}

const fail = (service: Service | undefined): typeof failure => service?.failure ?? failure;

function credentialOf({ headers }: IncomingMessage): { key: string; region: string; service: string } {
  const [, key = "", region = "", service = ""] = CREDENTIAL.exec(headers.authorization ?? "") ?? [];
  return { key, region, service };
}

function askedByTarget({ target = "" }: Service, { headers }: IncomingMessage, body: Buffer) {
  const input = parse(body);
  return input && { operation: String(headers["x-amz-target"]).slice(target.length), input };
}

/** The whole body; `undefined` when it is larger than any service takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_REQUEST_BYTES ? Buffer.concat(chunks) : undefined;
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString() || "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function write(response: ServerResponse, answer: ServiceResponse, contentType = "application/x-amz-json-1.0"): void {
  const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    "content-type": contentType,
    "x-amzn-requestid": randomUUID(),
    ...answer.headers,
    "content-length": body.length,
  });
  response.end(body);
}
