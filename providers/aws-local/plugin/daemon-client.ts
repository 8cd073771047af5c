/** The plugin's side of the door to the background process, which holds everything that outlives a run of the engine. */
import type { Properties } from "../resources/resource-type.ts";

/** A request about one resource. */
export interface ResourceRequest {
  readonly type: string;
  readonly urn: string;
  readonly region: string;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly code?: readonly { readonly path: string; readonly base64: string }[];
}

/** A resource as the background process holds it. */
export interface LiveResource {
  readonly id: string;
  readonly inputs: Properties;
  readonly attributes: Properties;
}

/** Sends requests to the background process at `AWS_LOCAL_URL`. */
export class DaemonClient {
  readonly #url: string | undefined;
  readonly #token: string | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#url = environment.AWS_LOCAL_URL;
    this.#token = environment.AWS_LOCAL_TOKEN;
  }

  /**
   * Creates, updates, deletes or reads a resource.
   *
   * @returns The resource as it is now; `undefined` when it does not exist.
   * @throws Error with AWS's code and message, or one that says how to start the background process.
   */
  async send(
    operation: "create" | "update" | "delete" | "read",
    request: ResourceRequest,
  ): Promise<LiveResource | undefined> {
    if (!this.#url || !this.#token) {
      throw new Error("The local AWS is not running (AWS_LOCAL_URL is not set): start it with `npm start`.");
    }
    const response = await this.#post(`${this.#url}/resources/${operation}`, request);
    const body = (await response.json()) as { resource?: LiveResource; error?: string };
    if (!response.ok) throw new Error(body.error ?? `The local AWS answered with status ${response.status}.`);
    return body.resource;
  }

  async #post(url: string, request: ResourceRequest): Promise<Response> {
    try {
      return await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        body: JSON.stringify(request),
      });
    } catch {
      throw new Error(`The local AWS does not answer at ${this.#url}: start it with \`npm start\`.`);
    }
  }
}
