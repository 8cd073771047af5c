import { randomUUID } from "node:crypto";
import { functionName } from "../../resources/function.ts";
import { AwsError } from "../errors.ts";
import type { PolicyStatement } from "../state.ts";
import type { ResourceHandler } from "./handler.ts";

export const PERMISSION_TYPE = "aws:lambda/permission:Permission";

/** Statements in the resource policies of functions. */
export const permissionHandler: ResourceHandler = {
  conflict: "ResourceConflictException",
  id: (inputs) => String(inputs.statementId ?? `terraform-${randomUUID()}`),
  key: (id, inputs) => `${functionName(inputs.function)}/${id}`,
  create: async ({ id, inputs }, { state }) => {
    const name = functionName(inputs.function);
    if (!state.resource("aws:lambda/function:Function", name)) {
      throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`);
    }
    const policy = state.policy(name);
    if (policy.some(({ statementId }) => statementId === id)) {
      throw new AwsError("ResourceConflictException", `The statement id (${id}) provided already exists.`);
    }
    const { function: _, ...conditions } = inputs;
    state.setPolicy(name, [...policy, { ...conditions, statementId: id } as PolicyStatement]);
    return { statementId: id };
  },
  // Every input of a statement replaces it, so there is nothing to change in place.
  update: async (_wanted, live) => live.attributes,
  delete: async ({ id, inputs }, { state }) => {
    const name = functionName(inputs.function);
    state.setPolicy(
      name,
      state.policy(name).filter(({ statementId }) => statementId !== id),
    );
  },
};
