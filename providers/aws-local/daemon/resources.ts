/** Create, read, update and delete, the same for every type: names, conflicts, state. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { resourceTypes } from "../resources/index.ts";
import type { Properties } from "../resources/resource-type.ts";
import { AwsError } from "./errors.ts";
import type { ResourceHandler, Services, Wanted } from "./handlers/handler.ts";
import { handlers } from "./handlers/index.ts";
import type { StoredResource } from "./state.ts";

/** A request of the plugin. */
export const resourceRequest = z.strictObject({
  type: z.string().refine((type) => handlers.has(type), "is no resource type of the local AWS"),
  urn: z.string(),
  region: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  code: z.array(z.strictObject({ path: z.string(), base64: z.string() })).default([]),
});

/** A request of the plugin. */
export type ResourceRequest = z.infer<typeof resourceRequest>;

/** What can be done with a resource. */
export type Operation = "create" | "read" | "update" | "delete";

/** All resources of the local AWS. */
export class Resources {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Brings everything back that the state holds. */
  async restore(): Promise<void> {
    for (const [type, handler] of handlers) {
      for (const live of this.#services.state.resources(type)) await handler.restore?.(live, this.#services);
    }
  }

  /**
   * Does one thing with one resource.
   *
   * @returns The resource afterwards; `undefined` when there is none.
   * @throws AwsError as AWS would answer.
   */
  async perform(operation: Operation, request: ResourceRequest): Promise<StoredResource | undefined> {
    const { type, inputs } = request;
    const handler = handlers.get(type) as ResourceHandler;
    const id = request.id ?? handler.id(inputs, this.#services);
    const key = handler.key?.(id, inputs) ?? id;
    const live = this.#services.state.resource(type, key);
    if (operation === "read") return live && this.#asItIs(handler, live);
    if (operation === "delete") {
      if (live) await this.#delete(handler, type, key, live);
      return undefined;
    }
    if (operation === "update" && !live) return undefined;
    const wanted = { id, region: request.region, inputs, code: request.code };
    const attributes = live
      ? await this.#change(handler, operation, request, key, wanted, live)
      : await handler.create(wanted, this.#services);
    const resource = { id, urn: request.urn, region: request.region, inputs, attributes };
    this.#services.state.setResource(type, key, resource);
    return resource;
  }

  /**
   * A creation that finds the same resource of the same program finds what a killed run left behind: the engine never
   * heard of it, so it is taken over. One of anybody else is a conflict.
   */
  async #change(
    handler: ResourceHandler,
    operation: "create" | "update",
    { type, urn }: ResourceRequest,
    key: string,
    wanted: Wanted,
    live: StoredResource,
  ): Promise<Properties> {
    if (operation === "create" && live.urn !== urn) {
      throw new AwsError(handler.conflict, `${type} ${live.id} exists already.`);
    }
    if (changesInPlace(type, live.inputs, wanted.inputs)) return handler.update(wanted, live, this.#services);
    await this.#delete(handler, type, key, live);
    return handler.create(wanted, this.#services);
  }

  /** Some attributes change by themselves. */
  #asItIs(handler: ResourceHandler, live: StoredResource): StoredResource {
    return { ...live, attributes: { ...live.attributes, ...handler.current?.(live, this.#services) } };
  }

  async #delete(handler: ResourceHandler, type: string, key: string, live: StoredResource): Promise<void> {
    await handler.delete(live, this.#services);
    this.#services.state.deleteResource(type, key);
  }
}

function changesInPlace(token: string, before: Properties, after: Properties): boolean {
  const type = resourceTypes.get(token);
  const form = (property: string, value: unknown) => type?.canonical?.[property]?.(value) ?? value;
  const fixed = type?.replaceOnChange ?? [];
  return fixed.every((property) =>
    isDeepStrictEqual(form(property, before[property]), form(property, after[property])),
  );
}
