import { AwsError } from "../errors.ts";
import type { ResourceHandler } from "./handler.ts";

/** Policies inside roles. */
export const rolePolicyHandler: ResourceHandler = {
  conflict: "EntityAlreadyExists",
  id: (inputs) => `${inputs.role}:${inputs.name}`,
  create: async ({ inputs }, { functions, state }) => {
    if (!state.resource("aws:iam/role:Role", String(inputs.role))) {
      throw new AwsError("NoSuchEntity", `The role with name ${inputs.role} cannot be found.`);
    }
    functions.forgetRole(String(inputs.role));
    return {};
  },
  update: async ({ inputs }, _live, { functions }) => {
    functions.forgetRole(String(inputs.role));
    return {};
  },
  delete: async ({ inputs }, { functions }) => functions.forgetRole(String(inputs.role)),
};
