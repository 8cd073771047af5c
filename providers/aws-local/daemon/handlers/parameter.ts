import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../errors.ts";
import type { ResourceHandler } from "./handler.ts";

/** Parameters. Nothing but their resource is to be kept. */
export const parameterHandler: ResourceHandler = {
  conflict: "ParameterAlreadyExists",
  id: (inputs) => String(inputs.name),
  create: async ({ id, region }, { accountId }) => ({
    arn: `arn:aws:ssm:${region}:${accountId}:parameter/${id.replace(/^\//, "")}`,
    lastModified: new Date().toISOString(),
    version: 1,
  }),
  update: async ({ inputs }, live) => {
    if (inputs.type !== live.inputs.type) {
      const message = `The type of ${live.id} cannot change from ${live.inputs.type} to ${inputs.type}: give it another name.`;
      throw new AwsError("HierarchyTypeMismatchException", message);
    }
    // Tags are set apart from the rest, and make no version.
    const same = ["description", "keyId", "value"].every((p) => isDeepStrictEqual(inputs[p], live.inputs[p]));
    if (same) return live.attributes;
    const version = Number(live.attributes.version) + 1;
    return { ...live.attributes, lastModified: new Date().toISOString(), version };
  },
  delete: async () => {},
};
