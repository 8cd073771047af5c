/** What the gateway and the services behind it say to each other. */
import type { IncomingHttpHeaders } from "node:http";
import type { Permission } from "../iam/evaluate-policies.ts";

/** One operation of a service, as an SDK calls it. */
export interface ServiceCall {
  /** Such as `SendMessage`. */
  readonly operation: string;
  /** The JSON of the request. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The region of the caller. */
  readonly region: string;
  /** The request as it came, for a service that reads it itself. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the SDK gets back. */
export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | string[] | undefined>>;
  /** An object is sent as JSON. */
  readonly body: object | Buffer;
}

/** What an operation needs, one permission for each resource that it touches. */
export type PermissionsOf = (call: ServiceCall) => readonly Permission[];

/** A service behind the gateway. */
export interface Service {
  /** The first part of its actions, such as `sqs`. */
  readonly name: string;
  /** How its operations begin in the header `X-Amz-Target`; absent where there is no such header. */
  readonly target?: string;
  readonly contentType: string;
  /** Operations that functions may be allowed. */
  readonly operations: Readonly<Record<string, PermissionsOf>>;
  /** What is asked for, where it is said by method and address instead of the header. */
  readonly read?: (method: string, url: string) => Pick<ServiceCall, "operation" | "input">;
  /** How it says errors; default: as AWS's JSON protocols do. */
  readonly failure?: (type: string, message: string) => ServiceResponse;
  /** Headers beside "access denied", where SDKs read them. */
  readonly deniedHeaders?: Readonly<Record<string, string>>;
  answer(call: ServiceCall): Promise<ServiceResponse>;
}

/** An error as AWS's JSON protocols say it. */
export function failure(
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceResponse {
  return { status: 400, headers, body: { __type: type, message } };
}

/** The same permissions for several operations, each with the action of its own name. */
export function operations(
  service: string,
  names: readonly string[],
  resources: (call: ServiceCall) => readonly string[],
): Record<string, PermissionsOf> {
  return Object.fromEntries(names.map((name) => [name, permissions(`${service}:${name}`, resources)]));
}

/** One action on each of several resources. */
export function permissions(action: string, resources: (call: ServiceCall) => readonly string[]): PermissionsOf {
  return (call) => resources(call).map((resource) => ({ action, resource }));
}

/** What comes after the last slash: the name in a queue's URL or in a table's ARN. */
export function lastPart(text: unknown): string {
  return String(text).split("/").at(-1) ?? "";
}
