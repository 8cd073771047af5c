import { randomBytes } from "node:crypto";
import { AwsError } from "../errors.ts";
import type { ResourceHandler } from "./handler.ts";

/** Roles. Functions act in them. */
export const roleHandler: ResourceHandler = {
  conflict: "EntityAlreadyExists",
  id: (inputs) => String(inputs.name),
  create: async ({ inputs }, { accountId }) => ({
    arn: `arn:aws:iam::${accountId}:role${inputs.path}${inputs.name}`,
    createDate: new Date().toISOString(),
    uniqueId: `AROA${randomBytes(9).toString("hex").slice(0, 17).toUpperCase()}`,
  }),
  update: async (_wanted, live) => live.attributes,
  delete: async ({ id }, { state }) => {
    const policies = state.resources("aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => inputs.role === id);
    if (policies.length > 0) throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.");
  },
};
